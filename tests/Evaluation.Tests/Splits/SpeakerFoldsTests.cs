namespace MlNetSer.Tests;

public sealed class SpeakerFoldsTests
{
    private static readonly (string, string)[] s_rows = [("b", "1"), ("a", "1"), ("d", "2"), ("c", "2"), ("a", "1")];

    [Fact]
    public void The_session_partner_validates()
    {
        var folds = SpeakerFolds.LeaveOneSpeakerOut(s_rows);

        Assert.Equal(["a", "b", "c", "d"], folds.Select(f => f.TestSpeakers.Single()));
        Assert.Equal(["b", "a", "d", "c"], folds.Select(f => f.ValidationSpeakers.Single()));
        Assert.Equal(["c", "d"], folds[0].TrainSpeakers);
    }

    [Fact]
    public void Without_partners_the_next_speaker_validates()
        => Assert.Equal(["b", "c", "a"], SpeakerFolds.LeaveOneSpeakerOut([("a", ""), ("b", ""), ("c", "")])
        .Select(f => f.ValidationSpeakers.Single()));

    [Fact]
    public void A_speaker_on_two_sides_is_refused()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => SpeakerFolds.Audit(new SpeakerFold(3, ["a", "b"], ["c"], ["b"]),
            new Dictionary<string, int> { ["a"] = 1, ["b"] = 1, ["c"] = 1 }));

        Assert.Contains("Fold 3 leaks: speaker 'b' is on the train side and on the test side", error.Message);
    }

    [Fact]
    public void A_speaker_without_rows_is_refused()
        => Assert.Contains("speaker 'c' on the test side has no rows", Assert.Throws<InvalidOperationException>(
            () => SpeakerFolds.Audit(new SpeakerFold(1, ["a"], ["b"], ["c"]),
                new Dictionary<string, int> { ["a"] = 1, ["b"] = 1 })).Message);

    [Fact]
    public void Two_speakers_are_too_few()
        => Assert.Contains("has 2 speaker(s) (a, b)", Assert.Throws<InvalidOperationException>(
        () => SpeakerFolds.LeaveOneSpeakerOut([("a", ""), ("b", "")])).Message);
}
