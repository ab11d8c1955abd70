// Emotional speech in; a speaker-independent UAR, a saved model and a prediction out.
// Without arguments it speaks its own synthetic corpus and embeds it with an untrained encoder: nothing to download, and nothing to learn about real emotions.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer;

var manifestOption = new Option<FileInfo?>("--manifest") { Description = "CSV with the columns path, speaker, label. Default: a synthetic corpus." };
var encoderOption = new Option<FileInfo?>("--encoder") { Description = "ASR encoder in ONNX with the output of its blocks. Default: a small untrained Conformer." };
var profileOption = new Option<string?>("--profile") { Description = "What the encoder wants: " + string.Join(", ", EncoderProfile.BuiltIn.Select(p => p.Name)) + ", or a JSON file. Default: as the encoder tells." };
var int8Option = new Option<bool>("--int8") { Description = "Run the encoder in 8 bits: faster, a few per cent of error." };
var systemOption = new Option<string>("--system") { Description = "cta-rnn; cta (without RNN), wf-rnn, ef-rnn, lf-rnn (fusions of all blocks); rnn-mhsa (on one block, see --block); filterbank (rnn-mhsa on the filterbank).", DefaultValueFactory = _ => "cta-rnn" };
var blockOption = new Option<int>("--block") { Description = "The block that rnn-mhsa reads, counted from 1.", DefaultValueFactory = _ => 5 };
var epochsOption = new Option<int>("--epochs") { Description = "Epochs of each training.", DefaultValueFactory = _ => 15 };
var hiddenOption = new Option<int>("--hidden") { Description = "GRU units of each direction.", DefaultValueFactory = _ => 32 };
var headsOption = new Option<int>("--heads") { Description = "Attention heads.", DefaultValueFactory = _ => 8 };
var headSizeOption = new Option<int>("--head-size") { Description = "Units of each attention head.", DefaultValueFactory = _ => 16 };
var seedOption = new Option<int>("--seed") { Description = "Start of all random numbers.", DefaultValueFactory = _ => 1 };
var outputOption = new Option<DirectoryInfo>("--output") { Description = "Folder for emotion.zip, result.json and the embeddings, which a second run finds again.", DefaultValueFactory = _ => new DirectoryInfo("quickstart-output") };
var smokeOption = new Option<bool>("--smoke") { Description = "The same with a very small corpus and two epochs: does it run at all?" };
var command = new RootCommand("Cross-validates a speech-emotion system by speaker, then trains on everyone, saves the model and predicts one file.")
{
    manifestOption, encoderOption, profileOption, int8Option, systemOption, blockOption, epochsOption, hiddenOption, headsOption, headSizeOption, seedOption, outputOption, smokeOption,
};
command.SetAction((arguments, cancellation) => Task.Run(() =>
{
    var (smoke, seed, system) = (arguments.GetValue(smokeOption), arguments.GetValue(seedOption), arguments.GetValue(systemOption)!);
    var output = arguments.GetValue(outputOption)!;
    output.Create();
    var ml = new MLContext(seed);
    var manifest = arguments.GetValue(manifestOption) is { } file
        ? CorpusManifest.Load(file.FullName)
        : SyntheticCorpus.Write(Path.Combine(output.FullName, "synthetic-corpus"), speakerCount: smoke ? 3 : 6, utterancesPerEmotion: smoke ? 2 : 8, seed);
    var encoder = arguments.GetValue(encoderOption) is { } onnx ? SpeechEncoder.FromFile(onnx.FullName, Profile(arguments.GetValue(profileOption))) : SpeechEncoder.Untrained(seed);
    if (arguments.GetValue(int8Option))
        encoder = encoder.Quantized();
    Console.WriteLine($"corpus: {manifest.Utterances.Count} utterances of {manifest.Speakers.Count} speakers, classes {string.Join(", ", manifest.Classes)} ({manifest.Source})");
    Console.WriteLine($"encoder: {(arguments.GetValue(encoderOption) is null ? "a small Conformer with untrained, seeded weights" : arguments.GetValue(encoderOption)!.Name)}, profile {encoder.Profile.Name}, SHA-256 {encoder.Hash[..12]}");

    var trainers = ml.MulticlassClassification.Trainers;
    SpeechTrainer trainer = system switch
    {
        "cta-rnn" => trainers.CtaRnn(Set(new CtaRnnOptions())),
        "cta" => trainers.ChannelTemporalAttention(Set(new ChannelTemporalAttentionOptions())),
        "wf-rnn" => trainers.WeightedFusionRnn(Set(new WeightedFusionRnnOptions())),
        "ef-rnn" => trainers.EarlyFusionRnn(Set(new EarlyFusionRnnOptions())),
        "lf-rnn" => trainers.LateFusionRnn(Set(new LateFusionRnnOptions())),
        "rnn-mhsa" => trainers.RnnMhsa(Set(new RnnMhsaOptions { Block = arguments.GetValue(blockOption) })),
        "filterbank" => trainers.RnnMhsa(Set(new RnnMhsaOptions { FeatureColumnName = "Filterbank" })),
        _ => throw new ArgumentException($"There is no system '{system}'; wanted cta-rnn, cta, wf-rnn, ef-rnn, lf-rnn, rnn-mhsa or filterbank."),
    };
    T Set<T>(T options) where T : SpeechTrainerOptions
    {
        (options.Epochs, options.HeadCount, options.HeadSize, options.Seed) = (smoke ? 2 : arguments.GetValue(epochsOption), arguments.GetValue(headsOption), arguments.GetValue(headSizeOption), seed);
        if (options is RecurrentTrainerOptions recurrent)
            recurrent.HiddenSize = arguments.GetValue(hiddenOption);
        return options;
    }

    // Embeddings are extracted once and kept; every fold, and every later run, reads them.
    var clock = Stopwatch.StartNew();
    var speech = manifest.ToDataView(ml);
    IEstimator<ITransformer> features = ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", encoder.Profile.Filterbank));
    if (system != "filterbank")
        features = features.Append(ml.Transforms.EmbedSpeech("Embedding", "Filterbank", encoder));
    using var extractor = (IDisposable)features.Fit(speech);
    var extracted = ((ITransformer)extractor).Transform(speech);
    var told = TimeSpan.FromSeconds(-2);
    var embedded = extracted.Cached(Path.Combine(output.FullName, trainer.Options.FeatureColumnName.ToLowerInvariant()), options: new EmbeddingStoreOptions { ColumnName = trainer.Options.FeatureColumnName }, cancellation: cancellation,
        progress: new Immediately<EmbeddingProgress>(p =>
        {
            if (clock.Elapsed - told < TimeSpan.FromSeconds(2))
                return;
            told = clock.Elapsed;
            Console.WriteLine($"features: {p}");
        }));

    var options = new SpeakerCrossValidationOptions
    {
        DescribeModel = model => $"epoch {((SpeechClassifier)model).Report.SelectedEpoch}",
        Notes =
        {
            ["command"] = "Quickstart " + string.Join(' ', args),
            ["encoder"] = $"{encoder.Profile.Name} {encoder.Hash}",
            ["options"] = trainer.Options.ToString()!,
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["machine"] = $"{Environment.ProcessorCount} cores, .NET {Environment.Version}",
        },
    };
    Console.WriteLine($"features are ready ({clock.Elapsed.TotalSeconds:0} s)");
    var result = ml.MulticlassClassification.CrossValidateBySpeaker(embedded, trainer.Fit, options,
        new Immediately<FoldResult>(fold => Console.WriteLine($"fold {fold.Fold.Number}/{fold.FoldCount}: UAR {100 * fold.Matrix.Uar:0.0} ({clock.Elapsed.TotalSeconds:0} s)")), cancellation);
    Console.WriteLine($"\n{result}took {clock.Elapsed.TotalSeconds:0} s\n");
    File.WriteAllText(Path.Combine(output.FullName, "result.json"), result.ToJson());

    // The model to keep learns from every speaker. It is saved, loaded as any ML.NET model is, and asked.
    using var classifier = trainer.Fit(embedded, null, cancellation);
    var path = Path.Combine(output.FullName, "emotion.zip");
    ml.Model.Save(((ITransformer)extractor).Append(classifier), speech.Schema, path);
    var one = manifest.Utterances[0];
    var scores = new MLContext().Model.Load(path, out _).Transform(ml.Data.TakeRows(speech, 1)).GetColumn<float[]>("Score").First();
    Console.WriteLine($"saved {path} ({classifier.Report.ParameterCount:N0} parameters, {classifier.Report.Epochs.Average(e => e.Seconds):0.00} s an epoch); {Path.GetFileName(one.Path)}, which is {one.Label}, scores {string.Join(", ", scores.Zip(classifier.Classes, (score, name) => $"{name} {score:0.000}"))}");
}, cancellation));
return await command.Parse(args).InvokeAsync();

static EncoderProfile? Profile(string? given) => given is null ? null : File.Exists(given) ? EncoderProfile.Load(given) : EncoderProfile.ByName(given);

/// <summary>Reports where it is called, so that lines come in order; <see cref="Progress{T}"/> would post them.</summary>
internal sealed class Immediately<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
