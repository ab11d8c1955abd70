// Which hidden size, heads, dropout and learning rate? A sweep by speaker, with the estimate to report beside the one that flatters.
// Without arguments it works on a synthetic corpus and an untrained encoder. Kill it at any time and start it again: it goes on where it was.
using System.CommandLine;
using Microsoft.ML;
using MlNetSer;
using Spectre.Console;

var manifestOption = new Option<FileInfo?>("--manifest") { Description = "CSV with the columns path, speaker, label. Default: a synthetic corpus." };
var encoderOption = new Option<FileInfo?>("--encoder") { Description = "ASR encoder in ONNX with the output of its blocks. Default: a small untrained Conformer." };
var profileOption = new Option<string>("--profile") { Description = "What the encoder wants: " + string.Join(", ", EncoderProfile.BuiltIn.Select(p => p.Name)) + ".", DefaultValueFactory = _ => "nemo-ctc-kaldi" };
var systemOption = new Option<string>("--system") { Description = "rnn-mhsa (on one block, see --block) or cta-rnn (on all).", DefaultValueFactory = _ => "rnn-mhsa" };
var blockOption = new Option<int>("--block") { Description = "The block that rnn-mhsa reads, counted from 1.", DefaultValueFactory = _ => 5 };
var trialsOption = new Option<int>("--trials") { Description = "Trials in all. A larger number goes on from the log of a smaller one.", DefaultValueFactory = _ => 20 };
var epochsOption = new Option<int>("--epochs") { Description = "Epochs of each training.", DefaultValueFactory = _ => 15 };
var testFoldsOption = new Option<int?>("--test-folds") { Description = "Test folds to run, of five; 0 = none. Default: all." };
var seedOption = new Option<int>("--seed") { Description = "Start of all random numbers.", DefaultValueFactory = _ => 1 };
var shardOption = new Option<string?>("--shard") { Description = "This process's share of the trials, such as 2/8. Put the shards' logs together and run once more without." };
var outputOption = new Option<DirectoryInfo>("--output") { Description = "Folder for the log, the embeddings, the tables and the model.", DefaultValueFactory = _ => new DirectoryInfo("sweep-output") };
var smokeOption = new Option<bool>("--smoke") { Description = "The same with a very small corpus, two epochs and six trials: does it run at all?" };
var command = new RootCommand("Sweeps hidden size, heads, dropout and learning rate by speaker, and trains the winner.")
{
    manifestOption, encoderOption, profileOption, systemOption, blockOption, trialsOption, epochsOption, testFoldsOption, seedOption, shardOption, outputOption, smokeOption,
};
command.SetAction((arguments, cancellation) => Task.Run(() =>
{
    var (smoke, seed) = (arguments.GetValue(smokeOption), arguments.GetValue(seedOption));
    var output = arguments.GetValue(outputOption)!;
    string Output(string name) => Path.Combine(output.FullName, name);
    output.Create();
    var ml = new MLContext(seed);
    var manifest = arguments.GetValue(manifestOption) is { } file
        ? CorpusManifest.Load(file.FullName)
        : SyntheticCorpus.Write(Output("synthetic-corpus"), speakerCount: 5, utterancesPerEmotion: smoke ? 1 : 4, seed);
    var encoder = arguments.GetValue(encoderOption) is { } onnx
        ? SpeechEncoder.FromFile(onnx.FullName, EncoderProfile.ByName(arguments.GetValue(profileOption)!))
        : SpeechEncoder.Untrained(seed);
    var oneBlock = arguments.GetValue(systemOption) != "cta-rnn";
    var block = Math.Min(arguments.GetValue(blockOption), encoder.BlockCount ?? int.MaxValue);

    var speech = manifest.ToDataView(ml);
    using var features = ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(ml.Transforms.EmbedSpeech("Embedding", encoder)).Fit(speech);
    var embedded = features.Transform(speech).Cached(Output("embeddings"));
    Console.WriteLine($"{manifest.Utterances.Count} utterances of {manifest.Speakers.Count} speakers; {(oneBlock ? $"rnn-mhsa on block {block}" : "cta-rnn on all blocks")}");

    var options = new SweepOptions
    {
        Trials = smoke ? 6 : arguments.GetValue(trialsOption),
        Seed = seed,
        TestFoldCount = smoke ? 1 : arguments.GetValue(testFoldsOption),
        Space = SweepSpace.Of<CtaRnnOptions>().Only("HiddenSize", "HeadCount", "RecurrentDropout", "LearningRate")
            .With(SweptOption.Range("HiddenSize", 16, smoke ? 24 : 96, logarithmic: true), SweptOption.Choice("HeadCount", 2, 4, 8)),
        FeatureIdentity = $"{encoder.Profile.Name} {encoder.Hash}",
        LogPath = Output(arguments.GetValue(shardOption) is { } part ? $"sweep-{part.Replace('/', '-')}.jsonl" : "sweep.jsonl"),
        Shard = arguments.GetValue(shardOption) is { } shard ? SweepShard.Parse(shard) : null,
    };
    var (epochs, trainers) = (smoke ? 2 : arguments.GetValue(epochsOption), ml.MulticlassClassification.Trainers);
    if (oneBlock)
        Run(new RnnMhsaOptions { Block = block, Epochs = epochs, HiddenSize = 32, HeadSize = 16, Seed = seed }, o => trainers.RnnMhsa(o).Fit);
    else
        Run(new CtaRnnOptions { Epochs = epochs, HiddenSize = 32, HeadSize = 16, Seed = seed }, o => trainers.CtaRnn(o).Fit);

    void Run<T>(T start, Func<T, Func<IDataView, IDataView, CancellationToken, ITransformer>> fit) where T : class, new()
    {
        var result = ml.MulticlassClassification.SweepBySpeaker(embedded, start, fit, options, new Told(), cancellation);
        Console.WriteLine($"\n{result}");
        if (!result.IsComplete)
            return;
        File.WriteAllText(Output("sweep.md"), result.ToMarkdown());
        var model = result.Refit(cancellation);
        ml.Model.Save(features.Append(model), speech.Schema, Output("emotion.zip"));
        AnsiConsole.MarkupLineInterpolated($"[green]wrote[/] {Output("emotion.zip")}, trained with {result.Best.ToString()!}");
    }
}, cancellation));
return await command.Parse(args).InvokeAsync();

/// <summary>A line for every fold, as it is done.</summary>
internal sealed class Told : IProgress<SweepProgress>
{
    public void Report(SweepProgress value) => AnsiConsole.MarkupLineInterpolated(
        $"[grey]{(value.TestFold == 0 ? "all speakers" : $"test fold {value.TestFold}")}[/] trial {value.Trial}/{value.TrialCount} {(value.Fold == 0 ? "test" : $"fold {value.Fold}/{value.FoldCount}")} UAR {100 * value.Uar:0.0}");
}
