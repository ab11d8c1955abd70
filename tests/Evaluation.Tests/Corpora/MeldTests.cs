namespace MlNetSer.Tests.Corpora;

public sealed class MeldTests
{
    private const string Header = "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\n";

    private static string Row(string speaker, string emotion, int dialogue, int utterance)
        => $"1,\"Oh, hi!\",{speaker},{emotion},neutral,{dialogue},{utterance},8,21,\"00:16:16,059\",\"00:16:21,731\"\n";

    [Fact]
    public void Broken_and_doubled_clips_are_named_and_sides_are_the_official_ones()
    {
        using var corpus = new MiniatureCorpus()
            .Text("train_sent_emo.csv", Header + Row("Joey", "joy", 0, 0) + Row("Joey", "neutral", 125, 3))
            .Text("dev_sent_emo.csv", Header + Row("Joey", "anger", 0, 0) + Row("Monica", "neutral", 110, 7))
            .Text("test_sent_emo.csv", Header + Row("Ross", "sadness", 0, 0) + Row("Ross", "neutral", 0, 1) + Row("Ross", "neutral", 0, 2)
            + Row("Ross", "fear", 0, 3))
            .Wav("train_splits/dia0_utt0.mp4", "train_splits/dia125_utt3.mp4", "dev_splits_complete/dia0_utt0.mp4",
            "dev_splits_complete/dia9_utt9.mp4")
            .Wav("output_repeated_splits_test/dia0_utt0.mp4", "output_repeated_splits_test/final_videos_testdia0_utt0.mp4",
            "output_repeated_splits_test/final_videos_testdia0_utt1.mp4", "output_repeated_splits_test/dia0_utt3.mp4",
            "output_repeated_splits_test/._dia0_utt3.mp4");

        var reading = corpus.Read("meld");

        Assert.Equal([("angry", 1), ("happy", 1), ("neutral", 1), ("sad", 1)], reading.Classes());
        Assert.Equal(["dev_dia110_utt7", "train_splits/dia125_utt3.mp4"],
            reading.Subjects(CorpusFindingKind.LeftOut, "known fault: the clip is broken"));
        Assert.Equal(["output_repeated_splits_test/final_videos_testdia0_utt0.mp4"],
            reading.Subjects(CorpusFindingKind.LeftOut, "a second clip"));
        Assert.Equal(["test_dia0_utt2"], reading.Subjects(CorpusFindingKind.Missing));
        Assert.Equal(["dev_splits_complete/dia9_utt9.mp4"], reading.Subjects(CorpusFindingKind.Unexpected));
        Assert.EndsWith("final_videos_testdia0_utt1.mp4", reading.Named("test_dia0_utt1").Path);
        Assert.Equal(("dev", "Joey", "Oh, hi!"), (reading.Named("dev_dia0_utt0").Split, reading.Named("dev_dia0_utt0").Speaker,
            reading.Named("dev_dia0_utt0").Text));
    }
}
