using System.CommandLine;
using System.Globalization;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>Looks into an encoder, taps its blocks, cuts it, imports a WeNet checkpoint, fetches a public one: no Python
/// anywhere.</summary>
internal static class EncoderCommand
{
    private static readonly Argument<FileInfo> s_encoder = new("encoder") { Description = "ASR encoder in ONNX." };
    private static readonly Argument<DirectoryInfo> s_checkpoint = new("folder")
    {
        Description = "Folder with train.yaml, final.pt, global_cmvn.",
    };
    private static readonly Argument<string?> s_name = new("name")
    {
        Description = "Name of a public encoder; none = list them.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string> s_output = CommonOptions.RequiredOutput("The ONNX file to write.");
    private static readonly Option<int> s_block = new("--block")
    {
        Description = "The last block (layer) to keep, from 1.",
        Required = true,
    };
    private static readonly Option<string?> s_folder = new("--output")
    {
        Description = "Folder to keep encoders in. Default: a folder of yours for caches, or the one that MLNETSER_ENCODERS names.",
    };
    private static readonly Option<string?> s_list = new("--list")
    {
        Description = "A list of encoders of your own, in JSON (docs/encoders.md). Default: the built-in one.",
    };

    public static ToolCommand Create()
        => new("encoder", "Inspects speech recognisers' encoders, taps them (makes them give the output of every block, which is a layer), "
            + "cuts, imports and fetches them.",
            "mlnetser encoder inspect encoder.onnx")
    {
        new ToolCommand("inspect", "Shows which family an encoder belongs to, its profile (what it wants), and where its blocks (layers) "
            + "end.", "mlnetser encoder inspect encoder.onnx", Inspect)
            { s_encoder, CommonOptions.Profile },
        new ToolCommand("tap", "Writes a copy of an encoder that also gives the output of every block.",
            "mlnetser encoder tap encoder.onnx --output tapped.onnx", Tap) { s_encoder, s_output },
        new ToolCommand("cut", "Writes a copy that ends after a block: smaller and faster, the same embeddings up to there.",
            "mlnetser encoder cut tapped.onnx --block 5 --int8 --output small.onnx", Cut)
            { s_encoder, s_block, CommonOptions.Int8, CommonOptions.Profile, s_output },
        new ToolCommand("import-wenet", "Writes a WeNet checkpoint as an ONNX encoder that gives every block.",
            "mlnetser encoder import-wenet checkpoint/ --output tapped.onnx", Import) { s_checkpoint, s_output },
        new ToolCommand("get", "Downloads a public encoder once, verifies it, taps its blocks and keeps it, so that --encoder takes its "
            + "name.", "mlnetser encoder get wav2vec2-base-960h-int8", Get)
            { s_name, s_list, s_folder, CommonOptions.Json },
    };

    private static int Inspect(ToolCall call)
    {
        var path = call.Get(s_encoder).FullName;
        var given = EncoderSourceProfile(call, path);
        var blocks = BlockTap.Find(path);
        Console.WriteLine(Path.GetFileName(path));
        if (blocks.Count > 0)
        {
            var table = new TextTable("block", "tensor", "width", "confidence", "why");
            foreach (var block in blocks)
                table.Add(Number(block.Block), block.Tensor, block.Width is { } width ? Number(width) : "?",
                    block.Confidence.ToString("0.00", CultureInfo.InvariantCulture), block.Reason);
            Show.Table(table);
        }
        else
        {
            Console.WriteLine("no blocks are found: nothing in the graph repeats as they do");
        }
        Console.WriteLine((given ?? EncoderProfile.Detect(path)).ToString());
        try
        {
            var encoder = SpeechEncoder.FromFile(path, given);
            Console.WriteLine($"ready: {encoder.BlockCount} blocks, SHA-256 {encoder.Hash[..12]}");
        }
        catch (InvalidDataException error) when (given is null && blocks.Count > 0)
        {
            // A profile that was told from the file fits it: what is missing are the outputs of the blocks that were found.
            Console.WriteLine($"not ready: {error.Message}");
        }
        return 0;
    }

    private static int Tap(ToolCall call)
    {
        var (path, output) = (call.Get(s_encoder).FullName, call.Get(s_output));
        var blocks = BlockTap.Find(path);
        BlockTap.Write(path, output, blocks);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"wrote {output}: {blocks.Count} blocks, lowest confidence {blocks.Min(block => block.Confidence):0.00}"));
        return 0;
    }

    private static int Cut(ToolCall call)
    {
        var (path, output) = (call.Get(s_encoder).FullName, call.Get(s_output));
        var encoder = EncoderCut.Write(path, output, call.Get(s_block), call.Get(CommonOptions.Int8), EncoderSourceProfile(call, path));
        var size = new FileInfo(output).Length / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"wrote {output}: {encoder.BlockCount} blocks, {size:0.0} MB, SHA-256 {encoder.Hash[..12]}"));
        if (File.Exists(EncoderCut.ProfilePath(output)))
            Console.WriteLine($"wrote {EncoderCut.ProfilePath(output)}: keep it beside the encoder, whose file alone does not tell what "
                + $"it wants");
        return 0;
    }

    private static int Import(ToolCall call)
    {
        var encoder = SpeechEncoder.FromWeNet(call.Get(s_checkpoint).FullName);
        encoder.Save(call.Get(s_output));
        Console.WriteLine($"wrote {call.Get(s_output)}: {encoder.BlockCount} blocks, SHA-256 {encoder.Hash[..12]}");
        return 0;
    }

    private static int Get(ToolCall call)
    {
        var known = call.Get(s_list) is { } list ? PublicEncoders.Load(list) : PublicEncoders.All;
        if (call.Get(s_name) is not { } name)
        {
            if (call.IsJson)
                Show.Json(known);
            else
                Show.Facts(known.Select(entry => (entry.Name,
                    string.Create(CultureInfo.InvariantCulture, $"{entry.Bytes / 1e6:0} MB, {entry.Licence}: {entry.Description}"))));
            return 0;
        }
        var encoder = known.FirstOrDefault(entry => entry.Name == name)
            ?? throw new ArgumentException(
                $"There is no encoder '{name}' in the list; there are {string.Join(", ", known.Select(entry => entry.Name))}.");
        var origin = $"{encoder.Name}, licence {encoder.Licence}, from {encoder.Source}";
        call.Progress.Report(new ExperimentProgress { Text = origin, IsLine = true });
        var path = PublicEncoders.Get(encoder, call.Get(s_folder), progress: call.Progress, cancellationToken: call.CancellationToken);
        call.Progress.Clear();
        Console.WriteLine($"ready: {path}{(call.Has(s_folder) ? "" : $"; --encoder {name} takes it")}");
        return 0;
    }

    private static EncoderProfile? EncoderSourceProfile(ToolCall call, string path)
        => PublicEncoders.Profile(path, call.Get(CommonOptions.Profile));

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
