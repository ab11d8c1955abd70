using System.Text;

namespace MlNetSer.Tests.Corpora;

public sealed class EsdTests
{
    public static TheoryData<string, string, Encoding> Encodings => new()
    {
        { "0001", "打远一看\t生气", CodePagesEncodingProvider.Instance.GetEncoding("gb2312")! },
        { "0003", "打远一看\t愤怒", new UnicodeEncoding(bigEndian: false, byteOrderMark: true) },
        { "0012", "The nine the eggs.\tAngry", new UnicodeEncoding(bigEndian: true, byteOrderMark: true) },
        { "0013", "The nine the eggs.\tAngry", new UnicodeEncoding(bigEndian: false, byteOrderMark: false) },
        { "0011", "The nine the eggs.\tAngry", new UTF8Encoding(true) },
        { "0016", "Café au lait.\tAngry", Encoding.Latin1 },
    };

    [Theory, MemberData(nameof(Encodings))]
    public void Label_files_are_read_in_every_encoding(string speaker, string line, Encoding encoding)
    {
        var id = $"{speaker}_000351";
        using var corpus = new MiniatureCorpus().Wav($"{speaker}/Angry/{id}.wav")
            .Text($"{speaker}/{speaker}.txt", $"{id}\t{line}\r\n", encoding);

        var reading = corpus.Read("esd");

        Assert.Equal(line.Split('\t')[0], reading.Named(id).Text);
        Assert.Equal(speaker.CompareTo("0011") < 0 ? "zh001" : "en001", reading.Named(id).Script);   // 351 is the first sentence again
        Assert.Empty(reading.Subjects(CorpusFindingKind.Doubtful));
    }

    [Fact]
    public void Folder_is_the_label_and_the_label_file_is_read_as_a_check()
    {
        using var corpus = new MiniatureCorpus()
            .Wav("0011/Angry/train/0011_000351.wav", "0011/Sad/test/0011_001051.wav", "0011/Surprise/0011_001401.wav",
            "0001/Happy/0001_000701.wav")
            .Text("0011/0011.txt", "0011_000351\tOne.\tSad\n0011_001051\tTwo.\tSad\n0011_000352\tThree.\tAngry\nno line\n");

        var reading = corpus.Read("esd");

        Assert.Equal([("angry", 1), ("happy", 1), ("sad", 1)], reading.Classes());
        Assert.Equal(["0011/Angry/train/0011_000351.wav"], reading.Subjects(CorpusFindingKind.Doubtful, "says 'Sad'; the folder is taken"));
        Assert.Equal(["0011/0011.txt:4"], reading.Subjects(CorpusFindingKind.Doubtful, "not understood"));
        Assert.Equal(["0011_000352"], reading.Subjects(CorpusFindingKind.Missing));
        Assert.Equal(("train", "m"), (reading.Named("0011_000351").Split, reading.Named("0011_000351").Gender));
        Assert.Equal(2, corpus.Read("esd", "english-only").Manifest.Utterances.Count);
        Assert.Single(corpus.Read("esd", "mandarin-only").Manifest.Utterances);
    }
}
