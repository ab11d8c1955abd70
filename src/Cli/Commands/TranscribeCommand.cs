// Speech in; its words, their error rates where the truth is known, and how long that took.
// Without arguments it reads its own synthetic corpus with an untrained encoder: the path runs, the words are noise.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer;

var filesArgument = new Argument<FileInfo[]>("audio") { Description = "Audio files.", Arity = ArgumentArity.ZeroOrMore };
var manifestOption = new Option<FileInfo?>("--manifest") { Description = "CSV with the columns path, speaker, label and text, instead of audio files." };
var referencesOption = new Option<FileInfo?>("--references") { Description = "What is said in the audio files: lines of file name, tab, text." };
var encoderOption = new Option<FileInfo?>("--encoder") { Description = "ASR encoder in ONNX with a CTC head. Default: a small untrained one." };
var profileOption = new Option<string?>("--profile") { Description = "A built-in profile, or a JSON file with one. Default: as the encoder's file tells. Built in: " + string.Join(", ", EncoderProfile.BuiltIn.Select(p => p.Name)) + "." };
var tokensOption = new Option<FileInfo?>("--tokens") { Description = "Its token file. Default: tokens.txt or units.txt beside it." };
var blankOption = new Option<int?>("--blank") { Description = "Id of the CTC blank, -1 = behind the last token. Default: as the token file names it." };
var beamOption = new Option<int>("--beam") { Description = "1 = greedy search; more = prefix beam search of this width.", DefaultValueFactory = _ => 1 };
var normalizationOption = new Option<string>("--normalization") { Description = "What is made equal before errors are counted: " + string.Join(", ", TextNormalization.BuiltIn.Select(n => n.Name)) + ".", DefaultValueFactory = _ => TextNormalization.WordsOnly.Name };
var alignmentsOption = new Option<bool>("--alignments") { Description = "Print the alignment of every utterance with an error." };
var command = new RootCommand("Recognises speech and scores it.")
{
    filesArgument, manifestOption, referencesOption, encoderOption, profileOption, tokensOption, blankOption, beamOption, normalizationOption, alignmentsOption,
};
command.SetAction((arguments, cancellation) => Task.Run(() => Try(() =>
{
    var (encoderFile, beam) = (arguments.GetValue(encoderOption), arguments.GetValue(beamOption));
    var normalization = TextNormalization.ByName(arguments.GetValue(normalizationOption)!);
    var (encoder, tokens) = encoderFile is null ? Untrained()
        : (SpeechEncoder.FromFile(encoderFile.FullName, Profile(arguments.GetValue(profileOption))), CtcTokens.FromFile(arguments.GetValue(tokensOption)?.FullName ?? Beside(encoderFile), arguments.GetValue(blankOption)));
    var (name, rows) = Rows(arguments.GetValue(manifestOption), arguments.GetValue(filesArgument)!, arguments.GetValue(referencesOption));

    if (encoder.Profile.MissingFrontEnd is { } missing)
        throw new NotSupportedException($"Profile '{encoder.Profile.Name}' needs a front end that MlNetSer does not have: {missing}.");
    var heard = encoder.Profile.Takes == EncoderInput.Samples ? "Waveform" : "Filterbank";

    var ml = new MLContext(1);
    var speech = ml.Data.LoadFromEnumerable(rows);
    var pipeline = ml.Transforms.LoadAudio("Waveform", "AudioPath")
        .Append(ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", encoder.Profile.Filterbank))
        .Append(ml.Transforms.TranscribeSpeech("Transcript", heard, encoder, tokens, new TranscribeSpeechOptions { BeamWidth = beam, LogProbsColumnName = "LogProbs" }));
    using var model = pipeline.Fit(speech);

    // The decoder runs once more on each utterance, outside the clock of the whole, so that its share is known.
    var decoder = new CtcDecoder(tokens, beam);
    var (whole, decoding, seconds) = (new Stopwatch(), new Stopwatch(), 0.0);
    List<RecognizedUtterance> recognized = [];
    whole.Start();
    foreach (var row in ml.Data.CreateEnumerable<Recognized>(model.Transform(speech), reuseRowObject: true, ignoreMissingColumns: true))
    {
        whole.Stop();
        cancellation.ThrowIfCancellationRequested();
        seconds += row.Waveform.Length / 16_000.0;
        decoding.Start();
        decoder.Decode(row.LogProbs, frameMs: 40);
        decoding.Stop();
        recognized.Add(new RecognizedUtterance(row.Utterance, row.Speaker, row.Text, row.Transcript));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Utterance}\t{row.Confidence:0.00}\t{row.Transcript}"));
        whole.Start();
    }
    whole.Stop();

    var result = WordErrorRate.Compare(recognized, normalization);
    if (result.Utterances.Count > 0)
    {
        if (arguments.GetValue(alignmentsOption))
        {
            foreach (var utterance in result.Utterances.Where(u => u.Words.Errors > 0))
                Console.WriteLine($"\n{utterance.Utterance}\n{utterance.Alignment}");
        }
        Console.WriteLine($"\n{result}\n| corpus | WER (%) | CER (%) | counted |\n|---|---|---|---|\n{result.TableRow(name)}");
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"\n{seconds:0.0} s of audio in {whole.Elapsed.TotalSeconds:0.00} s: real-time factor {whole.Elapsed.TotalSeconds / seconds:0.000} on {Environment.ProcessorCount} cores, of which the {(beam == 1 ? "greedy decoder" : $"beam decoder of width {beam}")} takes {100 * decoding.Elapsed.TotalSeconds / whole.Elapsed.TotalSeconds:0.0} %"));
}), cancellation));
return await command.Parse(args).InvokeAsync();

