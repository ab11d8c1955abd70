using System.CommandLine;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>Compares runs, or systems of one folder.</summary>
internal static class CompareCommand
{
    private static readonly Argument<string[]> s_runs = new("runs")
    {
        Description = "Two runs or more (files of runs/, or folders that hold one), or, with --output, systems such as cta-rnn cta e5.",
        Arity = new ArgumentArity(2, 100),
    };

    private static readonly Option<string?> s_output = new("--output")
    {
        Description = "Compare systems of this output folder of 'evaluate' or 'reproduce', over all seeds.",
    };

    public static ToolCommand Create() => new("compare",
        "Is one better than the other? Sets the first against each other one on the same utterances: difference, interval, "
            + "McNemar's test (do they differ by more than chance?).",
        "mlnetser compare cta-rnn cta e5 --output evaluation", Run) { s_runs, s_output };

    private static int Run(ToolCall call)
    {
        var (runs, folder) = (call.Get(s_runs), call.Get(s_output));
        Console.WriteLine(folder is null ? Experiment.CompareRuns(runs) : Experiment.CompareSystems(folder, runs));
        return 0;
    }
}
