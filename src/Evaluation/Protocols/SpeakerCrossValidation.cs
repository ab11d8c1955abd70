using Microsoft.ML;
using MlNetSer.Protocols;

namespace MlNetSer;

/// <summary>Speaker-grouped cross-validation under <c>MLContext.MulticlassClassification</c>.</summary>
public static class SpeakerCrossValidation
{
    /// <summary>Runs every fold: trains on one side, lets another choose the epoch, scores the third. Without a protocol each speaker is left out in turn (paper §4.2.3).</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with label, speaker and whatever <paramref name="fit"/> reads.</param>
    /// <param name="fit">Trains on the first view with the second as validation; the test rows are in neither.</param>
    /// <param name="options">Options; null = the defaults.</param>
    /// <param name="progress">Told after each fold.</param>
    /// <param name="cancellation">Stops between folds, and inside <paramref name="fit"/> where that heeds it.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are too few speakers or classes, or a fold leaks, is empty on a side or names what the data does not have.</exception>
    public static SpeakerCrossValidationResult CrossValidateBySpeaker(this MulticlassClassificationCatalog catalog, IDataView data,
        Func<IDataView, IDataView, CancellationToken, ITransformer> fit, SpeakerCrossValidationOptions? options = null, IProgress<FoldResult>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(fit);
        options ??= new SpeakerCrossValidationOptions();
        var ml = new MLContext();
        var (kept, rows, file) = Divide(ml, data, options);
        if (rows.CountBy(row => row.Label).Count() < 2)
            throw new InvalidOperationException($"Label column '{options.LabelColumnName}' has one class only in {rows.Count} rows; there is nothing to tell apart.");
        var corpus = RowReader.Corpus(kept, options);
        var audit = file.Audit(rows, corpus);
        var allowed = options.AllowSpeakerOverlap || options.Folds is null && options.Protocol is { AllowSpeakerOverlap: true };
        audit.Refuse(allowed);

        var classes = RowReader.ClassNames(data.Schema, options.LabelColumnName);
        var wanted = options.FoldNumbers ?? [.. file.Folds.Select(fold => fold.Number)];
        if (wanted.Count == 0 || wanted.Except(file.Folds.Select(fold => fold.Number)).Any())
            throw new InvalidOperationException($"The folds {string.Join(", ", wanted)} were asked for; there are {string.Join(", ", file.Folds.Select(fold => fold.Number))}.");
        List<FoldResult> results = [];
        List<ScoredUtterance> predictions = [];
        foreach (var (fold, counts) in file.Folds.Zip(audit.Folds).Where(pair => wanted.Contains(pair.First.Number)))
        {
            cancellation.ThrowIfCancellationRequested();
            var clock = System.Diagnostics.Stopwatch.StartNew();
            IDataView Rows(IReadOnlyList<string> speakers, IReadOnlyList<string>? utterances)
                => utterances is null ? RowReader.Only(ml, kept, options.SpeakerColumnName, speakers) : RowReader.Only(ml, kept, options.UtteranceColumnName, utterances);

            var model = fit(Rows(fold.TrainSpeakers, fold.Utterances?.Train), Rows(fold.ValidationSpeakers, fold.Utterances?.Validation), cancellation);
            var (modelClasses, scoredRows) = ModelScorer.Score(model, Rows(fold.TestSpeakers, fold.Utterances?.Test), options);
            var scored = ToClasses(scoredRows, classes, modelClasses, fold, rows);
            var matrix = ConfusionMatrix.Of(classes, scored);
            predictions.AddRange(scored);
            results.Add(new FoldResult(fold, file.Folds.Count, counts.TrainCount, counts.ValidationCount, matrix.Total, matrix, clock.Elapsed.TotalSeconds) { Model = options.DescribeModel?.Invoke(model) });
            if (options.ModelFitted is { } take)
                take(new FoldModel(fold, model) { Corpus = corpus, Protocol = file.Protocol with { AllowSpeakerOverlap = allowed } });
            else
                (model as IDisposable)?.Dispose();
            progress?.Report(results[^1]);
        }
        return new SpeakerCrossValidationResult(classes, results, predictions, file.Protocol with { AllowSpeakerOverlap = allowed }, audit, corpus, new SortedDictionary<string, string>(options.Notes, StringComparer.Ordinal));
    }

