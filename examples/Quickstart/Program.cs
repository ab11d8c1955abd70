// Emotional speech in; a speaker-independent UAR, a saved model and a prediction out.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer;

var manifestOption = new Option<FileInfo>("--manifest") { Description = "CSV with the columns path, speaker, label.", Required = true };
var encoderOption = new Option<FileInfo>("--encoder") { Description = "ASR encoder in ONNX with the output of its blocks.", Required = true };
var profileOption = new Option<string>("--profile") { Description = "What the encoder wants.", DefaultValueFactory = _ => "nemo-ctc-kaldi" };
var systemOption = new Option<string>("--system") { Description = "cta-rnn, rnn-mhsa (see --block), or filterbank.", DefaultValueFactory = _ => "cta-rnn" };
var blockOption = new Option<int>("--block") { Description = "The block that rnn-mhsa reads.", DefaultValueFactory = _ => 5 };
var epochsOption = new Option<int>("--epochs") { DefaultValueFactory = _ => 30 };
var hiddenOption = new Option<int>("--hidden") { Description = "GRU units of each direction.", DefaultValueFactory = _ => 32 };
var headsOption = new Option<int>("--heads") { DefaultValueFactory = _ => 8 };
var headSizeOption = new Option<int>("--head-size") { DefaultValueFactory = _ => 32 };
var seedOption = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
var outputOption = new Option<DirectoryInfo>("--output") { DefaultValueFactory = _ => new DirectoryInfo("quickstart-output") };
var command = new RootCommand("Cross-validates a speech-emotion system by speaker, then saves it and predicts one file.")
{
    manifestOption, encoderOption, profileOption, systemOption, blockOption, epochsOption, hiddenOption, headsOption, headSizeOption, seedOption, outputOption,
};
command.SetAction((arguments, cancellation) => Task.Run(() =>
{
    var ml = new MLContext(seed: arguments.GetValue(seedOption));
    var manifest = CorpusManifest.Load(arguments.GetValue(manifestOption)!.FullName);
    var encoder = SpeechEncoder.FromFile(arguments.GetValue(encoderOption)!.FullName, EncoderProfile.ByName(arguments.GetValue(profileOption)!));
    var system = arguments.GetValue(systemOption)!;
    Console.WriteLine($"{manifest.Utterances.Count} utterances of {manifest.Speakers.Count} speakers, classes {string.Join(", ", manifest.Classes)}; encoder {encoder.Hash[..12]} ({encoder.Profile.Name})");

    var speech = manifest.ToDataView(ml);
    IEstimator<ITransformer> features = ml.Transforms.LoadAudio("Waveform", "AudioPath")
        .Append(ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", encoder.Profile.Filterbank));
    if (system != "filterbank")
        features = features.Append(ml.Transforms.EmbedSpeech("Embedding", "Filterbank", encoder, system == "rnn-mhsa" ? [arguments.GetValue(blockOption)] : null));
    SpeechTrainer trainer = system switch
    {
        "cta-rnn" => ml.MulticlassClassification.Trainers.CtaRnn(Set(new CtaRnnOptions())),
        "rnn-mhsa" => ml.MulticlassClassification.Trainers.RnnMhsa(Set(new RnnMhsaOptions())),
        "filterbank" => ml.MulticlassClassification.Trainers.RnnMhsa(Set(new RnnMhsaOptions { FeatureColumnName = "Filterbank" })),
        _ => throw new ArgumentException($"There is no system '{system}'; wanted cta-rnn, rnn-mhsa or filterbank."),
    };
    T Set<T>(T options) where T : SpeechTrainerOptions
    {
        (options.Epochs, options.HiddenSize, options.HeadCount, options.HeadSize, options.Seed)
            = (arguments.GetValue(epochsOption), arguments.GetValue(hiddenOption), arguments.GetValue(headsOption), arguments.GetValue(headSizeOption), arguments.GetValue(seedOption));
        return options;
    }

    var clock = Stopwatch.StartNew();
    using var extractor = (IDisposable)features.Fit(speech);
    var embedded = ml.Data.Cache(((ITransformer)extractor).Transform(speech));
    Console.WriteLine($"features of {embedded.GetColumn<uint>("Label").Count()} utterances ...");

    var options = new SpeakerCrossValidationOptions { Notes = { ["command"] = string.Join(' ', args), ["encoder"] = encoder.Hash, ["seed"] = trainer.Options.Seed.ToString(CultureInfo.InvariantCulture) } };
    var result = ml.MulticlassClassification.CrossValidateBySpeaker(embedded, (train, validation, token) => trainer.Fit(train, validation, null, token), options,
        new Progress<FoldResult>(fold => Console.WriteLine($"fold {fold.Fold.Number}/{fold.FoldCount}: UAR {100 * fold.Matrix.Uar:0.0} ({clock.Elapsed.TotalMinutes:0.0} min)")), cancellation);
    Console.WriteLine($"\n{result}took {clock.Elapsed.TotalMinutes:0.0} min");

    var output = arguments.GetValue(outputOption)!;
    output.Create();
    File.WriteAllText(Path.Combine(output.FullName, "result.json"), result.ToJson());
    var model = ((ITransformer)extractor).Append(trainer.Fit(embedded));
    var path = Path.Combine(output.FullName, "emotion.zip");
    ml.Model.Save(model, speech.Schema, path);
    var first = manifest.Utterances[0];
    var predicted = new MLContext().Model.Load(path, out _).Transform(ml.Data.TakeRows(speech, 1));
    Console.WriteLine($"saved {path}; '{Path.GetFileName(first.Path)}' ({first.Label}) scores {string.Join(", ", predicted.GetColumn<float[]>("Score").First().Zip(manifest.Classes, (p, c) => $"{c} {p:0.000}"))}");
}, cancellation));
return await command.Parse(args).InvokeAsync();
