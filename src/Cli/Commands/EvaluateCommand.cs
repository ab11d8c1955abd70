using System.CommandLine;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>Evaluates systems by speaker.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> s_output = CommonOptions.Output(
        "Folder for jobs, runs and the report. What is whole there is not run again.", "evaluation");

    public static ToolCommand Create()
    {
        var merge = new ToolCommand("merge", "Makes the report from the jobs that are there.",
            "mlnetser evaluate merge --output evaluation", Merge) { s_output, CommonOptions.Json };
        return new("evaluate", "Scores systems on speakers they were not trained on (cross-validation by speaker), with intervals and an "
            + "audit (what training and test share). A run that was stopped goes on where it was.",
            "mlnetser evaluate --corpus corpus.csv --encoder encoder.onnx --system cta --seed 1 2 3 --output evaluation", Run)
        {
            CommonOptions.Corpora, CommonOptions.Encoders, CommonOptions.ProfileOfEach, CommonOptions.Int8, CommonOptions.Systems,
            CommonOptions.Protocol, CommonOptions.Seeds, CommonOptions.Epochs,
            CommonOptions.Hidden, CommonOptions.Heads, CommonOptions.HeadSize, CommonOptions.Threads, CommonOptions.Shard,
            CommonOptions.ShardCount, s_output, CommonOptions.Store, CommonOptions.Json, merge,
        };
    }

    private static int Run(ToolCall call) => Tell(call, () => Experiment.Run(new ExperimentOptions
    {
        Corpora = call.Get(CommonOptions.Corpora),
        Encoders = call.Get(CommonOptions.Encoders),
        Profiles = call.Get(CommonOptions.ProfileOfEach),
        Int8 = call.Get(CommonOptions.Int8),
        Systems = call.Get(CommonOptions.Systems),
        ChooseSystem = true,
        PaperTables = false,
        Protocol = call.Get(CommonOptions.Protocol),
        Seeds = call.Get(CommonOptions.Seeds),
        Epochs = call.Get(CommonOptions.Epochs),
        HiddenSize = call.Get(CommonOptions.Hidden),
        HeadCount = call.Get(CommonOptions.Heads),
        HeadSize = call.Get(CommonOptions.HeadSize),
        ThreadCount = call.Get(CommonOptions.Threads),
        Part = call.Part,
        OutputFolder = call.Get(s_output),
        StoreFolder = call.Get(CommonOptions.Store)?.FullName,
        Command = call.CommandForRecords,
    }, call.Progress, call.CancellationToken), "evaluate");

    private static int Merge(ToolCall call) => Tell(call, () => Experiment.Merge(call.Get(s_output), paperTables: false), "evaluate");

    /// <summary>Runs an experiment, and shows what it left; 1 = jobs that were asked for are missing.</summary>
    public static int Tell(ToolCall call, Func<ExperimentResult> run, string command)
    {
        Show.WordsFirst(call);
        var result = run();
        call.Progress.Clear();
        var lines = call.IsJson ? Console.Error : Console.Out;
        if (!result.IsAssembled)
        {
            lines.WriteLine($"This part is done. Tables and report are made when the last part is, or by: mlnetser {command} merge "
                + $"--output {result.Folder}");
            return 0;
        }
        if (call.IsJson)
            Show.Json(result.Runs.Select(RunSummary.Of));
        else
            Console.WriteLine($"\n{result.Page}\nwrote {result.ReportPath}, and every prediction into "
                + $"{Path.Combine(result.Folder, "runs")}/");
        if (result.MissingJobs.Count > 0)
        {
            Console.Error.WriteLine($"{result.MissingJobs.Count} jobs are missing: "
                + $"{string.Join(", ", result.MissingJobs.Take(5))}{(result.MissingJobs.Count > 5 ? ", ..." : "")}. "
                + $"Run the command that asked for them again, and only they are run; or delete its file in "
                + $"{Path.Combine(result.Folder, "requests")}.");
        }
        return result.MissingJobs.Count > 0 ? Failure.Failed : 0;
    }
}
