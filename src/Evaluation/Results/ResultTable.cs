using System.Globalization;
using System.Text;

namespace MlNetSer.Results;

/// <summary>Prints a result for people.</summary>
internal static class ResultTable
{
    public static string Write(SpeakerCrossValidationResult result)
    {
        var text = new StringBuilder();
        text.Append(Scores(result)).AppendLine();
        text.Append(Data(result)).AppendLine();
        text.Append("drawn by utterance the interval would be ").AppendLine(Range(result.IntervalByUtterance));
        if (result.Folds.Any(fold => fold.Matrix.Recalls.Contains(null)))
            text.Append("a fold lacks a class: over all classes, an absent one counting 0, the mean UAR is ")
                .AppendLine(Percent(result.MeanUarOverAllClasses));
        foreach (var line in result.LeftOutBefore)
            text.Append("left out before: ").AppendLine(line);
        foreach (var finding in result.Audit.Summary())
            text.Append("audit: ").AppendLine(finding);
        text.AppendLine();
        Matrix(text, result.Pooled);

        text.AppendLine().Append("tested".PadRight(14)).AppendLine("    UAR  accuracy  utterances  validated by                 seconds");
        foreach (var fold in result.Folds)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{Short(fold.Fold.TestSpeakers, 2),-14}{100 * fold.Matrix.Uar,7:0.0}"
                + $"{100 * fold.Matrix.Accuracy,10:0.0}{fold.TestCount,12}  "
                + $"{Validated(fold),-26}{fold.Seconds,10:0.0}{(fold.ModelSummary is { } summary ? "  " + summary : "")}");
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

    /// <summary>Both ends of an interval, in percent.</summary>
    public static string Range(ScoreInterval interval) => $"{Percent(interval.Low)} to {Percent(interval.High)}";

    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Scores(SpeakerCrossValidationResult result)
    {
        var (run, all) = (result.Folds.Count, result.Folds[0].FoldCount);
        var folds = all > run ? $"{run} of {all}" : $"{run}";
        return $"UAR {Percent(result.MeanUar)} ± {Percent(result.UarStandardDeviation)} over {folds} folds; "
            + $"pooled {Percent(result.Pooled.Uar)} (95 % interval {Range(result.Interval)}, drawn by speaker); "
            + $"accuracy {Percent(result.Pooled.Accuracy)}";
    }

    private static string Data(SpeakerCrossValidationResult result)
    {
        var corpus = result.Corpus.Length > 0 ? $" of {result.Corpus}" : "";
        return $"{result.ProtocolInWords}; {result.Pooled.Total} utterances of {result.Speakers.Count} speakers{corpus}";
    }

    private static string Validated(FoldResult fold) => ValidationWords.IsWithout(fold.Validation)
        ? $"nobody ({Short(fold.Fold.ValidationSpeakers, 2)} left out)"
        : Short(fold.Fold.ValidationSpeakers, 4);

    private static string Short(IReadOnlyList<string> names, int most)
        => names.Count <= most ? string.Join(" ", names) : $"{string.Join(" ", names.Take(most - 1))} +{names.Count - most + 1}";
}
