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

/// <summary>The outcome of a leave-one-speaker-out cross-validation.</summary>
public sealed class SpeakerCrossValidationResult
{
    internal SpeakerCrossValidationResult(IReadOnlyList<FoldResult> folds, ConfusionMatrix pooled, IReadOnlyDictionary<string, string> notes)
        => (Folds, Pooled, Notes) = (folds, pooled, notes);

    /// <summary>Every fold, in order.</summary>
    public IReadOnlyList<FoldResult> Folds { get; }

    /// <summary>All test rows in one matrix.</summary>
    public ConfusionMatrix Pooled { get; }

    /// <summary>Seed, options, encoder hash: what the number depends on.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; }

    /// <summary>Mean of the folds' UAR (over the classes present in each).</summary>
    public double MeanUar => Folds.Average(fold => fold.Matrix.Uar);

    /// <summary>Sample standard deviation of the folds' UAR.</summary>
    public double UarStandardDeviation => Math.Sqrt(Folds.Sum(fold => Math.Pow(fold.Matrix.Uar - MeanUar, 2)) / (Folds.Count - 1));

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"UAR {100 * MeanUar:0.0} ± {100 * UarStandardDeviation:0.0} ({Folds.Count} folds, leave one speaker out), pooled {100 * Pooled.Uar:0.0}; accuracy {100 * Pooled.Accuracy:0.0}; {Pooled.Total} utterances");
        var width = Math.Max(8, Pooled.Classes.Max(name => name.Length)) + 2;
        text.Append("truth".PadRight(width)).Append("recall".PadLeft(8));
        text.AppendLine(string.Concat(Pooled.Classes.Select(name => name.PadLeft(width))));
        for (var i = 0; i < Pooled.Classes.Count; i++)
        {
            var recall = Pooled.Recalls[i] is { } r ? (100 * r).ToString("0.0", CultureInfo.InvariantCulture) : "absent";
            text.Append(Pooled.Classes[i].PadRight(width)).Append(recall.PadLeft(8));
            text.AppendLine(string.Concat(Pooled.Counts[i].Select(count => count.ToString(CultureInfo.InvariantCulture).PadLeft(width))));
        }
        foreach (var fold in Folds)
            text.AppendLine(CultureInfo.InvariantCulture, $"fold {fold.Fold.Number,2}: test {string.Join(" ", fold.Fold.TestSpeakers)}, validation {string.Join(" ", fold.Fold.ValidationSpeakers)}: UAR {100 * fold.Matrix.Uar:0.0} ({fold.TrainCount}/{fold.ValidationCount}/{fold.TestCount} utterances, {fold.Seconds:0.0} s)");
        foreach (var (key, value) in Notes)
            text.AppendLine(CultureInfo.InvariantCulture, $"{key}: {value}");
        return text.ToString();
    }

    /// <summary>The whole result as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, new JsonSerializerOptions { WriteIndented = true, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals });
}
