using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MlNetSer;

/// <summary>What one fold gave.</summary>
/// <param name="Fold">The speakers of each side.</param>
/// <param name="FoldCount">Folds in all.</param>
/// <param name="TrainCount">Training rows.</param>
/// <param name="ValidationCount">Validation rows.</param>
/// <param name="TestCount">Test rows.</param>
/// <param name="Matrix">Truth against prediction on the test rows.</param>
/// <param name="Seconds">Duration of training and scoring.</param>
public sealed record FoldResult(SpeakerFold Fold, int FoldCount, int TrainCount, int ValidationCount, int TestCount, ConfusionMatrix Matrix, double Seconds);

/// <summary>One scored test row.</summary>
/// <param name="Utterance">Its name where the data has a column Utterance, else its position among the rows of its fold.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Fold">The fold that tested it.</param>
/// <param name="Truth">Class, as a position in the result's classes.</param>
/// <param name="Predicted">Class that the model gave.</param>
public sealed record ScoredUtterance(string Utterance, string Speaker, int Fold, int Truth, int Predicted);

/// <summary>A speaker's share of a result.</summary>
/// <param name="Speaker">Name.</param>
/// <param name="Count">Test utterances.</param>
/// <param name="Uar">Unweighted average recall over the classes the speaker has.</param>
/// <param name="Accuracy">Correct / all.</param>
public sealed record SpeakerScore(string Speaker, int Count, double Uar, double Accuracy);

/// <summary>The outcome of a speaker-grouped cross-validation.</summary>
public sealed class SpeakerCrossValidationResult
{
    internal SpeakerCrossValidationResult(IReadOnlyList<string> classes, IReadOnlyList<FoldResult> folds, IReadOnlyList<ScoredUtterance> predictions, string protocol, IReadOnlyDictionary<string, string> notes)
    {
        (Folds, Predictions, Protocol, Notes) = (folds, predictions, protocol, notes);
        Pooled = new ConfusionMatrix(classes);
        foreach (var row in predictions)
            Pooled.Add(row.Truth, row.Predicted);
        Interval = ClusteredBootstrap.Uar(classes.Count, predictions.Select(row => (row.Speaker, row.Truth, row.Predicted)));
    }

    /// <summary>How rows were divided and who validated, in words.</summary>
    public string Protocol { get; }

    /// <summary>Mean of the folds' UAR (over the classes present in each).</summary>
    public double MeanUar => Folds.Average(fold => fold.Matrix.Uar);

    /// <summary>Sample standard deviation of the folds' UAR; 0 for one fold.</summary>
    public double UarStandardDeviation => Folds.Count < 2 ? 0 : Math.Sqrt(Folds.Sum(fold => Math.Pow(fold.Matrix.Uar - MeanUar, 2)) / (Folds.Count - 1));

    /// <summary>All test rows in one matrix.</summary>
    public ConfusionMatrix Pooled { get; }

    /// <summary>95 % interval of the pooled UAR, by a bootstrap that draws speakers.</summary>
    public ScoreInterval Interval { get; }

    /// <summary>Every speaker, in ordinal order.</summary>
    public IReadOnlyList<SpeakerScore> Speakers => [.. Predictions.GroupBy(row => row.Speaker, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
    {
        var matrix = new ConfusionMatrix(Pooled.Classes);
        foreach (var row in g)
            matrix.Add(row.Truth, row.Predicted);
        return new SpeakerScore(g.Key, matrix.Total, matrix.Uar, matrix.Accuracy);
    })];

    /// <summary>Every fold, in order.</summary>
    public IReadOnlyList<FoldResult> Folds { get; }

    /// <summary>Seed, options, encoder hash: what the number depends on.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; }

    /// <summary>Every test row, fold by fold.</summary>
    public IReadOnlyList<ScoredUtterance> Predictions { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"UAR {100 * MeanUar:0.0} ± {100 * UarStandardDeviation:0.0} over {Folds.Count} folds; pooled {100 * Pooled.Uar:0.0} (95 % interval {100 * Interval.Low:0.0} to {100 * Interval.High:0.0}, drawn by speaker); accuracy {100 * Pooled.Accuracy:0.0}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Protocol}; {Pooled.Total} utterances of {Speakers.Count} speakers").AppendLine();

        var width = Math.Max(8, Pooled.Classes.Max(name => name.Length)) + 2;
        text.Append("truth".PadRight(width)).Append("recall".PadLeft(8)).Append("   predicted ");
        text.AppendLine(string.Concat(Pooled.Classes.Select(name => name.PadLeft(width))));
        for (var i = 0; i < Pooled.Classes.Count; i++)
        {
            var recall = Pooled.Recalls[i] is { } r ? (100 * r).ToString("0.0", CultureInfo.InvariantCulture) : "absent";
            text.Append(Pooled.Classes[i].PadRight(width)).Append(recall.PadLeft(8)).Append(' ', 13);
            text.AppendLine(string.Concat(Pooled.Counts[i].Select(count => count.ToString(CultureInfo.InvariantCulture).PadLeft(width))));
        }
        text.AppendLine().Append("test speaker".PadRight(14)).AppendLine("    UAR  accuracy  utterances  validated by                 seconds");
        var bySpeaker = Speakers.ToDictionary(s => s.Speaker, StringComparer.Ordinal);
        foreach (var fold in Folds)
        {
            foreach (var score in fold.Fold.TestSpeakers.Select(s => bySpeaker[s]))
                text.AppendLine(CultureInfo.InvariantCulture, $"{score.Speaker,-14}{100 * score.Uar,7:0.0}{100 * score.Accuracy,10:0.0}{score.Count,12}  {string.Join(" ", fold.Fold.ValidationSpeakers),-26}{fold.Seconds,10:0.0}");
        }
        foreach (var (key, value) in Notes)
            text.AppendLine(CultureInfo.InvariantCulture, $"{key}: {value}");
        return text.ToString();
    }

    /// <summary>The whole result as JSON, every prediction included.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // names as they are written; the text is never put into HTML
    };
}
