// Looks into an ASR encoder, taps its blocks, imports a WeNet checkpoint, embeds a corpus: no Python anywhere.
using System.CommandLine;
using MlNetSer;
using Spectre.Console;

var encoderArgument = new Argument<FileInfo>("encoder") { Description = "ASR encoder in ONNX." };
var profileOption = new Option<string?>("--profile") { Description = "A built-in profile, or a JSON file with one. Default: as the file tells. Built in: " + string.Join(", ", EncoderProfile.BuiltIn.Select(p => p.Name)) + "." };
var outputOption = new Option<FileInfo>("--output") { Description = "The ONNX file to write.", Required = true };

var inspect = new Command("inspect", "Shows which family an encoder belongs to, its profile, and where its blocks end.") { encoderArgument, profileOption };
inspect.SetAction(arguments => Try(() =>
{
    var (path, given) = (arguments.GetValue(encoderArgument)!.FullName, Profile(arguments.GetValue(profileOption)));
    var blocks = BlockTap.Find(path);
    AnsiConsole.MarkupLineInterpolated($"[bold]{Path.GetFileName(path)}[/]");
    var table = new Table().AddColumns("block", "tensor", "width", "confidence", "why");
    foreach (var block in blocks)
        table.AddRow($"{block.Block}", Markup.Escape(block.Tensor), $"{block.Width}", $"{block.Confidence:0.00}", Markup.Escape(block.Reason));
    if (blocks.Count > 0)
        AnsiConsole.Write(table);
    else
        AnsiConsole.MarkupLine("[yellow]no blocks are found[/]: nothing in the graph repeats as they do");
    Console.WriteLine((given ?? EncoderProfile.Detect(path)).ToString());   // as it is: a terminal's width must not break JSON
    try
    {
        var encoder = SpeechEncoder.FromFile(path, given);
        AnsiConsole.MarkupLineInterpolated($"[green]ready:[/] {encoder.BlockCount} blocks, SHA-256 {encoder.Hash[..12]}");
    }
    catch (InvalidDataException error) when (given is null && blocks.Count > 0)
    {
        // A profile that was told from the file fits it: what is missing are the outputs of the blocks that were found.
        AnsiConsole.MarkupLineInterpolated($"[yellow]not ready:[/] {error.Message}");
    }
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

var filesArgument = new Argument<FileInfo[]>("audio") { Description = "Audio files, to look at the shape and scale of their embeddings.", Arity = ArgumentArity.ZeroOrMore };
var manifestOption = new Option<FileInfo?>("--manifest") { Description = "A corpus to embed: CSV with path, speaker, label." };
var storeOption = new Option<DirectoryInfo?>("--store") { Description = "Folder of the embedding store to fill. What it holds already is not embedded again." };
var shardOption = new Option<string>("--shard") { Description = "Embed part i of n alone: i/n.", DefaultValueFactory = _ => "1/1" };
var blocksOption = new Option<int[]>("--blocks") { Description = "Blocks to keep, counted from 1. Default: all.", AllowMultipleArgumentsPerToken = true };
var int8Option = new Option<bool>("--int8") { Description = "Run the encoder in 8 bits: faster, at a few per cent of error." };
var threadsOption = new Option<int>("--threads") { Description = "Utterances embedded at the same time.", DefaultValueFactory = _ => Environment.ProcessorCount };
var embed = new Command("embed", "Embeds a corpus into a store, or shows what comes out for some audio files.") { encoderArgument, filesArgument, manifestOption, storeOption, shardOption, blocksOption, int8Option, profileOption, threadsOption };
embed.SetAction((arguments, cancellation) => Task.Run(() => Try(() =>
{
    var encoder = SpeechEncoder.FromFile(arguments.GetValue(encoderArgument)!.FullName, Profile(arguments.GetValue(profileOption)));
    encoder = arguments.GetValue(int8Option) ? encoder.Quantized() : encoder;
    var (files, threads, blocks) = (arguments.GetValue(filesArgument)!, arguments.GetValue(threadsOption), arguments.GetValue(blocksOption));
    switch (arguments.GetValue(manifestOption), arguments.GetValue(storeOption), files.Length)
    {
        case ({ } manifest, { } store, 0):
            Embed.IntoStore(encoder, blocks, manifest.FullName, store.FullName, arguments.GetValue(shardOption)!, threads, cancellation);
            break;
        case (null, null, > 0):
            Embed.Show(encoder, blocks, [.. files.Select(file => file.FullName)], threads, cancellation);
            break;
        default:
            throw new ArgumentException("Give --manifest and --store to embed a corpus, or audio files to look at.");
    }
}), cancellation));

return await new RootCommand("Tools for ASR encoders.") { inspect, tap, import, embed }.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });   // a shard's file is closed first

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
    catch (OperationCanceledException)
    {
        AnsiConsole.MarkupLine("[yellow]stopped.[/] Whole shards are safe; the same command goes on from there.");
        return 130;   // what a shell expects of a command that Ctrl-C ended
    }
}
