using System.Text.Json;
using MlNetSer.Tests.Text;

namespace MlNetSer.Tests.Reproduction;

/// <summary>Table 1 and the rows with T, by a small untrained ASR encoder and a small untrained BERT: what they say is noise, how they come
/// about is not.</summary>
public sealed class TextRowsTests : IDisposable
{
    private static readonly string[] s_letters = [.. "abcdefghijklmnopqrstuvwxyz".Select(c => c.ToString())];

    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-text-rows").FullName;

    public TextRowsTests()
    {
        var speech = SyntheticCorpus.Write(In("speech"), speakerCount: 3, utterancesPerEmotion: 1);
        WriteManifest("corpus.csv", speech, (_, i) => i % 2 == 0 ? "a bad cab" : "no");
        WriteManifest("silent.csv", speech, (_, i) => i == 0 ? "" : "no");

        Directory.CreateDirectory(In("asr"));
        string[] tokens = ["<blk>", "▁", .. s_letters];
        SpeechEncoder.Untrained(1, new ConformerOptions
        {
            BlockCount = 2,
            Dimension = 32,
            HeadCount = 2,
            FeedForwardSize = 32,
            KernelSize = 3,
            VocabularySize = tokens.Length
        }).Save(In("asr", "encoder.onnx"));
        File.WriteAllLines(In("asr", "tokens.txt"), tokens.Select((token, id) => $"{token} {id}"));

        Directory.CreateDirectory(In("bert"));
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. s_letters, .. s_letters.Select(letter => "##" + letter)];
        File.WriteAllBytes(In("bert", "model.onnx"), BertGraph.Write(pieces.Length));
        File.WriteAllLines(In("bert", "vocab.txt"), pieces);
    }

    [Fact]
    public void RecognisedWords_MakeTable1AndTheRowsWithT_AndAStoppedRecognitionGoesOn()
    {
        Assert.Contains("| A + T ", Run("corpus.csv", "out", "--tokens", "auto", "--system", "a", "t", "a+t", "t+e2").Succeed());

        var rows = File.ReadAllLines(In("out", "table2.md"));
        foreach (var row in new[] { "T", "A + T", "T + E(2)" })
            Assert.DoesNotContain("not run",
                rows.First(line => line.StartsWith($"| {row} ", StringComparison.Ordinal)
                    || line.StartsWith($"| {row},", StringComparison.Ordinal)));
        Assert.Contains("A + T", File.ReadAllText(In("out", "figure2.svg")));   // the dashed line, as in the paper
        Assert.Contains("over what each encoder recognised", File.ReadAllText(In("out", "results.md")));

        var transcripts = In("out", "transcripts", "corpus.asr.jsonl");
        var lines = File.ReadAllLines(transcripts);
        var heard = lines.Skip(1).Select(line => JsonSerializer.Deserialize<RecognizedUtterance>(line)!).ToList();
        var rates = WordErrorRate.Compare(heard);
        Assert.Equal(24, rates.Words.ReferenceCount);   // 6 x 3 words and 6 x 1
        var csv = File.ReadAllLines(In("out", "table1.csv")).Select(line => line.Split(',')).ToList();
        Assert.Equal(rates.Words.Rate, double.Parse(csv[1][Array.IndexOf(csv[0], "wer")],
            System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("| Gigaspeech, paper", File.ReadAllText(In("out", "table1.md")));

        var whole = File.ReadAllBytes(transcripts);
        foreach (var left in new[] { 0, whole.Length - 40 })   // as a kill leaves it: before the first line, and inside the last
        {
            File.WriteAllBytes(transcripts, whole[..left]);
            using var merge = ToolProcess.Reproduce(_folder, "merge", "--output", "out");
            Assert.Contains("| A + T ", merge.Succeed());
        }
        Assert.Contains("recognised 12/12", Run("corpus.csv", "out", "--tokens", "auto", "--system", "t").Succeed());
        Assert.Equal(whole, File.ReadAllBytes(transcripts));
    }

    [Fact]
    public void TheCorpusOwnWords_AreReadWithoutTokens_AndMustAllBeThere()
    {
        Assert.Contains("| T ", Run("corpus.csv", "own", "--system", "t").Succeed());
        Assert.Contains("over the corpora's own transcripts", File.ReadAllText(In("own", "results.md")));
        Assert.False(File.Exists(In("own", "table1.md")));

        var (code, _, errors) = Run("silent.csv", "silent", "--system", "t").Finish();

        Assert.Equal(2, code);
        Assert.Contains("1 of the 12 utterances of silent have no text", errors);
        Assert.False(File.Exists(In("silent", "settings.json")));
    }

    [Fact]
    public void CodesAreNoWords_AndOtherWordsAreOtherSettings()
    {
        WriteManifest("codes.csv", SyntheticCorpus.Write(In("speech-codes"), 3, 1), (_, i) => $"a{i:00}");

        var (code, _, errors) = Run("codes.csv", "codes", "--system", "t").Finish();

        Assert.Equal(2, code);
        Assert.Contains("The texts of codes are codes, such as 'a00', and no words", errors);
        Assert.Contains("are codes and no words: what is recognised is scored against nothing",
            Run("codes.csv", "codes", "--tokens", "auto", "--system", "t").Succeed());
        Run("corpus.csv", "own", "--system", "t").Succeed();
        File.WriteAllText(In("corpus.csv"), File.ReadAllText(In("corpus.csv")).TrimEnd() + "s\n");
        Assert.Contains("\"Words\": ", Run("corpus.csv", "own", "--system", "t").Finish().Errors);
    }

    [Fact]
    public void ATokenFileThatIsOneLineShort_IsRefusedBeforeTheFolderIsTaken()
    {
        File.WriteAllLines(In("asr", "tokens.txt"), File.ReadAllLines(In("asr", "tokens.txt"))[..^1]);

        var (code, _, errors) = Run("corpus.csv", "short", "--tokens", "auto").Finish();

        Assert.Equal(2, code);
        Assert.Contains("27", errors);
        Assert.Contains("28", errors);
        Assert.False(File.Exists(In("short", "settings.json")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ToolProcess Run(string corpus, string output, params string[] arguments)
        => ToolProcess.Reproduce(_folder,
            ["--corpus", corpus, "--encoder", "asr/encoder.onnx", "--bert", "bert/model.onnx", "--quick", "--epochs", "1", "--hidden", "8",
                "--output", output, .. arguments]);

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);

    private void WriteManifest(string name, CorpusManifest speech, Func<Utterance, int, string> text)
        => File.WriteAllLines(In(name), speech.Utterances.Select((u, i) => $"{u.Path},{u.Speaker},{u.Label},{text(u, i)}")
            .Prepend("path,speaker,label,text"));
}
