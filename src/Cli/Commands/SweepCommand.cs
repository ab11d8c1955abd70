using System.CommandLine;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>Sweeps options by speaker.</summary>
internal static class SweepCommand
{
    private static readonly Option<int> s_trials = new("--trials")
    {
        Description = "Trials in all. A larger number goes on from the log of a smaller one.",
        DefaultValueFactory = _ => 20,
    };

    private static readonly Option<int> s_epochs = new("--epochs")
    {
        Description = "Epochs (passes over the training utterances) of each training.",
        DefaultValueFactory = _ => 15,
    };

    private static readonly Option<int?> s_testFolds = new("--test-folds")
    {
        Description = "Test folds of the nested estimate to run, of five; 0 = none. Default: all.",
    };

    private static readonly Option<bool> s_smoke = new("--smoke")
    {
        Description = "The same with a very small corpus, two epochs and six trials: does it run at all?",
    };

    private static readonly Option<string> s_output = CommonOptions.Output("Folder for the log, the embeddings, the tables and the model.",
        "sweep-output");

    public static ToolCommand Create() => new("sweep",
        "Which hidden size, heads, dropout and learning rate? Sweeps by speaker, with the estimate to report beside the one that "
            + "flatters, and trains the winner. A sweep that was stopped goes on where it was.",
        "mlnetser sweep --corpus corpus.csv --encoder encoder.onnx --system e5 --trials 20 --output sweep-output", Run)
    {
        CommonOptions.Corpus, CommonOptions.Encoder, CommonOptions.Profile, CommonOptions.System, s_trials, s_epochs, s_testFolds,
        CommonOptions.Seed, CommonOptions.Threads,
        CommonOptions.Shard, CommonOptions.ShardCount, s_output, s_smoke,
    };

    private static int Run(ToolCall call)
    {
        var text = SystemSweep.Run(new SystemSweepOptions
        {
            Corpus = call.Get(CommonOptions.Corpus),
            Encoder = call.Get(CommonOptions.Encoder),
            Profile = call.Get(CommonOptions.Profile),
            System = call.Get(CommonOptions.System),
            Trials = call.Get(s_trials),
            Epochs = call.Get(s_epochs),
            TestFoldCount = call.Get(s_testFolds),
            Seed = call.Get(CommonOptions.Seed),
            ThreadCount = call.Get(CommonOptions.Threads),
            Part = call.Part,
            OutputFolder = call.Get(s_output),
            Quick = call.Get(s_smoke),
        }, call.Progress, call.CancellationToken);
        call.Progress.Clear();
        Console.WriteLine($"\n{text}");
        return 0;
    }
}
