namespace MlNetSer.Tests.Corpora;

public sealed class CremaDTests
{
    private static MiniatureCorpus Odd() => new MiniatureCorpus()
        .Wav("AudioWAV/1087_IWL_ANG_XX.wav", "AudioWAV/1087_IEO_HAP_LO.wav", "AudioWAV/1040_ITH_SAD_X.wav", "AudioWAV/1076_MTI_SAD_XX.wav",
        "AudioWAV/1076_MTI_FEA_XX.wav")
        .Text("AudioWAV/1001_DFA_NEU_XX.wav", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 73000\n")
        .Text("VideoDemographics.csv", "ActorID,Age,Sex,Race,Ethnicity\n1087,30,Male,x,x\n1040,30,Female,x,x\n")
        .Text("processedResults/summaryTable.csv",
        "\"\",\"FileName\",\"VoiceVote\",\"VoiceLevel\"\n"
        + "\"1\",\"1087_IWL_ANG_XX\",\"N\",\"60\"\n\"2\",\"1087_IEO_HAP_LO\",\"A:D\",\"50:50\"\n\"3\",\"1040_ITH_SAD_X\",\"S\",\"50\"\n");

    [Fact]
    public void Pointers_and_the_silent_recording_are_not_audio()
    {
        using var corpus = Odd();

        var reading = corpus.Read("crema-d");

        Assert.Equal([("angry", 1), ("happy", 1), ("sad", 1)], reading.Classes());
        Assert.Equal(["AudioWAV/1001_DFA_NEU_XX.wav"], reading.Subjects(CorpusFindingKind.Missing, "git-lfs pointer"));
        Assert.Equal(["AudioWAV/1076_MTI_SAD_XX.wav"],
            reading.Subjects(CorpusFindingKind.LeftOut, "known fault: the recording has no signal"));
        var utterance = reading.Named("1087_IWL_ANG_XX");
        Assert.Equal(("1087", "m", "IWL", "I would like a new alarm clock."),
            (utterance.Speaker, utterance.Gender, utterance.Script, utterance.Text));
    }

    [Fact]
    public void Tables_that_the_copy_lacks_are_named()
    {
        using var corpus = new MiniatureCorpus().Wav("AudioWAV/1087_IWL_ANG_XX.wav");

        Assert.Equal(["VideoDemographics.csv"], corpus.Read("crema-d")
            .Subjects(CorpusFindingKind.LeftOut, "not there: genders are unknown"));
        Assert.Contains("what raters heard is unknown, and the policy 'perceived' keeps nothing: 1 (summaryTable.csv)",
            Assert.Throws<InvalidDataException>(() => corpus.Read("crema-d", "perceived")).Message);
    }

    [Fact]
    public void Perceived_labels_are_votes_on_the_voice_without_ties()
    {
        using var corpus = Odd();

        var reading = corpus.Read("crema-d", "perceived");

        Assert.Equal([("neutral", 1), ("sad", 1)], reading.Classes());
        Assert.Equal("neutral", reading.Named("1087_IWL_ANG_XX").Label);
        Assert.Equal(["AudioWAV/1087_IEO_HAP_LO.wav"], reading.Subjects(CorpusFindingKind.LeftOut, "label 'A:D' (perceived)"));
    }
}
