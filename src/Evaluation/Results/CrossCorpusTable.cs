using System.Globalization;
using System.Text;
using static MlNetSer.Results.ResultTable;

namespace MlNetSer.Results;

/// <summary>Prints a cross-corpus result for people.</summary>
internal static class CrossCorpusTable
{
    private const int Shown = 5;

    public static string Write(CrossCorpusResult result)
    {
        var text = new StringBuilder();
        text.Append(Scores(result)).AppendLine();
        text.Append(Data(result)).AppendLine();
        if (ValidationWords.NobodyValidated(result.Folds.Select(fold => fold.Validation)) is { } nobody)
            text.Append("audit: when the models were trained, ").AppendLine(nobody);
        if (result.LeftOut is not null)
            text.AppendLine(result.LeftOut.ToString());
        foreach (var line in result.LeftOutBefore)
            text.Append("left out before: ").AppendLine(line);
        if (result.SpeakersAlsoInTraining.Count > 0)
            text.Append(Namesakes(result.SpeakersAlsoInTraining)).AppendLine();
        Matrix(text.AppendLine().AppendLine("ensemble"), result.Ensemble);
        foreach (var (key, value) in result.Notes)
            text.AppendLine(CultureInfo.InvariantCulture, $"{key}: {value}");
        return text.ToString();
    }

    private static string Scores(CrossCorpusResult result)
        => $"UAR {Percent(result.MeanUar)} ± {Percent(result.UarStandardDeviation)} over {Count(result.Folds.Count)} models "
        + $"(95 % interval {Range(result.Interval)}, drawn by speaker; {Range(result.IntervalByUtterance)} by utterance); "
        + $"ensemble {Percent(result.Ensemble.Uar)} ({Range(result.EnsembleInterval)})";

    private static string Data(CrossCorpusResult result)
    {
        var source = result.Source.Length > 0 ? $" of {result.Source}" : "";
        var target = result.Target.Length > 0 ? result.Target : "the target";
        var speakers = result.Predictions.DistinctBy(row => row.Speaker).Count();
        return $"Every fold's model{source} on the whole of {target}; "
            + $"{Count(result.Predictions.Count)} utterances of {Count(speakers)} speakers; labels: {Labels(result.LabelMap)}";
    }

    private static string Labels(IReadOnlyDictionary<string, string> map) => map.Count == 0 ? "as they are"
        : string.Join(", ", map.Select(entry => $"{entry.Key} -> {(entry.Value.Length > 0 ? entry.Value : "left out")}"));

    private static string Namesakes(IReadOnlyList<string> names)
        => $"audit: {Count(names.Count)} speakers of the target have the name of a training or validation speaker "
        + $"({string.Join(", ", names.Take(Shown))}{(names.Count > Shown ? ", ..." : "")}); "
        + "if they are the same people, the score leaks";

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
