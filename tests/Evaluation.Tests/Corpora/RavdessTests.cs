namespace MlNetSer.Tests.Corpora;

public sealed class RavdessTests
{
    private static IEnumerable<string> Everything()
        => from actor in Enumerable.Range(1, 24)
           from emotion in Enumerable.Range(1, 8)
           from intensity in new[] { 1, 2 }
           where emotion > 1 || intensity == 1
           from statement in new[] { 1, 2 }
           from repetition in new[] { 1, 2 }
           select $"Actor_{actor:00}/03-01-{emotion:00}-{intensity:00}-{statement:00}-{repetition:00}-{actor:00}.wav";

    [Fact]
    public void Complete_tree_has_1440_files_and_no_difference()
    {
        using var corpus = new MiniatureCorpus().Wav(Everything());

        var reading = corpus.Read("ravdess");

        Assert.Equal([("angry", 192), ("happy", 192), ("neutral", 96), ("sad", 192)], reading.Classes());
        reading.EnsureComplete();
        Assert.Equal(288, corpus.Read("ravdess", "merge-calm").Manifest.Utterances.Count(u => u.Label == "neutral"));
        Assert.Equal(1440, corpus.Read("ravdess", "all-classes").Manifest.Utterances.Count);
    }

    [Fact]
    public void Missing_files_are_named_and_songs_videos_and_copies_left_out()
    {
        using var corpus = new MiniatureCorpus().Wav(Everything().Where(file => !file.Contains("03-01-05-02-01-01-07")))
            .Wav("Actor_18/03-02-05-01-02-01-18.wav", "Actor_18/01-01-05-01-02-01-18.mp4",
            "audio_speech_actors_01-24/Actor_18/03-01-05-01-02-01-18.wav");

        var reading = corpus.Read("ravdess");

        Assert.Equal(["03-01-05-02-01-01-07"], reading.Subjects(CorpusFindingKind.Missing));
        Assert.Equal(["Actor_18/03-02-05-01-02-01-18.wav"], reading.Subjects(CorpusFindingKind.LeftOut, "song"));
        Assert.Equal(["Actor_18/01-01-05-01-02-01-18.mp4"], reading.Subjects(CorpusFindingKind.LeftOut, "video"));
        Assert.Equal(["audio_speech_actors_01-24/Actor_18/03-01-05-01-02-01-18.wav"],
            reading.Subjects(CorpusFindingKind.LeftOut, "read already"));
        var utterance = reading.Named("03-01-05-01-02-01-18");
        Assert.Equal(("18", "f", "02", "Dogs are sitting by the door.", "angry"),
            (utterance.Speaker, utterance.Gender, utterance.Script, utterance.Text, utterance.Label));
    }
}
