using Google.Protobuf;
using MlNetSer.Encoders;
using MlNetSer.Onnx.Proto;
using MlNetSer.TestKit;
using MlNetSer.Tests.Audio;
using MlNetSer.Tests.Encoders;
using MlNetSer.Tests.Encoders.Tap;

namespace MlNetSer.Tests;

/// <summary>The commands of docs/encoders.md and docs/text.md, on small untrained encoders.</summary>
public sealed class CommandTests : IDisposable
{
    private static readonly ConformerOptions s_options = new()
    {
        BlockCount = 2,
        Dimension = 16,
        HeadCount = 2,
        FeedForwardSize = 24,
        KernelSize = 7,
        Subsampling = 4,
        VocabularySize = 5
    };

    /// <summary>Three recordings of tones, of 0.3 to 0.9 seconds.</summary>
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-commands").FullName;

    public CommandTests()
    {
        foreach (var number in Enumerable.Range(0, 3))
        {
            var samples = Enumerable.Range(0, 4800 + number * 7 % 5 * 2400)
                .Select(t => (short)(8000 * Math.Sin((0.05 + 0.01 * number) * t)));
            File.WriteAllBytes(Path.Combine(_folder, $"tone-{number:00}.wav"),
                Wav.File(Wav.Format(), Wav.Chunk("data", Wav.Pcm16([.. samples]))));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_export_of_the_last_layer_is_inspected_tapped_and_embedded()
    {
        WriteUntapped("encoder.onnx");

        var before = Mlnetser("encoder", "inspect", "encoder.onnx").Succeed();
        Assert.Contains("\"name\": \"nemo-ctc-kaldi\"", before);
        Assert.Contains("not ready: Encoder", before);
        Assert.Contains("add them with BlockTap.Write", before);
        Assert.Contains("3 blocks, lowest confidence 0.80", Mlnetser("encoder", "tap", "encoder.onnx", "--output", "tapped.onnx")
            .Succeed());
        Assert.Contains("ready: 3 blocks, SHA-256", Mlnetser("encoder", "inspect", "tapped.onnx").Succeed());

        var shown = Mlnetser("embed", "tone-00.wav", "tone-01.wav", "--encoder", "tapped.onnx").Succeed();
        Assert.Contains("│ tone-00.wav │ 0.3 │ 3 │ 30 │ 8 │", shown);   // 4,800 samples, frames of 160
        Assert.Contains("2/2 utterances", shown);
    }

    [Fact]
    public void A_WeNet_folder_is_imported_and_a_corpus_embedded_once_in_parts()
    {
        WriteWeNet();
        File.WriteAllText(Path.Combine(_folder, "corpus.csv"),
            "path,speaker,label\ntone-00.wav,a,sad\ntone-01.wav,b,angry\ntone-02.wav,c,sad\n");
        string[] embed = ["--corpus", "corpus.csv", "--store", "embeddings"];

        Assert.Contains("2 blocks, SHA-256", Mlnetser("encoder", "import-wenet", "checkpoint/", "--output", "wenet.onnx").Succeed());
        Assert.Contains("stored 3 of 3 utterances", Mlnetser(["embed", "--encoder", "wenet.onnx", .. embed, "--shard", "1/2"]).Succeed());
        Assert.Contains("nothing was missing", Mlnetser(["embed", "--encoder", "wenet.onnx", .. embed]).Succeed());

        WriteUntapped("other.onnx");
        Mlnetser("encoder", "tap", "other.onnx", "--output", "tapped.onnx").Succeed();
        var other = Mlnetser(["embed", "--encoder", "tapped.onnx", .. embed]).Refuse(1);
        Assert.Contains("1 of 3 utterances cannot be embedded", other);
        Assert.Contains("row 2, 'tone-02.wav': ", other);   // its table of positions ends at 64 frames
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(_folder, "embeddings")).Length);   // each encoder has its own
        Assert.Contains("wanted is i/n with i from 1 to n", Mlnetser(["embed", "--encoder", "wenet.onnx", .. embed, "--shard", "9/8"])
            .Refuse(2));

        File.WriteAllBytes(Path.Combine(_folder, "checkpoint", "final.pt"),
            File.ReadAllBytes(Path.Combine(_folder, "checkpoint", "final.pt"))[..1000]);
        Assert.Contains("is not a PyTorch checkpoint: it is not a zip file, or it is cut off",
            Mlnetser("encoder", "import-wenet", "checkpoint/", "--output", "x.onnx").Refuse());
    }

