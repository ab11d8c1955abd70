using Google.Protobuf;
using MlNetSer.Embeddings;
using MlNetSer.Encoders;
using MlNetSer.Onnx.Proto;
using MlNetSer.TestKit;
using MlNetSer.Tests.Encoders;
using MlNetSer.Tests.Encoders.Tap;

namespace MlNetSer.Tests.Examples;

/// <summary>The commands of docs/encoders.md and docs/text.md, on small untrained encoders.</summary>
public sealed class ExampleTests : IDisposable
{
    private static readonly ConformerOptions s_options = new() { BlockCount = 2, Dimension = 16, HeadCount = 2, FeedForwardSize = 24, KernelSize = 7, Subsampling = 4, VocabularySize = 5 };

    private readonly SpeechFolder _speech = new(3);

    private string Folder => _speech.AudioFolder;

    public void Dispose() => _speech.Dispose();

    [Fact]
    public void An_export_of_the_last_layer_is_inspected_tapped_and_embedded()
    {
        WriteUntapped("encoder.onnx");

        var before = Encoders("inspect", "encoder.onnx").Succeed();
        Assert.Contains("\"name\": \"nemo-ctc-kaldi\"", before);
        Assert.Contains("not ready: Encoder", before);
        Assert.Contains("let BlockTap.Write add them (the command tap of examples/Encoders)", before);
        Assert.Contains("3 blocks, lowest confidence 0.80", Encoders("tap", "encoder.onnx", "--output", "tapped.onnx").Succeed());
        Assert.Contains("ready: 3 blocks, SHA-256", Encoders("inspect", "tapped.onnx").Succeed());

        var shown = Encoders("embed", "tapped.onnx", "tone-00.wav", "tone-01.wav").Succeed();
        Assert.Contains("│ tone-00.wav │ 0.3 │ 3 │ 30 │ 8 │", shown);   // 4,800 samples, frames of 160
        Assert.Contains("2/2 utterances", shown);
    }

    [Fact]
    public void A_WeNet_folder_is_imported_and_a_corpus_embedded_once_in_parts()
    {
        WriteWeNet();
        File.WriteAllText(Path.Combine(Folder, "corpus.csv"), "path,speaker,label\ntone-00.wav,a,sad\ntone-01.wav,b,angry\ntone-02.wav,c,sad\n");
        string[] embed = ["--manifest", "corpus.csv", "--store", "embeddings"];

        Assert.Contains("2 blocks, SHA-256", Encoders("import-wenet", "checkpoint/", "--output", "wenet.onnx").Succeed());
        Assert.Contains("stored 3 of 3 utterances", Encoders(["embed", "wenet.onnx", .. embed, "--shard", "1/2"]).Succeed());
        Assert.Contains("nothing was missing", Encoders(["embed", "wenet.onnx", .. embed]).Succeed());

        WriteUntapped("other.onnx");
        Encoders("tap", "other.onnx", "--output", "tapped.onnx").Succeed();
        var refused = Encoders(["embed", "tapped.onnx", .. embed]).Refuse();
        Assert.Contains("profile wenet", refused);
        Assert.Contains("profile nemo-ctc-kaldi", refused);
        Assert.Contains("Give every front end and encoder a folder of its own", refused);
        Assert.Contains("wanted is i/n with i from 1 to n", Encoders(["embed", "wenet.onnx", .. embed, "--shard", "9/8"]).Refuse());

        File.WriteAllBytes(Path.Combine(Folder, "checkpoint", "final.pt"), File.ReadAllBytes(Path.Combine(Folder, "checkpoint", "final.pt"))[..1000]);
        Assert.Contains("is not a PyTorch checkpoint: it is no zip file, or it is cut off", Encoders("import-wenet", "checkpoint/", "--output", "x.onnx").Refuse());
    }

    [Fact]
    public void An_imported_encoder_is_told_from_its_file_and_transcribes()
    {
        WriteWeNet();
        SpeechEncoder.FromWeNet(Path.Combine(Folder, "checkpoint")).Save(Path.Combine(Folder, "checkpoint", "encoder.onnx"));
        ExampleProcess Transcribe(params string[] arguments) => ExampleProcess.Run("Transcribe", Folder, [.. arguments, "--encoder", "checkpoint/encoder.onnx"]);

        Assert.StartsWith("tone-00.wav\t", Transcribe("tone-00.wav").Output);
        Assert.Contains("There is no audio file", Transcribe("absent.wav").Refuse());
        File.WriteAllText(Path.Combine(Folder, "checkpoint", "units.txt"), "<blank> 0\n▁a 1\nb 2\n▁c 3\n");
        Assert.Contains("units.txt' gives 4 tokens, blank included, but the encoder's 'log_probs' has 5", Transcribe("tone-00.wav").Refuse());
    }

    [Fact]
    public void The_command_of_the_readme_recognises_real_speech_with_1_wrong_word_of_77()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Absent);
        const string Start = "    dotnet run -c Release --project examples/Transcribe -- ";
        var command = File.ReadLines(Path.Combine(Root, "README.md")).Single(line => line.StartsWith(Start, StringComparison.Ordinal))[Start.Length..];

        var arguments = command.Replace("../shared/data", SharedData.Folder, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(argument => argument.EndsWith("/*.wav", StringComparison.Ordinal) ? Directory.GetFiles(argument[..^6], "*.wav").Order(StringComparer.Ordinal).ToArray() : [argument]);
        var printed = ExampleProcess.Run("Transcribe", Root, [.. arguments]).Succeed();

        Assert.Contains("| speech | 1.30 | 0.70 | 3 utterances, 77 words, words-only |", printed);
        Assert.Contains("0.wav 0.96 after early nightfall the yellow lamps would light up here and there the squalid quarter of the brothels", printed);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "MlNetSer.sln")))
                folder = folder.Parent;
            return folder.FullName;
        }
    }

    private ExampleProcess Encoders(params string[] arguments) => ExampleProcess.Run("Encoders", Folder, arguments);

    /// <summary>An encoder for 8 bins whose blocks are inside, and not among its outputs.</summary>
    private void WriteUntapped(string name)
    {
        var model = ModelProto.Parser.ParseFrom(new SpelledOut("SF", "L").Write(withBlocks: false));
        model.Graph.Input[0].Name = "features";
        foreach (var node in model.Graph.Node)
        {
            for (var i = 0; i < node.Input.Count; i++)
                node.Input[i] = node.Input[i] == "x" ? "features" : node.Input[i];
        }
        File.WriteAllBytes(Path.Combine(Folder, name), model.ToByteArray());
    }

    private void WriteWeNet()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "checkpoint")).FullName;
        File.WriteAllText(Path.Combine(folder, "train.yaml"), WeNetCheckpointWriter.Yaml(s_options));
        WeNetCheckpointWriter.SaveTorch(Path.Combine(folder, "final.pt"), WeNetCheckpointWriter.Weights(s_options));
        File.WriteAllText(Path.Combine(folder, "units.txt"), "<blank> 0\n▁a 1\nb 2\n▁c 3\nd 4\n");
    }
}
