using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetSer.Reporting;

namespace MlNetSer;

/// <summary>What one fold gave.</summary>
/// <param name="Fold">The speakers of each side.</param>
/// <param name="FoldCount">Folds in all.</param>
/// <param name="TrainCount">Training rows.</param>
/// <param name="ValidationCount">Validation rows.</param>
/// <param name="TestCount">Test rows.</param>
/// <param name="Matrix">Truth against prediction on the test rows.</param>
/// <param name="Seconds">Duration of training and scoring.</param>
public sealed record FoldResult(SpeakerFold Fold, int FoldCount, int TrainCount, int ValidationCount, int TestCount,
    ConfusionMatrix Matrix, double Seconds)
{
    /// <summary>What became of the validation rows.</summary>
    public ValidationUse Validation { get; init; }

    /// <summary>What came out of the training in a few words, such as the epoch that was kept; null where nobody asked.</summary>
    public string? Model { get; init; }
}

/// <summary>One scored test row.</summary>
/// <param name="Utterance">Its name where the data has a column Utterance, else its position in the data, from 1.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Fold">The fold that tested it.</param>
/// <param name="Truth">Class, as a position in the result's classes.</param>
/// <param name="Predicted">Class that the model gave.</param>
public sealed record ScoredUtterance(string Utterance, string Speaker, int Fold, int Truth, int Predicted)
{
    /// <summary>
    /// The model's Score column in the order of the result's classes, probabilities from every trainer of this project; null where the
    /// model has no score per class.
    /// </summary>
    public IReadOnlyList<float>? Scores { get; init => field = ByValue.List(value); }
}

/// <summary>A speaker's share of a result.</summary>
/// <param name="Speaker">Name.</param>
/// <param name="Count">Test utterances.</param>
/// <param name="Uar">Unweighted average recall over the classes the speaker has.</param>
/// <param name="Accuracy">Correct / all.</param>
public sealed record SpeakerScore(string Speaker, int Count, double Uar, double Accuracy);

/// <summary>The outcome of a speaker-grouped cross-validation.</summary>
public sealed class SpeakerCrossValidationResult
{
    internal SpeakerCrossValidationResult(IReadOnlyList<string> classes, IReadOnlyList<FoldResult> folds,
        IReadOnlyList<ScoredUtterance> predictions,
        EvaluationProtocol setup, FoldFileAudit audit, string corpus, IReadOnlyDictionary<string, string> notes,
            IReadOnlyList<string>? leftOut = null)
    {
        (Folds, Predictions, Setup, Corpus, Notes, LeftOutBefore) = (folds, predictions, setup, corpus, notes, ByValue.List(leftOut ?? []));
        Audit = audit with { NobodyValidated = ValidationWords.NobodyValidated(folds.Select(fold => fold.Validation)) };
        Pooled = ConfusionMatrix.Of(classes, predictions);
        Interval = ClusteredBootstrap.Uar(classes.Count, predictions.Select(row => (row.Speaker, row.Truth, row.Predicted)));
        IntervalByUtterance = ClusteredBootstrap.UarByUtterance(classes.Count, predictions.Select(row => (row.Truth, row.Predicted)));
    }

    /// <summary>Name and version of the JSON.</summary>
    public string Format => ResultJson.Format;

    /// <summary>Identity of the corpus, as the data's column Corpus gives it; empty where there is none.</summary>
    public string Corpus { get; }

    /// <summary>How rows were divided and who validated, in words.</summary>
    public string Protocol => Setup.InWords([.. Folds.Select(fold => fold.Validation)]);

    /// <summary>Rows that were left out before the evaluation, such as recordings that could not be read: how many, which, and why. Empty
    /// where all took part.</summary>
    public IReadOnlyList<string> LeftOutBefore { get; }

    /// <summary>The plan as data; each fold says what became of its validation rows.</summary>
    public EvaluationProtocol Setup { get; }

    /// <summary>Mean of the folds' UAR (over the classes present in each).</summary>
    public double MeanUar => Folds.Average(fold => fold.Matrix.Uar);

    /// <summary>Mean of the folds' UAR over all classes, an absent one counting 0.</summary>
    public double MeanUarOverAllClasses => Folds.Average(fold => fold.Matrix.UarOverAllClasses);

    /// <summary>Sample standard deviation of the folds' UAR; 0 for one fold.</summary>
    public double UarStandardDeviation => SeedSummary.StandardDeviation([.. Folds.Select(fold => fold.Matrix.Uar)]);

    /// <summary>All test rows in one matrix.</summary>
    public ConfusionMatrix Pooled { get; }

    /// <summary>95 % interval of the pooled UAR, by a bootstrap that draws speakers.</summary>
    public ScoreInterval Interval { get; }

    /// <summary>The same drawing utterances one by one, as most papers do: too narrow.</summary>
    public ScoreInterval IntervalByUtterance { get; }

    /// <summary>Every speaker, in ordinal order.</summary>
    [JsonConverter(typeof(OneLineEach<SpeakerScore>))]
    public IReadOnlyList<SpeakerScore> Speakers
        => [.. Predictions.GroupBy(row => row.Speaker, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
    {
        var matrix = ConfusionMatrix.Of(Pooled.Classes, g);
        return new SpeakerScore(g.Key, matrix.Total, matrix.Uar, matrix.Accuracy);
    })];

    /// <summary>Seed, options, encoder hash: what the number depends on.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; }

    /// <summary>What the sides of the folds share.</summary>
    public FoldFileAudit Audit { get; }

    /// <summary>Every fold, in order.</summary>
    public IReadOnlyList<FoldResult> Folds { get; }

    /// <summary>Every test row, fold by fold.</summary>
    [JsonConverter(typeof(OneLineEach<ScoredUtterance>))]
    public IReadOnlyList<ScoredUtterance> Predictions { get; }

    /// <summary>The result as a table for people.</summary>
    public override string ToString() => ResultTable.Write(this);

    /// <summary>The whole result as JSON, one prediction a line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, EvaluationJson.File);

    /// <summary>Reads what <see cref="ToJson"/> wrote. Matrices and intervals are counted anew from the predictions.</summary>
    /// <exception cref="InvalidDataException">The text is not such JSON, of another version, or its predictions do not give its
    /// UAR.</exception>
    public static SpeakerCrossValidationResult FromJson(string json) => ResultJson.Read(json);

    /// <summary>Puts the parts of one run together, as if one process had run all folds. Notes that differ stand side by side.</summary>
    /// <param name="parts">Results of the same protocol and data that ran different folds.</param>
    /// <exception cref="InvalidOperationException">The parts are of different runs, or a fold is missing or stands twice.</exception>
    public static SpeakerCrossValidationResult Merge(IEnumerable<SpeakerCrossValidationResult> parts) => ResultParts.Merge([.. parts]);

    /// <summary>
    /// What differs between two results, one line each: protocol, notes, counts, scores, predictions. Durations do not count.
    /// </summary>
    /// <returns>Lines such as <c>Notes.seed: 1 -> 2</c>; none = the same result.</returns>
    public IReadOnlyList<string> DifferencesTo(SpeakerCrossValidationResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ResultDifferences.Between(this, other);
    }
}
