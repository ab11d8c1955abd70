using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetSer.Reporting;

namespace MlNetSer;

/// <summary>One model on all of the target.</summary>
/// <param name="Fold">The within-corpus fold that the model comes from: who trained it, whose rows were kept for choosing its
/// epoch.</param>
/// <param name="Matrix">Truth against prediction on the target.</param>
public sealed record CrossCorpusFold(SpeakerFold Fold, ConfusionMatrix Matrix)
{
    /// <summary>What became of the fold's validation rows when the model was trained.</summary>
    public ValidationUse Validation { get; init; }
}

/// <summary>One row of the target.</summary>
/// <param name="Utterance">Its name, or its position, from 1.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Truth">Class, as a position in the result's classes, after the label map.</param>
/// <param name="Ensemble">Class with the largest mean probability; the first of equals.</param>
/// <param name="Predicted">Class that each model gave, in the order of the folds.</param>
/// <param name="Probabilities">Mean over the models, in the order of the classes.</param>
public sealed record CrossCorpusUtterance(
    string Utterance, string Speaker, int Truth, int Ensemble, IReadOnlyList<int> Predicted, IReadOnlyList<double> Probabilities)
{
    /// <summary>Class that each model gave, in the order of the folds.</summary>
    public IReadOnlyList<int> Predicted { get; init => field = ByValue.List(value); } = ByValue.List(Predicted);

    /// <summary>Mean over the models, in the order of the classes.</summary>
    public IReadOnlyList<double> Probabilities { get; init => field = ByValue.List(value); } = ByValue.List(Probabilities);
}

/// <summary>The outcome of a cross-corpus evaluation.</summary>
public sealed class CrossCorpusResult
{
    private const string CurrentFormat = "mlnetser-cross-corpus/2";
    private const int Rounds = 2000, Seed = 1;
    private const double Level = 0.95;

    internal CrossCorpusResult(string source, EvaluationProtocol? setup, IReadOnlyList<string> classes,
        IReadOnlyList<CrossCorpusFold> folds, IReadOnlyList<CrossCorpusUtterance> predictions,
        IReadOnlyDictionary<string, string> labelMap, LeftOutRows? leftOut, IReadOnlyList<string> speakersAlsoInTraining, string target,
        IReadOnlyDictionary<string, string> notes, IReadOnlyList<string>? leftOutBefore = null)
    {
        LeftOutBefore = ByValue.List(leftOutBefore ?? []);
        (Source, Setup) = (source, setup);
        (Folds, Predictions, LabelMap, LeftOut, SpeakersAlsoInTraining, Target, Notes) =
            (folds, predictions, labelMap, leftOut, speakersAlsoInTraining, target, notes);
        Ensemble = ConfusionMatrix.Of(classes, predictions.Select(row => (row.Truth, row.Ensemble)));
        EnsembleInterval = ClusteredBootstrap.Uar(classes.Count, predictions.Select(row => (row.Speaker, row.Truth, row.Ensemble)));
        var rows = predictions.Select(row => (row.Speaker, row.Truth, Correct: row.Predicted.Select(predicted => predicted == row.Truth)
            .ToArray())).ToArray();
        double Mean(int[,] sums) => Enumerable.Range(0, folds.Count).Average(model => ClusteredBootstrap.UarOf(sums, model));
        Interval = ClusteredBootstrap.OfSums(ClusteredBootstrap.Clusters(classes.Count, rows), Mean, Rounds, Level, Seed);
        IntervalByUtterance = ClusteredBootstrap.OfDraws(
            () => new int[classes.Count, 1 + folds.Count], rows, (sums, row) => ClusteredBootstrap.Count(sums, row.Truth, row.Correct),
            Mean, Rounds, Level, Seed);
    }

    /// <summary>Name and version of the JSON.</summary>
    public string Format => CurrentFormat;

    /// <summary>Identity of the corpus that the models were trained on, with its label policy; empty = unknown.</summary>
    public string Source { get; }

    /// <summary>How the models' folds came about; null = unknown.</summary>
    public EvaluationProtocol? Setup { get; }

