using System.Globalization;

namespace MlNetSer.Experiments;

/// <summary>Compares run records on the same utterances.</summary>
internal static class RunComparison
{
    public static string Page(IReadOnlyList<string> paths)
    {
        if (paths.Count < 2)
            throw new ArgumentException("A comparison wants two runs or more.", nameof(paths));
        ExperimentRun[] runs = [.. paths.Select(ExperimentRun.Load)];
        var table = new TextTable("run", "pooled UAR", "difference", "95 % by speaker", "McNemar, exact p");
        table.Add(runs[0].Name, FigureStyle.Percent(Uar(runs[0])), "-", "-", "-");
        foreach (var run in runs.Skip(1))
        {
            var comparison = Compare(runs[0], run);
            table.Add(run.Name, FigureStyle.Percent(Uar(run)), Points(comparison.Difference),
                $"{Points(comparison.BySpeaker.Low)} to {Points(comparison.BySpeaker.High)}",
                    comparison.McNemar.ExactP.ToString("G2", CultureInfo.InvariantCulture));
        }
        return table.ToMarkdown() + "\nPositive = better than the first. UAR is the mean of the classes' recalls, in points; the "
            + "interval draws speakers, the same for both runs.\n";
    }

    private static double Uar(ExperimentRun run) => run.Within?.Pooled.Uar ?? run.Across!.Ensemble.Uar;

    private static PairedComparison Compare(ExperimentRun first, ExperimentRun second) => (first, second) switch
    {
        ({ Within: { } a }, { Within: { } b }) => PairedComparison.Of(a, b),
        ({ Across: { } a }, { Across: { } b }) => PairedComparison.Of(a, b),
        _ => throw new ArgumentException(
            $"'{first.Name}' and '{second.Name}' are not of one kind: one was tested on its own corpus, the other on another one."),
    };

    private static string Points(double share) => (100 * share).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);
}
