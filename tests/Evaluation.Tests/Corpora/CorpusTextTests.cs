using System.Text;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Corpora;

/// <summary>Copies of corpora that went through Windows: endings, encodings, copies of files.</summary>
public sealed class CorpusTextTests
{
    public static TheoryData<string, string> UpperCase => new()
    {
        { "crema-d", "AudioWAV/1001_DFA_ANG_XX.WAV" },
        { "emodb", "wav/03a02Nc.WAV" },
        { "esd", "0011/Angry/0011_000351.Wav" },
        { "ravdess", "Actor_01/03-01-05-01-01-01-01.WAV" },
        { "savee", "DC/a01.WAV" },
        { "tess", "OAF_angry/OAF_lid_angry.WAV" },
    };

    [Theory, MemberData(nameof(UpperCase))]
    public void Endings_in_capitals_are_read(string corpus, string file)
    {
        using var miniature = new MiniatureCorpus().Wav(file);

        var reading = miniature.Read(corpus);

        Assert.EndsWith(file, Assert.Single(reading.Manifest.Utterances).Path);
        Assert.Empty(reading.Subjects(CorpusFindingKind.Unexpected));
    }

    [Fact]
    public void Endings_of_label_files_in_capitals_are_read_too()
    {
        using var iemocap = new MiniatureCorpus().Wav("Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.WAV")
            .Text("Session1/dialog/EmoEvaluation/Ses01F_impro01.TXT",
            "[6.2901 - 8.2357]\tSes01F_impro01_F000\tneu\t[2.5000, 2.5000, 2.5000]\n");
        using var improv = new MiniatureCorpus().Wav("a/MSP-IMPROV-S01A-F01-S-FM01.WAV")
            .Text("Evalution.TXT", "UTD-IMPROV-S01A-F01-S-FM01.avi; A; A:3.1; V:2.0; D:3.0 ; N:4.4;\n");
        using var podcast = new MiniatureCorpus().Wav("Audios/MSP-PODCAST_0001_0008.WAV")
            .Text("Labels/labels_consensus.CSV", "FileName,EmoClass,SpkrID,Gender,Split_Set\nMSP-PODCAST_0001_0008.wav,A,1,Male,Train\n");
        using var meld = new MiniatureCorpus().Wav("train/dia0_utt0.WAV")
            .Text("train_sent_emo.CSV", "Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID\nNo,Joey,joy,0,0\n");

        Assert.Single(iemocap.Read("iemocap").Manifest.Utterances);
        Assert.Single(improv.Read("msp-improv").Manifest.Utterances);
        Assert.Single(podcast.Read("msp-podcast").Manifest.Utterances);
        Assert.Single(meld.Read("meld").Manifest.Utterances);
    }

    [Fact]
    public void The_case_of_a_copy_from_Windows_is_read_whole()
    {
        var folder = SharedCases.Find("upper-case-ending", "emodb");
        Assert.SkipWhen(folder is null, SharedCases.Absent);

        var reading = SpeechCorpora.Read("emodb", folder!);

        Assert.Equal(["03a01Fa", "03a02Nc", "17a02Nc"],
            reading.Manifest.Utterances
            .Select(u => u.Id).Concat(reading.Findings.Where(f => f.Kind == CorpusFindingKind.Missing).Select(f => f.Subject)).Order());
        Assert.Equal(["wav/03a01Fa (1).wav"], reading.Subjects(CorpusFindingKind.LeftOut, "a copy of '03a01Fa'"));
        Assert.Empty(reading.Subjects(CorpusFindingKind.Unexpected));
    }

    [Fact]
    public void Texts_in_other_encodings_are_read_and_counted()
    {
        var gbk = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!;
        var cp1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
        using var corpus = new MiniatureCorpus().Wav("0011/Angry/0011_000351.wav", "0001/Angry/0001_000351.wav")
            .Text("0001/0001.txt", "0001_000351\t镕基远看\t生气\n", gbk)                       // 镕 is in GBK, not in GB2312
            .Text("0011/0011.txt", "0011_000351\tIt’s “café”\tAngry\n", cp1252);

        var reading = corpus.Read("esd", "all-classes");

        Assert.Equal("镕基远看", reading.Named("0001_000351").Text);
        Assert.Equal("It’s “café”", reading.Named("0011_000351").Text);
        Assert.Equal(["0001/0001.txt"], reading.Subjects(CorpusFindingKind.Repaired, "read as gb18030: it is not UTF-8"));
        Assert.Equal(["0011/0011.txt"], reading.Subjects(CorpusFindingKind.Repaired, "read as windows-1252: it is not UTF-8"));
        Assert.Contains("Repaired: read as windows-1252: it is not UTF-8: 1 (0011/0011.txt)", reading.ToString());
    }