    [Fact]
    public void An_imported_encoder_is_told_from_its_file_and_transcribes()
    {
        WriteWeNet();
        SpeechEncoder.FromWeNet(Path.Combine(_folder, "checkpoint")).Save(Path.Combine(_folder, "checkpoint", "encoder.onnx"));
        Spoken Transcribe(string audio) => Mlnetser("transcribe", audio, "--encoder", "checkpoint/encoder.onnx");

        Assert.StartsWith("tone-00.wav ", Transcribe("tone-00.wav").Succeed());
        Assert.Contains("There is no audio file", Transcribe("absent.wav").Refuse());
        var (code, output, errors) = ToolProcess.Start(_folder, "transcribe", "absent.wav", "tone-00.wav", "gone.wav", "--encoder",
            "checkpoint/encoder.onnx").Finish();
        Assert.Equal(1, code);
        Assert.StartsWith("tone-00.wav\t", output);   // one bad file does not cost the others
        Assert.Contains("2 of 3 utterances cannot be transcribed", errors);
        Assert.Contains("row 2, 'gone.wav'", errors);
        File.WriteAllText(Path.Combine(_folder, "checkpoint", "units.txt"), "<blank> 0\n▁a 1\nb 2\n▁c 3\n");
        Assert.Contains("units.txt' gives 4 tokens, blank included, but the encoder's 'log_probs' has 5", Transcribe("tone-00.wav")
            .Refuse(2));
    }

    [Fact]
    public void The_command_of_the_readme_recognises_real_speech_with_1_wrong_word_of_77()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Absent);
        const string Start = "    mlnetser transcribe ";
        var command = File.ReadLines(Path.Combine(Repository.Root, "README.md"))
            .Single(line => line.StartsWith(Start, StringComparison.Ordinal))[Start.Length..];

        var arguments = command.Replace("../shared/data", SharedData.Folder, StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(argument => argument.EndsWith("/*.wav", StringComparison.Ordinal) ? Directory.GetFiles(argument[..^6], "*.wav")
                .Order(StringComparer.Ordinal).ToArray() : [argument]);
        var printed = new Spoken(ToolProcess.Start(Repository.Root, ["transcribe", .. arguments])).Succeed();

        Assert.Contains("| speech | 1.30 | 0.70 | 3 utterances, 77 words, words-only |", printed);
        Assert.Contains("0.wav 0.96 after early nightfall the yellow lamps would light up here and there the squalid quarter of the "
            + "brothels", printed);
    }

    [Fact]
    public void A_folder_for_temporary_files_that_is_not_there_is_named_with_the_way_out()
    {
        var none = Path.Combine(_folder, "none");

        var (code, _, errors) = ToolProcess.Start("dotnet", [ToolProcess.Program, "demo", "--output", "demo"], _folder,
            new() { ["TMPDIR"] = none }).Finish();

        Assert.Equal(1, code);
        Assert.Contains(none, errors);
        Assert.Contains("Set TMPDIR", errors);
    }

    private Spoken Mlnetser(params string[] arguments) => new(ToolProcess.Start(_folder, arguments));

    /// <summary>What a run says, without the line ends that a width of 80 columns puts.</summary>
    private sealed class Spoken(ToolProcess process)
    {
        public string Succeed() => Words(process.Succeed());

        public string Refuse(int code = 1) => Words(process.Refuse(code));

        private static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }


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
        File.WriteAllBytes(Path.Combine(_folder, name), model.ToByteArray());
    }

    private void WriteWeNet()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "checkpoint")).FullName;
        File.WriteAllText(Path.Combine(folder, "train.yaml"), WeNetCheckpointWriter.Yaml(s_options));
        WeNetCheckpointWriter.SaveTorch(Path.Combine(folder, "final.pt"), WeNetCheckpointWriter.Weights(s_options));
        File.WriteAllText(Path.Combine(folder, "units.txt"), "<blank> 0\n▁a 1\nb 2\n▁c 3\nd 4\n");
    }
}
