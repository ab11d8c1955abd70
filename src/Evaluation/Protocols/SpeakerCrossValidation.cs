using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer;

/// <summary>Options of <c>CrossValidateBySpeaker</c>.</summary>
public sealed class SpeakerCrossValidationOptions
{
    /// <summary>Key column with the classes.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Text column with the speakers.</summary>
    /// <value>The default is <c>Speaker</c>.</value>
    public string SpeakerColumnName { get; set; } = "Speaker";

    /// <summary>Text column with the sessions; used where the data has it.</summary>
    /// <value>The default is <c>Session</c>.</value>
    public string SessionColumnName { get; set; } = "Session";

    /// <summary>Text column with the utterances' names; used where the data has it.</summary>
    /// <value>The default is <c>Utterance</c>.</value>
    public string UtteranceColumnName { get; set; } = "Utterance";

    /// <summary>Who validates.</summary>
    /// <value>The default is <see cref="MlNetSer.ValidationPolicy.Auto"/>.</value>
    public ValidationPolicy ValidationPolicy { get; set; }

    /// <summary>Facts to carry in the result: seed, trainer options, encoder hash.</summary>
    public IDictionary<string, string> Notes { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Speaker-grouped cross-validation under <c>MLContext.MulticlassClassification</c>.</summary>
public static class SpeakerCrossValidation
{
    /// <summary>Leaves each speaker out in turn: trains on the others, lets one of them choose the epoch, scores the one left out (paper §4.2.3).</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with label, speaker and whatever <paramref name="fit"/> reads.</param>
    /// <param name="fit">Trains on the first view with the second as validation; the test rows are in neither.</param>
    /// <param name="options">Options; null = the defaults.</param>
    /// <param name="progress">Told after each fold.</param>
    /// <param name="cancellation">Stops between folds, and inside <paramref name="fit"/> where that heeds it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are too few speakers or classes.</exception>
    public static SpeakerCrossValidationResult CrossValidateBySpeaker(this MulticlassClassificationCatalog catalog, IDataView data,
        Func<IDataView, IDataView, CancellationToken, ITransformer> fit, SpeakerCrossValidationOptions? options = null, IProgress<FoldResult>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(fit);
        options ??= new SpeakerCrossValidationOptions();
        var ml = new MLContext();
        var classes = ClassNames(data.Schema, options.LabelColumnName);
        var speakers = TextColumn(data, options.SpeakerColumnName);
        var sessions = data.Schema.GetColumnOrNull(options.SessionColumnName) is null ? [.. speakers.Select(_ => "")] : TextColumn(data, options.SessionColumnName);
        var labels = data.GetColumn<uint>(options.LabelColumnName).ToList();
        if (labels.Distinct().Count() < 2)
            throw new InvalidOperationException($"Label column '{options.LabelColumnName}' has one class only in {labels.Count} rows; there is nothing to tell apart.");
        var counts = speakers.GroupBy(s => s, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

        var folds = SpeakerFolds.LeaveOneSpeakerOut(speakers.Zip(sessions), options.ValidationPolicy);
        List<FoldResult> results = [];
        List<ScoredUtterance> predictions = [];
        foreach (var fold in folds)
        {
            cancellation.ThrowIfCancellationRequested();
            SpeakerFolds.Audit(fold, counts);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            IDataView Rows(IReadOnlyList<string> side) => Only(ml, data, options.SpeakerColumnName, side);

            var model = fit(Rows(fold.TrainSpeakers), Rows(fold.ValidationSpeakers), cancellation);
            var scored = Score(model, Rows(fold.TestSpeakers), options, classes, fold.Number);
            (model as IDisposable)?.Dispose();
            var matrix = new ConfusionMatrix(classes);
            foreach (var row in scored)
                matrix.Add(row.Truth, row.Predicted);
            predictions.AddRange(scored);
            results.Add(new FoldResult(fold, folds.Count, fold.TrainSpeakers.Sum(s => counts[s]), fold.ValidationSpeakers.Sum(s => counts[s]), matrix.Total, matrix, clock.Elapsed.TotalSeconds));
            progress?.Report(results[^1]);
        }
        var partnered = folds.All(fold => fold.ValidationSpeakers.All(v => fold.TestSpeakers.All(t => SameSession(speakers, sessions, v, t))));
        return new SpeakerCrossValidationResult(classes, results, predictions, $"Leave one speaker out; {(partnered ? "the session partner" : "the next speaker")} validates", new SortedDictionary<string, string>(options.Notes, StringComparer.Ordinal));
    }

    /// <summary>The same for an estimator that takes no validation rows, such as ML.NET's own trainers: the validating speaker's rows are left out of every fit.</summary>
    /// <inheritdoc cref="CrossValidateBySpeaker(MulticlassClassificationCatalog, IDataView, Func{IDataView, IDataView, CancellationToken, ITransformer}, SpeakerCrossValidationOptions, IProgress{FoldResult}, CancellationToken)"/>
    public static SpeakerCrossValidationResult CrossValidateBySpeaker(this MulticlassClassificationCatalog catalog, IDataView data,
        IEstimator<ITransformer> estimator, SpeakerCrossValidationOptions? options = null, IProgress<FoldResult>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return catalog.CrossValidateBySpeaker(data, (train, _, _) => estimator.Fit(train), options, progress, cancellation);
    }

    private static bool SameSession(List<string> speakers, List<string> sessions, string a, string b)
    {
        var ofA = speakers.Zip(sessions).Where(row => row.First == a && row.Second.Length > 0).Select(row => row.Second).ToHashSet(StringComparer.Ordinal);
        return speakers.Zip(sessions).Any(row => row.First == b && ofA.Contains(row.Second));
    }

    private static List<ScoredUtterance> Score(ITransformer model, IDataView test, SpeakerCrossValidationOptions options, IReadOnlyList<string> classes, int fold)
    {
        var scored = model.Transform(test);
        int[] position = [.. ClassNames(scored.Schema, "PredictedLabel").Select(name => classes.ToList().IndexOf(name))];
        var speakers = TextColumn(scored, options.SpeakerColumnName);
        var names = scored.Schema.GetColumnOrNull(options.UtteranceColumnName) is { Type: TextDataViewType } ? TextColumn(scored, options.UtteranceColumnName) : null;
        return [.. scored.GetColumn<uint>(options.LabelColumnName).Zip(scored.GetColumn<uint>("PredictedLabel")).Select((row, i) => new ScoredUtterance(
            names?[i] ?? (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), speakers[i], fold, (int)row.First - 1, position[row.Second - 1]))];
    }

    private static IDataView Only(MLContext ml, IDataView data, string column, IReadOnlyList<string> kept)
    {
        var wanted = kept.ToHashSet(StringComparer.Ordinal);
        var named = ml.Transforms.CopyColumns(nameof(SpeakerRow.MlNetSerSpeaker), column).Fit(data).Transform(data);
        var filtered = ml.Data.FilterByCustomPredicate<SpeakerRow>(named, row => !wanted.Contains(row.MlNetSerSpeaker));
        return ml.Transforms.DropColumns(nameof(SpeakerRow.MlNetSerSpeaker)).Fit(filtered).Transform(filtered);
    }

    private static List<string> TextColumn(IDataView data, string name)
    {
        if (data.Schema.GetColumnOrNull(name) is not { Type: TextDataViewType })
            throw new ArgumentOutOfRangeException(nameof(data), $"Could not find text column '{name}'. The data has: {string.Join(", ", data.Schema.Select(c => c.Name))}.");
        return [.. data.GetColumn<ReadOnlyMemory<char>>(name).Select(text => text.ToString())];
    }

    private static List<string> ClassNames(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { Type: KeyDataViewType } column)
            throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find key column '{name}'. The data has: {string.Join(", ", schema.Select(c => $"{c.Name}: {c.Type}"))}. Append ml.Transforms.Conversion.MapValueToKey to make a key of text.");
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetKeyValues(ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    private sealed class SpeakerRow
    {
        public string MlNetSerSpeaker { get; set; } = "";
    }
}