    [Fact]
    public void Control_characters_of_Windows_1252_are_mended_and_counted()
    {
        using var corpus = new MiniatureCorpus().Wav("test/dia0_utt0.wav")
            .Text("test_sent_emo.csv", "Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID\nI\u0092m fine.,Joey,joy,0,0\n");

        var reading = corpus.Read("meld");

        Assert.Equal("I’m fine.", Assert.Single(reading.Manifest.Utterances).Text);
        Assert.Equal(["test_sent_emo.csv"],
            reading.Subjects(CorpusFindingKind.Repaired, "control characters U+0080 to U+009F read as Windows-1252"));
    }

    [Fact]
    public void A_label_row_with_an_extra_cell_is_reported_as_doubtful()
    {
        using var corpus = new MiniatureCorpus().Wav("test/dia0_utt0.wav", "test/dia0_utt1.wav")
            .Text("test_sent_emo.csv", "Utterance,Speaker,Emotion,Dialogue_ID,Utterance_ID\nOh, no,Joey,joy,0,0\nNo,Joey,joy,0,1\n");

        var reading = corpus.Read("meld");

        Assert.Equal(["test_sent_emo.csv:2"], reading.Subjects(CorpusFindingKind.Doubtful, "the row has 6 cells, the header 5"));
        Assert.Equal(["test_dia0_utt1"], reading.Manifest.Utterances.Select(u => u.Id));
    }

    [Fact]
    public void A_recording_twice_under_one_speaker_is_listed_and_under_two_doubted()
    {
        using var corpus = new MiniatureCorpus().Wav("wav/03a01Wa.wav", "wav/03a02Wc.wav", "wav/08a01Wa.wav", "wav/noise.wav");
        foreach (var (name, fill) in new[] { ("03a01Wa", 1), ("03a02Wc", 1), ("08a01Wa", 1), ("noise", 1) })
            Longer(Path.Combine(corpus.Folder, "wav", name + ".wav"), (byte)fill);

        var reading = corpus.Read("emodb");

        Assert.Equal(["wav/03a02Wc.wav"], reading.Subjects(CorpusFindingKind.Identical, "the same recording as '03a01Wa'"));
        Assert.Equal(["wav/08a01Wa.wav"],
            reading.Subjects(CorpusFindingKind.Doubtful, "the same recording as '03a01Wa' of another speaker, '03'"));
        Assert.Equal(["wav/noise.wav"], reading.Subjects(CorpusFindingKind.LeftOut, "a copy of '03a01Wa'"));
    }

    [Fact]
    public void The_pair_of_Ravdess_that_is_one_recording_is_listed()
    {
        var folder = SharedData.Find("ravdess");
        Assert.SkipWhen(folder is null, SharedData.Absent);

        var reading = SpeechCorpora.Read("ravdess", folder!, "all-classes");

        // Measured on this copy: no bytes are the same, and no sample of the pair differs by more than 4 of 32,768.
        Assert.Equal(["Actor_07/03-01-03-01-02-02-07.wav"],
            reading.Subjects(CorpusFindingKind.Identical, "the same recording as '03-01-03-01-02-01-07'"));
        Assert.Contains("1 identical recordings: '03-01-03-01-02-01-07' = '03-01-03-01-02-02-07'", reading.Manifest.Check().Notes);
        Assert.Empty(reading.Manifest.Check().Faults);
    }

    private static void Longer(string path, byte fill)
    {
        var wav = File.ReadAllBytes(path);
        File.Delete(path);   // the miniature's files are one file under many names
        File.WriteAllBytes(path, [.. wav, .. Enumerable.Repeat(fill, 2000)]);
    }
}
