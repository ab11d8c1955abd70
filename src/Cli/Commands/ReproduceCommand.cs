using System.CommandLine;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>The paper's Tables 1, 2 and 3 and Figure 2 from one command: one or two corpora, one or two encoders, every row, within and
/// across corpora.</summary>
internal static class ReproduceCommand
{
    private static readonly Option<string[]> s_tokens = new("--tokens")
    {
        Description = "For each encoder the token file of its CTC head (its last layer, which gives letters), or 'auto': "
            + "tokens.txt or units.txt beside it. With it the "
            + "corpora are recognised: Table 1, and the words of the systems with T, which else read the corpora's own.",
    };

    private static readonly Option<string?> s_bert = new("--bert")
    {
        Description = "A BERT-style text encoder in ONNX: adds the systems T, A + T and T + E(i).",
    };

    private static readonly Option<string?> s_vocabulary = new("--vocab")
    {
        Description = "Its word pieces. Default: vocab.txt beside it.",
    };

    private static readonly Option<int[]> s_blocks = new("--blocks")
    {
        Description = "Three blocks for the paper's 2, 6 and 12 of 12. Default: in proportion.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<bool> s_quick = new("--quick")
    {
        Description = "A thinned version: three blocks, small networks, two epochs.",
    };

    private static readonly Option<string> s_output = CommonOptions.Output(
        "Folder for tables, figure, runs and jobs. What is whole there is not run again.", "reproduction");

    public static ToolCommand Create()
    {
        var merge = new ToolCommand("merge", "Makes tables and figure from the jobs that are there.",
            "mlnetser reproduce merge --output reproduction", Merge) { s_output, CommonOptions.Json };
        return new("reproduce", "Runs every system of the paper's Tables 1, 2 and 3 and Figure 2, at the paper's sizes unless others are "
            + "given. A run that was stopped goes on where it was.",
            "mlnetser reproduce --corpus iemocap=/data/IEMOCAP_full_release --corpus msp-improv=/data/MSP-IMPROV --encoder conformer/ "
                + "--output out", Run)
        {
            CommonOptions.Corpora, CommonOptions.Encoders, CommonOptions.ProfileOfEach, s_tokens, s_bert, s_vocabulary, s_output,
            CommonOptions.Store, CommonOptions.Systems, CommonOptions.Seeds, s_blocks,
            CommonOptions.Epochs, CommonOptions.Hidden, CommonOptions.Heads, CommonOptions.HeadSize, s_quick, CommonOptions.Threads,
            CommonOptions.Shard, CommonOptions.ShardCount, CommonOptions.Json, merge,
        };
    }

    private static int Run(ToolCall call) => EvaluateCommand.Tell(call, () => Experiment.Run(new ExperimentOptions
    {
        Corpora = call.Get(CommonOptions.Corpora),
        Encoders = call.Get(CommonOptions.Encoders),
        Profiles = call.Get(CommonOptions.ProfileOfEach),
        Tokens = call.Get(s_tokens),
        TextEncoder = call.Get(s_bert),
        Vocabulary = call.Get(s_vocabulary),
        Systems = call.Get(CommonOptions.Systems),
        Seeds = call.Get(CommonOptions.Seeds),
        Blocks = call.Get(s_blocks),
        Epochs = call.Get(CommonOptions.Epochs),
        HiddenSize = call.Get(CommonOptions.Hidden),
        HeadCount = call.Get(CommonOptions.Heads),
        HeadSize = call.Get(CommonOptions.HeadSize),
        Quick = call.Get(s_quick),
        ThreadCount = call.Get(CommonOptions.Threads),
        Part = call.Part,
        OutputFolder = call.Get(s_output),
        StoreFolder = call.Get(CommonOptions.Store)?.FullName,
        Command = call.CommandForRecords,
    }, call.Progress, call.CancellationToken), "reproduce");

    private static int Merge(ToolCall call) => EvaluateCommand.Tell(call, () => Experiment.Merge(call.Get(s_output)), "reproduce");
}
