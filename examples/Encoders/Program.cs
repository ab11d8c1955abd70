// Looks into an ASR encoder, taps its blocks, imports a WeNet checkpoint, measures the embedding of audio files: no Python anywhere.
using System.CommandLine;
using MlNetSer;
using Spectre.Console;

var encoderArgument = new Argument<FileInfo>("encoder") { Description = "ASR encoder in ONNX." };
var profileOption = new Option<string?>("--profile") { Description = "A built-in profile, or a JSON file with one. Default: as the file tells. Built in: " + string.Join(", ", EncoderProfile.BuiltIn.Select(p => p.Name)) + "." };
var outputOption = new Option<FileInfo>("--output") { Description = "The ONNX file to write.", Required = true };

var inspect = new Command("inspect", "Shows which family an encoder belongs to, its profile, and where its blocks end.") { encoderArgument, profileOption };
inspect.SetAction(arguments => Try(() =>
{
    var path = arguments.GetValue(encoderArgument)!.FullName;
    var candidates = BlockTap.Find(path);
    AnsiConsole.MarkupLineInterpolated($"[bold]{Path.GetFileName(path)}[/]");
    var table = new Table().AddColumns("block", "tensor", "width", "confidence", "why");
    foreach (var block in candidates)
        table.AddRow($"{block.Block}", Markup.Escape(block.Tensor), $"{block.Width}", $"{block.Confidence:0.00}", Markup.Escape(block.Reason));
    AnsiConsole.Write(table);
    Console.WriteLine((Profile(arguments.GetValue(profileOption)) ?? EncoderProfile.Detect(path)).ToString());   // as it is: a terminal's width must not break JSON
    var encoder = SpeechEncoder.FromFile(path, Profile(arguments.GetValue(profileOption)));
    AnsiConsole.MarkupLineInterpolated($"[green]ready:[/] {encoder.BlockCount} blocks, SHA-256 {encoder.Hash[..12]}");
}));

var tap = new Command("tap", "Writes a copy of an encoder that also gives the output of every block.") { encoderArgument, outputOption };
tap.SetAction(arguments => Try(() =>
{
    var (path, output) = (arguments.GetValue(encoderArgument)!.FullName, arguments.GetValue(outputOption)!.FullName);
    var blocks = BlockTap.Find(path);
    BlockTap.Write(path, output, blocks);
    AnsiConsole.MarkupLineInterpolated($"[green]wrote[/] {output}: {blocks.Count} blocks, lowest confidence {blocks.Min(block => block.Confidence):0.00}");
}));

var folderArgument = new Argument<DirectoryInfo>("folder") { Description = "Folder with train.yaml, final.pt, global_cmvn." };
var import = new Command("import-wenet", "Writes a WeNet checkpoint as an ONNX encoder that gives every block.") { folderArgument, outputOption };
import.SetAction(arguments => Try(() =>
{
    var encoder = SpeechEncoder.FromWeNet(arguments.GetValue(folderArgument)!.FullName);
    encoder.Save(arguments.GetValue(outputOption)!.FullName);
    AnsiConsole.MarkupLineInterpolated($"[green]wrote[/] {arguments.GetValue(outputOption)!.FullName}: {encoder.BlockCount} blocks, SHA-256 {encoder.Hash[..12]}");
}));

var filesArgument = new Argument<FileInfo[]>("audio") { Description = "Audio files.", Arity = ArgumentArity.OneOrMore };
var threadsOption = new Option<int>("--threads") { Description = "Utterances embedded at the same time.", DefaultValueFactory = _ => Environment.ProcessorCount };
var embed = new Command("embed", "Embeds audio files and shows the shape and scale of what comes out.") { encoderArgument, filesArgument, profileOption, threadsOption };
embed.SetAction((arguments, cancellation) => Task.Run(() => Try(() =>
{
    var encoder = SpeechEncoder.FromFile(arguments.GetValue(encoderArgument)!.FullName, Profile(arguments.GetValue(profileOption)));
    using var extractor = new EmbeddingExtractor(encoder, new() { ThreadCount = arguments.GetValue(threadsOption), ContinueAfterError = true });
    var table = new Table().AddColumns("audio", "seconds", "blocks", "frames", "dimension", "root mean square");
    var last = new Last();
    foreach (var embedding in extractor.Extract([.. arguments.GetValue(filesArgument)!.Select(file => file.FullName)], last, cancellation))
    {
        var name = Markup.Escape(Path.GetFileName(embedding.Name));
        if (embedding.Error is { } error)
            table.AddRow(name, $"[red]{Markup.Escape(error.Message)}[/]");
        else
            table.AddRow(name, $"{embedding.DurationSeconds:0.0}", $"{embedding.BlockCount}", $"{embedding.FrameCount}", $"{embedding.Dimension}", $"{Math.Sqrt(embedding.Values.ToArray().Average(v => (double)v * v)):0.000}");
    }
    AnsiConsole.Write(table);
    AnsiConsole.WriteLine($"{last.Progress}");
}), cancellation));

return await new RootCommand("Tools for ASR encoders.") { inspect, tap, import, embed }.Parse(args).InvokeAsync();

static EncoderProfile? Profile(string? given) => given is null ? null : File.Exists(given) ? EncoderProfile.Load(given) : EncoderProfile.ByName(given);

// What a user can put right is told in a line, without a stack trace.
static int Try(Action action)
{
    try
    {
        action();
        return 0;
    }
    catch (Exception error) when (error is IOException or InvalidDataException or ArgumentException or NotSupportedException)
    {
        AnsiConsole.MarkupLineInterpolated($"[red]{error.Message}[/]");
        return 1;
    }
}

internal sealed class Last : IProgress<ExtractionProgress>
{
    public ExtractionProgress? Progress { get; private set; }

    public void Report(ExtractionProgress value) => Progress = value;
}
