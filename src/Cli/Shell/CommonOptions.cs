using System.CommandLine;

namespace MlNetSer.Cli;

/// <summary>The options that several commands share: one name for one thing.</summary>
internal static class CommonOptions
{
    private const string CorpusHelp = "A manifest (CSV with path, speaker, label), NAME=FOLDER or NAME:POLICY=FOLDER for a corpus as "
        + "distributed "
        + "(iemocap=/data/IEMOCAP_full_release; 'corpus list' names them), or 'synthetic'.";

    private const string EncoderHelp = "A speech recogniser's encoder: ONNX with the output of its blocks (its layers), a WeNet folder, "
        + "a name of 'encoder get', or 'untrained'.";

    public static readonly Option<bool> Verbose = new("--verbose") { Description = "Show where an error arose.", Recursive = true };

    public static readonly Option<FileInfo?> Config = new("--config")
    {
        Description = "A JSON file with options. Default: mlnetser.json in this folder, if there is one.",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Write the result as JSON." };

    public static readonly Option<string> Corpus = new("--corpus") { Description = CorpusHelp, DefaultValueFactory = _ => "synthetic" };

    public static readonly Option<string[]> Corpora = new("--corpus")
    {
        Description = CorpusHelp + " Twice for both directions of transfer.",
        DefaultValueFactory = _ => ["synthetic"],
        HelpName = "CORPUS",
    };

    public static readonly Option<string> Encoder = new("--encoder") { Description = EncoderHelp, DefaultValueFactory = _ => "untrained" };

    public static readonly Option<string[]> Encoders = new("--encoder")
    {
        Description = EncoderHelp + " Twice for two panels of the figure.",
        DefaultValueFactory = _ => ["untrained"],
        HelpName = "ENCODER",
    };

    public static readonly Option<string?> Profile = new("--profile")
    {
        Description = "What the encoder wants: a name or a JSON file. Default: as the encoder tells. " + Profiles,
    };

    public static readonly Option<string[]> ProfileOfEach = new("--profile")
    {
        Description = "For each encoder what it wants: a name, a JSON file, or auto (the default). " + Profiles,
    };

    public static readonly Option<bool> Int8 = new("--int8")
    {
        Description = "Run the encoder in 8 bits: faster, at a few per cent of error.",
    };

    public static readonly Option<string?> System = new("--system")
    {
        Description = "A network and what it reads: a (the filterbank: the loudness of 80 bands of frequency), e5 (block 5, a layer of the "
            + "encoder), wf-rnn, ef-rnn, lf-rnn (all blocks: averaged, stacked, fused late), cta (attention over all blocks, without a "
            + "recurrent network), cta-rnn (with one). Default: as our figures recommend for the amount of data.",
    };

    public static readonly Option<string[]> Systems = new("--system")
    {
        Description = "Systems to run (a system is a network and what it reads): a (the filterbank), e5 (block 5, a layer of the encoder), "
            + "a+e5, wf-rnn, ef-rnn, lf-rnn, cta, cta-rnn (all blocks).",
        AllowMultipleArgumentsPerToken = true,
    };

    public static readonly Option<int> Seed = new("--seed")
    {
        Description = "Seed for weights, shuffling and dropout.",
        DefaultValueFactory = _ => 1,
    };

    public static readonly Option<int[]> Seeds = new("--seed")
    {
        Description = "Seeds for weights, shuffling and dropout; each is a run of its own.",
        DefaultValueFactory = _ => [1],
        AllowMultipleArgumentsPerToken = true,
    };

    public static readonly Option<int> Threads = new("--threads")
    {
        Description = "Threads. Default: all processors of the machine. The numbers do not depend on it.",
    };

    public static readonly Option<string?> Shard = new("--shard")
    {
        Description = "Run part i of n: i/n. Default: what Slurm or Kubernetes says in its environment, else everything.",
    };

    public static readonly Option<int?> ShardCount = new("--shard-count")
    {
        Description = "Parts in all, where the environment gives the number of the part only.",
    };

    public static readonly Option<DirectoryInfo?> Store = new("--store")
    {
        Description = "Folder for embeddings (what the encoder makes of each utterance), which several runs may share. "
            + "Default: store/ beside the output.",
    };

    public static readonly Option<int?> Epochs = new("--epochs")
    {
        Description = "Epochs (passes over the training utterances) of each training.",
    };

    public static readonly Option<int?> Hidden = new("--hidden")
    {
        Description = "Units of the recurrent network (GRU) in each direction of time.",
    };

    public static readonly Option<int?> Heads = new("--heads")
    {
        Description = "Attention heads: sets of weights that say how much each block and moment counts.",
    };

    public static readonly Option<int?> HeadSize = new("--head-size") { Description = "Units of each attention head." };

    public static readonly Option<string?> Protocol = new("--protocol")
    {
        Description = "How speakers are split into folds (who trains, validates, tests): speaker (leave one out, the default), session, "
            + "groups:N, or a fold file in JSON.",
    };

    /// <summary><c>--output</c>, with what it is in this command.</summary>
    public static Option<string> Output(string description, string standard) => new("--output")
    {
        Description = description,
        DefaultValueFactory = _ => standard,
    };

    /// <summary><c>--output</c>, which must be given.</summary>
    public static Option<string> RequiredOutput(string description) => new("--output") { Description = description, Required = true };

    private static string Profiles => "Built in: " + string.Join(", ", EncoderProfile.BuiltIn.Select(profile => profile.Name)) + ".";
}