    /// <summary>Identity of the target, as its column Corpus gives it; empty where there is none.</summary>
    public string Target { get; }

    /// <summary>Mean of the models' UAR on the target: the paper's figure.</summary>
    public double MeanUar => Folds.Average(fold => fold.Matrix.Uar);

    /// <summary>Sample standard deviation of the models' UAR; 0 for one model.</summary>
    public double UarStandardDeviation => SeedSummary.StandardDeviation([.. Folds.Select(fold => fold.Matrix.Uar)]);

    /// <summary>95 % interval of the mean, by a bootstrap that draws speakers of the target.</summary>
    public ScoreInterval Interval { get; }

    /// <summary>The same, drawing utterances as if they were independent: what most papers report, and too narrow.</summary>
    public ScoreInterval IntervalByUtterance { get; }

    /// <summary>Truth against the class with the largest mean probability.</summary>
    public ConfusionMatrix Ensemble { get; }

    /// <summary>95 % interval of the ensemble's UAR, by a bootstrap that draws speakers of the target.</summary>
    public ScoreInterval EnsembleInterval { get; }

    /// <summary>Classes of the target that had another name.</summary>
    public IReadOnlyDictionary<string, string> LabelMap { get; }

    /// <summary>Rows of the target that were left out; null = none.</summary>
    public LeftOutRows? LeftOut { get; }

    /// <summary>Rows of the target that were left out before the evaluation, such as recordings that could not be read: how many, which,
    /// and why.</summary>
    public IReadOnlyList<string> LeftOutBefore { get; }

    /// <summary>
    /// Speakers of the target whose name a model was trained on, or its epoch chosen by: two people of one name, or a leak.
    /// </summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> SpeakersAlsoInTraining { get; }

    /// <summary>Corpora, seed, options, encoder hash: what the number depends on.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; }

    /// <summary>Every model.</summary>
    public IReadOnlyList<CrossCorpusFold> Folds { get; }

    /// <summary>Every row of the target that was scored.</summary>
    [JsonConverter(typeof(OneLineEach<CrossCorpusUtterance>))]
    public IReadOnlyList<CrossCorpusUtterance> Predictions { get; }

