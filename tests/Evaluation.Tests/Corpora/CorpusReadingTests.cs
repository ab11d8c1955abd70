namespace MlNetSer.Tests.Corpora;

public sealed class CorpusReadingTests
{
    private static MiniatureCorpus Damaged()
        => new MiniatureCorpus().Wav("wav/03a01Wa.wav", "wav/03a01Fa.wav").Text("wav/03a01Ta.wav", "").Text("wav/03a02Ta.wav", "hello")
        .Text("wav/03a04Ta.wav", "RIFF....WAVEfmt ");

    [Fact]
    public void Files_that_cannot_be_audio_are_missing_with_the_reason()
    {
        using var corpus = Damaged();

        var reading = corpus.Read("emodb");

        Assert.Equal(["wav/03a01Ta.wav"], reading.Subjects(CorpusFindingKind.Missing, "an empty file"));
        Assert.Equal(["wav/03a02Ta.wav"], reading.Subjects(CorpusFindingKind.Missing, "not a WAV file"));
        Assert.Equal(["wav/03a04Ta.wav"], reading.Subjects(CorpusFindingKind.Missing, "without samples"));
        Assert.Equal(2, reading.Manifest.Utterances.Count);
    }

    [Fact]
    public void A_link_whose_content_was_not_fetched_is_missing_and_not_the_end()
    {
        using var corpus = Damaged();
        File.CreateSymbolicLink(Path.Combine(corpus.Folder, "wav", "03a05Ta.wav"), "../.git/annex/objects/Xy/3Z/gone.wav");

        var reading = corpus.Read("emodb");

        Assert.Equal(["wav/03a05Ta.wav"], reading.Subjects(CorpusFindingKind.Missing, "which is not there: fetch the content"));
    }

    [Fact]
    public void Audio_in_a_hidden_folder_is_listed()
    {
        using var corpus = Damaged().Wav(".old/03a01Nc.wav", ".git/annex/objects/Xy/3Z/gone.wav");

        Assert.Equal([".old/03a01Nc.wav"], corpus.Read("emodb").Subjects(CorpusFindingKind.LeftOut, "hidden"));
    }

    [Fact]
    public void Labels_without_any_audio_are_told_from_another_folder()
    {
        using var corpus = new MiniatureCorpus().Text("labels_consensus.csv",
            "FileName,EmoClass,SpkrID,Gender,Split_Set\na.wav,A,1,Male,Train\nb.wav,A,1,Male,Train\n");

        Assert.Contains("holds the labels of 2 utterances of MSP-Podcast, and the audio of none, such as 'a'",
            Assert.Throws<InvalidDataException>(() => corpus.Read("msp-podcast")).Message);
    }

    [Fact]
    public void A_stray_quotation_mark_is_named_by_file_and_line()
    {
        using var corpus = new MiniatureCorpus().Wav("a.wav")
            .Text("labels_consensus.csv", "FileName,EmoClass,SpkrID,Gender,Split_Set\na.wav,A,1\" x,Male,Train\n");

        Assert.Contains("labels_consensus.csv', line 2: 'a.wav,A,1\" x,Male,Train' has a quotation mark",
            Assert.Throws<InvalidDataException>(() => corpus.Read("msp-podcast")).Message);
    }

    [Fact]
    public void Report_counts_each_reason_and_names_the_first_files()
    {
        using var corpus = Damaged();
        var reading = corpus.Read("emodb");

        var lines = reading.ToString().Split('\n');

        Assert.StartsWith("emodb/four-class/2-", lines[0]);
        Assert.EndsWith("2 utterances of 1 speakers (angry 1, happy 1)", lines[0]);
        Assert.Contains("Missing: an empty file: 1 (wav/03a01Ta.wav)", lines);
        Assert.Contains("Count: utterances: 5 found, 535 published", lines);
        Assert.Contains("Missing: an empty file", Assert.Throws<InvalidDataException>(reading.EnsureComplete).Message);
    }

    [Fact]
    public void Findings_are_written_as_a_table()
    {
        using var corpus = Damaged();
        var path = Path.Combine(corpus.Folder, "findings.csv");

        corpus.Read("emodb").SaveFindings(path);

        var lines = File.ReadAllLines(path);
        Assert.Equal("Kind,Subject,Reason", lines[0]);
        Assert.Contains("Missing,wav/03a01Ta.wav,an empty file", lines);
    }

    [Fact]
    public void Folder_with_nothing_that_the_policy_keeps_is_refused_with_the_report()
    {
        using var corpus = new MiniatureCorpus().Wav("wav/03a01La.wav");

        Assert.Contains("label 'L' (Langeweile, boredom) is not in the policy: 1 (wav/03a01La.wav)",
            Assert.Throws<InvalidDataException>(() => corpus.Read("emodb")).Message);
    }
}
