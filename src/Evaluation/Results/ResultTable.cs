using System.Globalization;
using System.Text;

namespace MlNetSer.Reporting;

/// <summary>Prints a result for people.</summary>
internal static class ResultTable
{
    public static string Write(SpeakerCrossValidationResult result)
    {
        var (text, pooled) = (new StringBuilder(), result.Pooled);
        text.AppendLine(CultureInfo.InvariantCulture,
            $"UAR {Percent(result.MeanUar)} ± {Percent(result.UarStandardDeviation)} over "
            + $"{result.Folds.Count}{(result.Folds[0].FoldCount > result.Folds.Count ? $" of {result.Folds[0].FoldCount}" : "")} folds; "
            + $"pooled {Percent(pooled.Uar)} (95 % interval {Percent(result.Interval.Low)} to {Percent(result.Interval.High)}, drawn by "
            + $"speaker); accuracy {Percent(pooled.Accuracy)}");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{result.Protocol}; {pooled.Total} utterances of {result.Speakers.Count} "
            + $"speakers{(result.Corpus.Length > 0 ? $" of {result.Corpus}" : "")}");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"drawn by utterance the interval would be {Percent(result.IntervalByUtterance.Low)} to "
            + $"{Percent(result.IntervalByUtterance.High)}");
        if (result.Folds.Any(fold => fold.Matrix.Recalls.Contains(null)))
            text.AppendLine(CultureInfo.InvariantCulture,
                $"a fold lacks a class: over all classes, an absent one counting 0, the mean UAR is "
                + $"{Percent(result.MeanUarOverAllClasses)}");
        foreach (var line in result.LeftOutBefore)
            text.Append("left out before: ").AppendLine(line);
        foreach (var finding in result.Audit.Summary())
            text.Append("audit: ").AppendLine(finding);
        text.AppendLine();
        Matrix(text, pooled);

        text.AppendLine().Append("tested".PadRight(14)).AppendLine("    UAR  accuracy  utterances  validated by                 seconds");
        foreach (var fold in result.Folds)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{Short(fold.Fold.TestSpeakers, 2),-14}{100 * fold.Matrix.Uar,7:0.0}"
                + $"{100 * fold.Matrix.Accuracy,10:0.0}{fold.TestCount,12}  "
                + $"{Validated(fold),-26}{fold.Seconds,10:0.0}{(fold.Model is { } model ? "  " + model : "")}");
        foreach (var (key, value) in result.Notes)
            text.AppendLine(CultureInfo.InvariantCulture, $"{key}: {value}");
        return text.ToString();
    }

    /// <summary>Recall and counts of each class.</summary>
    public static void Matrix(StringBuilder text, ConfusionMatrix matrix)
    {
        var width = Math.Max(8, matrix.Classes.Max(name => name.Length)) + 2;
        text.Append("truth".PadRight(width)).Append("recall".PadLeft(8)).Append("   predicted ");
        text.AppendLine(string.Concat(matrix.Classes.Select(name => name.PadLeft(width))));
        for (var i = 0; i < matrix.Classes.Count; i++)
        {
            text.Append(matrix.Classes[i].PadRight(width)).Append((matrix.Recalls[i] is { } recall ? Percent(recall) : "absent").PadLeft(8))
                .Append(' ', 13);
            text.AppendLine(string.Concat(matrix.Counts[i].Select(count => count.ToString(CultureInfo.InvariantCulture).PadLeft(width))));
        }
    }

    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Validated(FoldResult fold) => ValidationWords.IsWithout(fold.Validation)
        ? $"nobody ({Short(fold.Fold.ValidationSpeakers, 2)} left out)"
        : Short(fold.Fold.ValidationSpeakers, 4);

    private static string Short(IReadOnlyList<string> names, int most)
        => names.Count <= most ? string.Join(" ", names) : $"{string.Join(" ", names.Take(most - 1))} +{names.Count - most + 1}";
}
