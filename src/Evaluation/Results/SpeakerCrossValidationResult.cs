using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetSer.Json;
using MlNetSer.Results;

namespace MlNetSer;

/// <summary>The outcome of a speaker-grouped cross-validation.</summary>
public sealed class SpeakerCrossValidationResult
{
    internal SpeakerCrossValidationResult(IReadOnlyList<string> classes, IReadOnlyList<FoldResult> folds,
        IReadOnlyList<ScoredUtterance> predictions, EvaluationProtocol protocol, FoldFileAudit audit, string corpus,
        IReadOnlyDictionary<string, string> notes, IReadOnlyList<string>? leftOut = null)
    {
        (Folds, Predictions, Protocol, Corpus, Notes) = (folds, predictions, protocol, corpus, notes);
        LeftOutBefore = ByValue.List(leftOut ?? []);
        Audit = audit with { NobodyValidated = ValidationWords.NobodyValidated(folds.Select(fold => fold.Validation)) };
        Pooled = ScoredUtterance.Matrix(classes, predictions);
    }

    /// <summary>Name and version of the JSON.</summary>
    public string Format => ResultJson.Format;

    /// <summary>Identity of the corpus, as the data's column Corpus gives it; empty where there is none.</summary>
    public string Corpus { get; }

    /// <summary>How rows were divided and who validated, in words.</summary>
    [JsonPropertyName("Protocol")]   // the name in files that exist
    public string ProtocolInWords => Protocol.InWords([.. Folds.Select(fold => fold.Validation)]);

    /// <summary>Rows that were left out before the evaluation, such as recordings that could not be read: how many, which, and why. Empty
    /// where all took part.</summary>
    public IReadOnlyList<string> LeftOutBefore { get; }

    /// <summary>How rows were divided and who was to validate; each fold says what became of its validation rows.</summary>
    [JsonPropertyName("Setup")]   // the name in files that exist
    public EvaluationProtocol Protocol { get; }

    /// <summary>Mean of the folds' UAR (over the classes present in each).</summary>
    public double MeanUar => Folds.Average(fold => fold.Matrix.Uar);

    /// <summary>Mean of the folds' UAR over all classes, an absent one counting 0.</summary>
    public double MeanUarOverAllClasses => Folds.Average(fold => fold.Matrix.UarOverAllClasses);

    /// <summary>Sample standard deviation of the folds' UAR; 0 for one fold.</summary>
    public double UarStandardDeviation => SeedSummary.StandardDeviation([.. Folds.Select(fold => fold.Matrix.Uar)]);

    /// <summary>All test rows in one matrix.</summary>
    public ConfusionMatrix Pooled { get; }

    /// <summary>95 % interval of the pooled UAR, by a bootstrap that draws speakers.</summary>
    public ScoreInterval Interval => field ??= ClusteredBootstrap.Uar(
        Pooled.Classes.Count, Predictions.Select(row => (row.Speaker, row.Truth, row.Predicted)));

    /// <summary>The same drawing utterances one by one, as most papers do: too narrow.</summary>
    public ScoreInterval IntervalByUtterance => field ??= ClusteredBootstrap.UarByUtterance(
        Pooled.Classes.Count, Predictions.Select(row => (row.Truth, row.Predicted)));

    /// <summary>Every speaker, in ordinal order.</summary>
    [JsonConverter(typeof(OneLineEach<SpeakerScore>))]
    public IReadOnlyList<SpeakerScore> Speakers => [.. Predictions.GroupBy(row => row.Speaker, StringComparer.Ordinal)
        .OrderBy(rows => rows.Key, StringComparer.Ordinal)
        .Select(rows => SpeakerScore.Of(rows.Key, ScoredUtterance.Matrix(Pooled.Classes, rows)))];

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

    /// <summary>Reads what <see cref="ToJson"/> wrote. Matrices and intervals are counted again from the predictions.</summary>
    /// <exception cref="InvalidDataException">The text is not such JSON, of another version, or its predictions do not give its
    /// UAR.</exception>
    public static SpeakerCrossValidationResult FromJson(string json) => ResultJson.Read(json);

    /// <summary>Puts the parts of one run together, as if one process had run all folds. Notes that differ follow one another.</summary>
    /// <param name="parts">Results of the same protocol and data that ran different folds.</param>
    /// <exception cref="InvalidOperationException">The parts are of different runs, or a fold is missing or occurs twice.</exception>
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