    /// <summary>The same for an estimator that takes no validation rows, such as ML.NET's own trainers: the validating speaker's rows are left out of every fit.</summary>
    /// <inheritdoc cref="CrossValidateBySpeaker(MulticlassClassificationCatalog, IDataView, Func{IDataView, IDataView, CancellationToken, ITransformer}, SpeakerCrossValidationOptions, IProgress{FoldResult}, CancellationToken)"/>
    public static SpeakerCrossValidationResult CrossValidateBySpeaker(this MulticlassClassificationCatalog catalog, IDataView data,
        IEstimator<ITransformer> estimator, SpeakerCrossValidationOptions? options = null, IProgress<FoldResult>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return catalog.CrossValidateBySpeaker(data, (train, _, _) => estimator.Fit(train), options, progress, cancellation);
    }

    /// <summary>The folds that <c>CrossValidateBySpeaker</c> would run, to be written, read by people and given to every run.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with label and speaker.</param>
    /// <param name="options">Columns and protocol; null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">The data does not have what the protocol asks for.</exception>
    public static FoldFile MakeSpeakerFolds(this MulticlassClassificationCatalog catalog, IDataView data, SpeakerCrossValidationOptions? options = null)
        => Divide(new MLContext(), data, options ?? new SpeakerCrossValidationOptions()).File;

    /// <summary>What the folds of the options share between their sides in this data: nothing is refused, everything is said.</summary>
    /// <inheritdoc cref="MakeSpeakerFolds"/>
    public static FoldFileAudit AuditSpeakerFolds(this MulticlassClassificationCatalog catalog, IDataView data, SpeakerCrossValidationOptions? options = null)
    {
        options ??= new SpeakerCrossValidationOptions();
        var (kept, rows, file) = Divide(new MLContext(), data, options);
        return file.Audit(rows, RowReader.Corpus(kept, options));
    }

    /// <summary>The rows of a data view as an importer of folds takes them.</summary>
    /// <inheritdoc cref="MakeSpeakerFolds"/>
    public static IReadOnlyList<FoldRow> ReadFoldRows(this MulticlassClassificationCatalog catalog, IDataView data, SpeakerCrossValidationOptions? options = null)
    {
        options ??= new SpeakerCrossValidationOptions();
        var protocol = options.Folds?.Protocol ?? options.Protocol ?? new EvaluationProtocol();
        return RowReader.Read(RowReader.Filter(new MLContext(), data, protocol.Filter), options, protocol);
    }

    private static (IDataView Kept, List<FoldRow> Rows, FoldFile File) Divide(MLContext ml, IDataView data, SpeakerCrossValidationOptions options)
    {
        var protocol = options.Folds?.Protocol ?? options.Protocol ?? EvaluationProtocol.LeaveOneSpeakerOut(options.ValidationPolicy);
        var kept = RowReader.Filter(ml, data, protocol.Filter);
        var rows = RowReader.Read(kept, options, options.Folds is null ? protocol : protocol with { Column = null });
        var file = options.Folds ?? FoldSplitter.Split(protocol, rows) with { Corpus = RowReader.Corpus(kept, options) };
        if (file.Folds.Any(fold => fold.Utterances is not null))
            RowReader.TextColumn(data, options.UtteranceColumnName);   // folds that name utterances need their names
        return (kept, rows, file);
    }

    private static List<ScoredUtterance> ToClasses(List<ScoredRow> scored, List<string> classes, List<string> modelClasses, SpeakerFold fold, List<FoldRow> rows)
    {
        // Names of rows that have none are positions in the whole data, not in the fold.
        var test = FoldSides.Of(fold, rows).Test;
        int[] order = [.. classes.Select(name => modelClasses.IndexOf(name))];
        if (modelClasses.Except(classes).FirstOrDefault() is { } unknown)
            throw new InvalidOperationException($"Fold {fold.Number}: the model gives class '{unknown}', which the data does not have ({string.Join(", ", classes)}).");
        return [.. scored.Select((row, i) => new ScoredUtterance(test[i].Utterance, row.Speaker, fold.Number, classes.IndexOf(row.Truth), classes.IndexOf(row.Predicted))
        {
            Scores = row.Scores is null ? null : [.. order.Select(at => at < 0 ? 0 : row.Scores[at])],
        })];
    }
}
