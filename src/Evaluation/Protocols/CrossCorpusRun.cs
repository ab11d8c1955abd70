using Microsoft.ML;

namespace MlNetSer.Protocols;

/// <summary>Scores models on one target, one after another.</summary>
internal sealed class CrossCorpusRun(IDataView target, CrossCorpusOptions options)
{
    private readonly List<string> _labels = RowReader.ClassNames(target.Schema, options.Columns.Label);
    private readonly List<FoldRow> _rows = RowReader.Read(target, options.Columns, split: null);
    private readonly List<CrossCorpusFold> _folds = [];
    private readonly List<(int Fold, List<ScoredRow> Rows)> _scored = [];
    private readonly List<string> _heard = [];
    private List<string> _classes = [];
    private int[] _used = [];

    public CrossCorpusResult Run(
        IEnumerable<FoldModel> models, IProgress<CrossCorpusFold>? progress, CancellationToken cancellationToken)
    {
        FoldModel? first = null;
        foreach (var model in models)
        {
            if (cancellationToken.IsCancellationRequested)
                throw new OperationCanceledException(Ended(), cancellationToken);
            first ??= model;
            if (model.Corpus != first.Corpus || model.Protocol != first.Protocol)
                throw OtherRun(model, first);
            Score(model);
            progress?.Report(_folds[^1]);
        }
        return first is null ? throw NoModels() : Result(first);
    }

    private void Score(FoldModel model)
    {
        var (classes, all) = ModelScorer.Score(model.Model, target, options.Columns);
        if (_folds.Count == 0)
        {
            _classes = classes;
            CheckLabels();
            _used = [.. Enumerable.Range(0, all.Count).Where(i => Map(all[i].Truth).Length > 0)];
        }
        else if (!_classes.SequenceEqual(classes))
        {
            throw new InvalidOperationException(
                $"The model of fold {model.Fold.Number} gives the classes {string.Join(", ", classes)}, the first gave "
                + $"{string.Join(", ", _classes)}. Models of one run have the same.");
        }
        List<ScoredRow> kept = [.. _used.Select(i => all[i])];
        _scored.Add((model.Fold.Number, kept));
        _heard.AddRange(model.Fold.TrainSpeakers);
        if (!ValidationWords.IsWithout(model.Validation))
            _heard.AddRange(model.Fold.ValidationSpeakers);
        _folds.Add(new CrossCorpusFold
        {
            Fold = model.Fold,
            Matrix = ConfusionMatrix.Of(_classes,
                kept.Select(row => (_classes.IndexOf(Map(row.Truth)), _classes.IndexOf(row.Predicted)))),
            Validation = model.Validation,
        });
    }

    private CrossCorpusResult Result(FoldModel first)
    {
        string[] dropped = [.. _rows.Where(row => Map(row.Label).Length == 0).Select(row => row.Utterance)];
        return new CrossCorpusResult(_classes, _folds, [.. _used.Select(Utterance)])
        {
            Source = first.Corpus,
            Protocol = first.Protocol,
            Target = RowReader.Corpus(target, options.Columns),
            LabelMap = new SortedDictionary<string, string>(
                _labels.Where(options.LabelMap.ContainsKey).ToDictionary(name => name, name => options.LabelMap[name]),
                StringComparer.Ordinal),
            LeftOut = dropped.Length == 0 ? null : LeftOutRows.Of("their class is mapped to none", dropped),
            LeftOutBefore = LeftOutAnnotation.Read(target.Schema),
            SpeakersAlsoInTraining =
                [.. _heard.Intersect(_rows.Select(row => row.Speaker), StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Notes = new SortedDictionary<string, string>(options.Notes, StringComparer.Ordinal),
        };
    }

    private CrossCorpusUtterance Utterance(int at, int i)
    {
        var row = _rows[at];
        var probabilities = Mean([.. _scored.Select(fold => fold.Rows[i].Scores ?? throw NoScores(fold.Fold))], row.Utterance);
        return new CrossCorpusUtterance
        {
            Utterance = row.Utterance,
            Speaker = row.Speaker,
            Truth = _classes.IndexOf(Map(row.Label)),
            Ensemble = Array.IndexOf(probabilities, probabilities.Max()),
            Predicted = [.. _scored.Select(fold => _classes.IndexOf(fold.Rows[i].Predicted))],
            Probabilities = probabilities,
        };
    }

    private string Map(string label) => options.LabelMap.TryGetValue(label, out var mapped) ? mapped : label;

    private void CheckLabels()
    {
        string[] unknown = [.. _rows.Select(row => row.Label).Distinct(StringComparer.Ordinal)
            .Where(label => Map(label) is { Length: > 0 } mapped && !_classes.Contains(mapped)).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new InvalidOperationException($"The models give the classes {string.Join(", ", _classes)}; "
                + $"the target also has {string.Join(", ", unknown.Select(label => $"'{label}'"))}. "
                + $"Map each in {nameof(CrossCorpusOptions)}.{nameof(CrossCorpusOptions.LabelMap)} to one of theirs, or to \"\" to leave "
                + "its rows out.");
        if (_rows.All(row => Map(row.Label).Length == 0))
            throw new InvalidOperationException("Every class of the target is mapped to none; there is nothing to score.");
    }

    private static double[] Mean(float[][] models, string utterance)
    {
        const double RoundingOfFloats = 1e-3;
        var odd = models.FirstOrDefault(scores => scores.Any(score => !(score >= 0)) || Math.Abs(scores.Sum() - 1) > RoundingOfFloats);
        if (odd is not null)
            throw new InvalidOperationException(
                $"The scores of utterance '{utterance}' are not probabilities: {string.Join(", ", odd)}. "
                + "The ensemble averages probabilities; use a trainer that gives them.");
        return [.. models[0].Select((_, c) => models.Average(scores => (double)scores[c]))];
    }

    private string Ended() => $"Ended after {_folds.Count} models were scored on the target; their scores are not kept. "
        + "The models are, where the run that trained them has a "
        + $"{nameof(SpeakerCrossValidationOptions)}.{nameof(SpeakerCrossValidationOptions.ResumeFolder)}.";

    private static InvalidOperationException OtherRun(FoldModel model, FoldModel first)
        => new($"The model of fold {model.Fold.Number} was trained on '{model.Corpus}' ({model.Protocol}), the first on "
        + $"'{first.Corpus}' ({first.Protocol}). Give models of one run.");

    private static InvalidOperationException NoScores(int fold)
        => new($"The model of fold {fold} has no column Score with one probability per class, so there is no ensemble. "
        + "Use a trainer that gives them.");

    private static InvalidOperationException NoModels()
        => new("There are no models. Keep those of a within-corpus run: "
        + $"set {nameof(SpeakerCrossValidationOptions)}.{nameof(SpeakerCrossValidationOptions.ModelFitted)} to "
        + $"{nameof(FoldModels)}.{nameof(FoldModels.Add)}.");
}
