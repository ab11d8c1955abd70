using Microsoft.ML;
using MlNetSer.Protocols;

namespace MlNetSer;

/// <summary>Options of <c>CrossCorpus</c>.</summary>
public sealed class CrossCorpusOptions
{
    /// <summary>
    /// Columns of the target, as <see cref="SpeakerCrossValidationOptions"/> names them; its protocol and folds are ignored.
    /// </summary>
    public SpeakerCrossValidationOptions Columns { get; set; } = new();

    /// <summary>
    /// The models' class for each class of the target that has another name; empty = rows of that class are left out and counted.
    /// </summary>
    public IDictionary<string, string> LabelMap { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Facts to carry in the result: corpora, seed, trainer options, encoder hash.</summary>
    public IDictionary<string, string> Notes { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>Cross-corpus evaluation under <c>MLContext.MulticlassClassification</c>.</summary>
public static class CrossCorpusEvaluation
{
    /// <summary>
    /// Scores each fold's model on all of another corpus and averages the UARs (paper, §4.2.3); beside it stands the ensemble, the mean of
    /// the models' probabilities.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="models">The models of a within-corpus run, taken one at a time: a lazy sequence may load each and dispose of
    /// it.</param>
    /// <param name="target">All rows of the other corpus. Nothing is fitted to it.</param>
    /// <param name="options">Label map and columns; null = the defaults.</param>
    /// <param name="progress">Told after each model.</param>
    /// <param name="cancellation">Stops between models.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no models, they have different classes, or the target has a class that they do
    /// not know.</exception>
    public static CrossCorpusResult CrossCorpus(this MulticlassClassificationCatalog catalog, IEnumerable<FoldModel> models,
        IDataView target,
        CrossCorpusOptions? options = null, IProgress<CrossCorpusFold>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(target);
        options ??= new CrossCorpusOptions();
        var labels = RowReader.ClassNames(target.Schema, options.Columns.LabelColumnName);
        var rows = RowReader.Read(target, options.Columns, new EvaluationProtocol());
        int[] used = [];
        List<string>? classes = null;
        List<CrossCorpusFold> folds = [];
        List<(int Fold, List<ScoredRow> Rows)> scored = [];
        List<string> heard = [];
        FoldModel? first = null;
        foreach (var model in models)
        {
            if (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException($"Ended after {folds.Count} models were scored on the target; their scores are not "
                    + $"kept. "
                    + $"The models are, where the run that trained them has a "
                    + $"{nameof(SpeakerCrossValidationOptions)}.{nameof(SpeakerCrossValidationOptions.ResumeFolder)}.", cancellation);
            }
            first ??= model;
            if (model.Corpus != first.Corpus || model.Protocol != first.Protocol)
                throw new InvalidOperationException(
                    $"The model of fold {model.Fold.Number} was trained on '{model.Corpus}' ({model.Protocol}), the first on "
                    + $"'{first.Corpus}' ({first.Protocol}). Give models of one run.");
            var (modelClasses, all) = ModelScorer.Score(model.Model, target, options.Columns);
            if (classes is null)
            {
                classes = modelClasses;
                CheckLabels(rows, classes, options.LabelMap);
                used = [.. Enumerable.Range(0, all.Count).Where(i => Map(all[i].Truth, options.LabelMap).Length > 0)];
            }
            if (!classes.SequenceEqual(modelClasses))
                throw new InvalidOperationException(
                    $"The model of fold {model.Fold.Number} gives the classes {string.Join(", ", modelClasses)}, the first gave "
                    + $"{string.Join(", ", classes)}. Models of one run have the same.");
            List<ScoredRow> kept = [.. used.Select(i => all[i])];
            scored.Add((model.Fold.Number, kept));
            heard.AddRange(model.Fold.TrainSpeakers);
            if (!ValidationWords.IsWithout(model.Validation))
                heard.AddRange(model.Fold.ValidationSpeakers);
            var matrix = ConfusionMatrix.Of(classes,
                kept.Select(row => (classes.IndexOf(Map(row.Truth, options.LabelMap)), classes.IndexOf(row.Predicted))));
            folds.Add(new CrossCorpusFold(model.Fold, matrix) { Validation = model.Validation });
            progress?.Report(folds[^1]);
        }
        if (classes is null)
            throw new InvalidOperationException(
                "There are no models. Keep those of a within-corpus run: "
                + $"set {nameof(SpeakerCrossValidationOptions)}.{nameof(SpeakerCrossValidationOptions.ModelFitted)} to "
                + $"{nameof(FoldModels)}.{nameof(FoldModels.Add)}.");

        var predictions = used.Select((at, i) =>
        {
            var probabilities = Mean([.. scored.Select(fold => fold.Rows[i].Scores
                ?? throw new InvalidOperationException(
                $"The model of fold {fold.Fold} has no column Score with one probability per class, so there is no ensemble. "
                + "Use a trainer that gives them."))], rows[at].Utterance);
            return new CrossCorpusUtterance(rows[at].Utterance, rows[at].Speaker, classes.IndexOf(Map(rows[at].Label, options.LabelMap)),
                Array.IndexOf(probabilities, probabilities.Max()), [.. scored.Select(fold => classes.IndexOf(fold.Rows[i].Predicted))],
                probabilities);
        }).ToList();
        string[] dropped = [.. rows.Where(row => Map(row.Label, options.LabelMap).Length == 0).Select(row => row.Utterance)];
        return new CrossCorpusResult(first!.Corpus, first.Protocol, classes, folds, predictions,
            new SortedDictionary<string, string>(labels.Where(options.LabelMap.ContainsKey)
            .ToDictionary(name => name, name => options.LabelMap[name]), StringComparer.Ordinal),
            dropped.Length == 0 ? null : LeftOutRows.Of("their class is mapped to none", dropped),
            [.. heard.Intersect(rows.Select(row => row.Speaker), StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            RowReader.Corpus(target, options.Columns), new SortedDictionary<string, string>(options.Notes, StringComparer.Ordinal),
                RowReader.LeftOut(target.Schema));
    }

    private static string Map(string label, IDictionary<string, string> map) => map.TryGetValue(label, out var mapped) ? mapped : label;

    private static void CheckLabels(List<FoldRow> rows, List<string> classes, IDictionary<string, string> map)
    {
        string[] unknown = [.. rows.Select(row => row.Label).Distinct(StringComparer.Ordinal)
            .Where(label => Map(label, map) is { Length: > 0 } mapped && !classes.Contains(mapped)).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new InvalidOperationException(
                $"The models give the classes {string.Join(", ", classes)}; "
                + $"the target also has {string.Join(", ", unknown.Select(label => $"'{label}'"))}. "
                + $"Map each in {nameof(CrossCorpusOptions)}.{nameof(CrossCorpusOptions.LabelMap)} to one of theirs, or to \"\" to leave "
                + "its rows out.");
        if (rows.All(row => Map(row.Label, map).Length == 0))
            throw new InvalidOperationException("Every class of the target is mapped to none; there is nothing to score.");
    }

    private static double[] Mean(float[][] models, string utterance)
    {
        const double RoundingOfFloats = 1e-3;
        var odd = models.FirstOrDefault(scores => scores.Any(score => !(score >= 0)) || Math.Abs(scores.Sum() - 1) > RoundingOfFloats);
        if (odd is not null)
            throw new InvalidOperationException(
                $"The scores of utterance '{utterance}' are no probabilities: {string.Join(", ", odd)}. "
                + "The ensemble averages probabilities; use a trainer that gives them.");
        return [.. models[0].Select((_, c) => models.Average(scores => (double)scores[c]))];
    }
}