    /// <summary>The result for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"UAR {ResultTable.Percent(MeanUar)} ± {ResultTable.Percent(UarStandardDeviation)} over {Folds.Count} models (95 % interval "
            + $"{ResultTable.Percent(Interval.Low)} to {ResultTable.Percent(Interval.High)}, drawn by speaker; "
            + $"{ResultTable.Percent(IntervalByUtterance.Low)} to {ResultTable.Percent(IntervalByUtterance.High)} by utterance); "
            + $"ensemble {ResultTable.Percent(Ensemble.Uar)} ({ResultTable.Percent(EnsembleInterval.Low)} to "
            + $"{ResultTable.Percent(EnsembleInterval.High)})");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Every fold's model{(Source.Length > 0 ? $" of {Source}" : "")} on the whole of "
            + $"{(Target.Length > 0 ? Target : "the target")}; "
            + $"{Predictions.Count} utterances of {Predictions.DistinctBy(row => row.Speaker).Count()} speakers; labels: "
            + $"{LabelMapText()}");
        if (ValidationWords.NobodyValidated(Folds.Select(fold => fold.Validation)) is { } nobody)
            text.Append("audit: when the models were trained, ").AppendLine(nobody);
        if (LeftOut is not null)
            text.AppendLine(LeftOut.ToString());
        foreach (var line in LeftOutBefore)
            text.Append("left out before: ").AppendLine(line);
        if (SpeakersAlsoInTraining.Count > 0)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"audit: {SpeakersAlsoInTraining.Count} speakers of the target have the name of a training or validation speaker "
                + $"({string.Join(", ", SpeakersAlsoInTraining.Take(5))}{(SpeakersAlsoInTraining.Count > 5 ? ", ..." : "")}); "
                + $"if they are the same people, the score leaks");
        ResultTable.Matrix(text.AppendLine().AppendLine("ensemble"), Ensemble);
        foreach (var (key, value) in Notes)
            text.AppendLine(CultureInfo.InvariantCulture, $"{key}: {value}");
        return text.ToString();
    }

    /// <summary>What differs from another result, one value a line; predictions and probabilities are counted.</summary>
    public IReadOnlyList<string> DifferencesTo(CrossCorpusResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ResultDifferences.Between(this, other);
    }

    /// <summary>The whole result as JSON, one row of the target a line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.File);

    /// <summary>Reads what <see cref="ToJson"/> wrote. Matrices and intervals are counted anew from the predictions.</summary>
    /// <exception cref="InvalidDataException">The text is not such JSON, of another version, cut or edited.</exception>
    public static CrossCorpusResult FromJson(string json)
    {
        var stored = EvaluationJson.Read<Stored>(json, "The cross-corpus result");
        if (stored.Format != CurrentFormat)
            throw new InvalidDataException($"The cross-corpus result has format '{stored.Format}'; wanted '{CurrentFormat}'.");
        if (stored.Predictions.FirstOrDefault(row => row.Predicted.Count != stored.Folds.Count) is { } odd)
            throw new InvalidDataException(
                $"Utterance '{odd.Utterance}' has {odd.Predicted.Count} predictions for {stored.Folds.Count} models.");
        var classes = stored.Ensemble.Classes;
        bool IsClass(int position) => position >= 0 && position < classes.Count;
        if (stored.Predictions.FirstOrDefault(row => !IsClass(row.Truth) || !IsClass(row.Ensemble) || !row.Predicted.All(IsClass)
            || row.Probabilities.Count != classes.Count) is { } outside)
            throw new InvalidDataException(
                $"The cross-corpus result has {classes.Count} classes, but utterance '{outside.Utterance}' is {outside.Truth}, predicted "
                + $"{string.Join(", ", outside.Predicted)}, with {outside.Probabilities.Count} probabilities. The file was edited.");
        var result = new CrossCorpusResult(stored.Source, stored.Setup, classes,
            [.. stored.Folds.Select((fold, i) => new CrossCorpusFold(fold.Fold,
            ConfusionMatrix.Of(classes,
            stored.Predictions.Select(row => (row.Truth, row.Predicted[i])))) { Validation = fold.Validation })],
            stored.Predictions, stored.LabelMap, stored.LeftOut, stored.SpeakersAlsoInTraining, stored.Target, new SortedDictionary<string,
                string>(stored.Notes, StringComparer.Ordinal), stored.LeftOutBefore);
        return Math.Abs(result.MeanUar - stored.MeanUar) <= ResultJson.Rounding
            ? result
            : throw new InvalidDataException(
                $"The cross-corpus result says UAR {stored.MeanUar:R}, but its predictions give {result.MeanUar:R}. "
                + "The file was cut or edited.");
    }

    /// <summary>
    /// Puts the parts of one run together, as if one process had run all models; to the last digit where each part has one model. Notes
    /// that differ stand side by side.
    /// </summary>
    /// <param name="parts">Results of different models of one run on the same target.</param>
    /// <exception cref="InvalidOperationException">The parts have other rows, classes or label maps, or a fold stands twice.</exception>
    public static CrossCorpusResult Merge(IEnumerable<CrossCorpusResult> parts) => CrossCorpusParts.Merge([.. parts]);

    private string LabelMapText() => LabelMap.Count == 0 ? "as they are"
        : string.Join(", ", LabelMap.Select(entry => $"{entry.Key} -> {(entry.Value.Length > 0 ? entry.Value : "left out")}"));

    private sealed record Stored(string Format, string Source, EvaluationProtocol? Setup, double MeanUar, string Target,
        ResultJson.StoredMatrix Ensemble, Dictionary<string, string> LabelMap, LeftOutRows? LeftOut, List<string> SpeakersAlsoInTraining,
        Dictionary<string, string> Notes, List<StoredFold> Folds, List<CrossCorpusUtterance> Predictions,
        List<string>? LeftOutBefore = null);

    private sealed record StoredFold(SpeakerFold Fold, ValidationUse Validation = ValidationUse.NotRecorded);
}