static (SpeechEncoder, CtcTokens) Untrained()
{
    Console.WriteLine("encoder: a small Conformer with untrained, seeded weights; its words are noise");
    CtcTokens tokens = CtcTokens.FromList(["<blk>", .. "abcdefghijklmnopqrstuvwxyz".SelectMany(c => new[] { "▁" + c, c.ToString() })]);
    return (SpeechEncoder.Untrained(1, new ConformerOptions { BlockCount = 2, Dimension = 64, HeadCount = 4, FeedForwardSize = 128, KernelSize = 15, VocabularySize = tokens.Count }), tokens);
}

static EncoderProfile? Profile(string? given) => given is null ? null : File.Exists(given) ? EncoderProfile.Load(given) : EncoderProfile.ByName(given);

// What a user can put right is told in a line, without a stack trace; ML.NET wraps what goes wrong while it reads rows.
static int Try(Action action)
{
    try
    {
        action();
        return 0;
    }
    catch (Exception error) when (Reason(error) is { } reason)
    {
        Console.Error.WriteLine(reason.Message);
        return 1;
    }
    catch (OperationCanceledException)
    {
        return 130;   // what a shell expects of a command that Ctrl-C ended
    }

    static Exception? Reason(Exception? error) => error is null or IOException or InvalidDataException or ArgumentException or NotSupportedException ? error : Reason(error.InnerException);
}

static string Beside(FileInfo encoder) => new[] { "tokens.txt", "units.txt" }.Select(name => Path.Combine(encoder.DirectoryName!, name)).FirstOrDefault(File.Exists)
    ?? throw new FileNotFoundException($"There is neither tokens.txt nor units.txt beside '{encoder.FullName}'. Name the encoder's token file with --tokens.");

static (string Name, List<Speech> Rows) Rows(FileInfo? manifest, FileInfo[] files, FileInfo? references)
{
    if (manifest is null && files.Length > 0)
    {
        var said = references is null ? [] : File.ReadLines(references.FullName).Select(line => line.Split('\t', 2)).Where(cells => cells.Length == 2).ToDictionary(cells => cells[0], cells => cells[1]);
        return (files[0].Directory!.Name, [.. files.Select(file => new Speech(file.FullName, file.Name, "", said.GetValueOrDefault(file.Name, "")))]);
    }
    var corpus = manifest is not null ? CorpusManifest.Load(manifest.FullName) : SyntheticCorpus.Write(Directory.CreateTempSubdirectory("synthetic-corpus").FullName, speakerCount: 3, utterancesPerEmotion: 1);
    return (corpus.Name, [.. corpus.Utterances.Select(u => new Speech(u.Path, u.Id, u.Speaker, u.Text))]);
}

internal sealed record Speech(string AudioPath, string Utterance, string Speaker, string Text);

internal sealed class Recognized
{
    public string Utterance { get; set; } = "";
    public string Speaker { get; set; } = "";
    public string Text { get; set; } = "";
    public string Transcript { get; set; } = "";
    public float[] Waveform { get; set; } = [];
    public float[] LogProbs { get; set; } = [];

    [ColumnName("Transcript.Confidence")]
    public float Confidence { get; set; }
}
