namespace MlNetSer.Tests.Corpora;

public sealed class MspPodcastTests
{
    private static MiniatureCorpus Odd(string labels) => new MiniatureCorpus()
        .Text(labels, "FileName,EmoClass,EmoAct,EmoVal,EmoDom,SpkrID,Gender,Split_Set\n"
            + "MSP-PODCAST_0001_0008.wav,N,3.0,3.0,3.0,127,Male,Train\nMSP-PODCAST_0001_0019.wav,H,3.0,3.0,3.0,Unknown,Unknown,Train\n"
            + "MSP-PODCAST_0002_0033.wav,A,3.0,3.0,3.0,128,Female,Validation\n"
            + "MSP-PODCAST_0002_0034.wav,X,3.0,3.0,3.0,128,Female,Test1\nMSP-PODCAST_0002_0035.wav,U,3.0,3.0,3.0,128,Female,Test2\n")
        .Wav("Audios/MSP-PODCAST_0001_0008.wav", "Audios/MSP-PODCAST_0001_0019.wav", "Audios/MSP-PODCAST_0002_0033.wav",
        "Audios/MSP-PODCAST_0002_0034.wav", "Audios/MSP-PODCAST_0002_0035.wav")
        .Text("Transcripts/MSP-PODCAST_0001_0008.txt", "So anyway.\n");

    [Theory]
    [InlineData("Labels/labels_consensus.csv")]
    [InlineData("labels_concensus.csv")]
    public void Both_spellings_are_read_and_unknown_speakers_are_left_out(string labels)
    {
        using var corpus = Odd(labels);

        var reading = corpus.Read("msp-podcast");

        Assert.Equal([("MSP-PODCAST_0001_0008", "127", "m", "Train", "neutral", "So anyway."),
            ("MSP-PODCAST_0002_0033", "128", "f", "Development", "angry", "")],
            reading.Manifest.Utterances.Select(u => (u.Id, u.Speaker, u.Gender, u.Split, u.Label, u.Text)));
        Assert.Equal(["Audios/MSP-PODCAST_0001_0019.wav"],
            reading.Subjects(CorpusFindingKind.LeftOut, "part 'unknown-speaker' is not in the policy"));
        Assert.True(reading.IsComplete);
    }

    [Fact]
    public void Of_both_spellings_side_by_side_the_newer_is_read()
    {
        using var corpus = Odd("Labels/labels_consensus.csv")
            .Text("Labels/labels_concensus.csv", "FileName,EmoClass,SpkrID,Gender,Split_Set\nMSP-PODCAST_0001_0008.wav,A,127,Male,Train\n");

        var reading = corpus.Read("msp-podcast");

        Assert.Equal("neutral", reading.Named("MSP-PODCAST_0001_0008").Label);
        Assert.Equal(["Labels/labels_concensus.csv"], reading.Subjects(CorpusFindingKind.Doubtful));
    }

    [Fact]
    public void Unknown_speakers_come_in_only_under_a_policy_that_says_so()
    {
        using var corpus = Odd("Labels/labels_consensus.csv");

        Assert.Equal("Unknown", corpus.Read("msp-podcast", "four-class-any-speaker").Named("MSP-PODCAST_0001_0019").Speaker);
        Assert.Equal(["angry", "neutral", "surprise"], corpus.Read("msp-podcast", "all-classes").Manifest.Classes);
    }
}
