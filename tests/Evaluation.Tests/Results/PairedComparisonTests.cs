namespace MlNetSer.Tests;

public sealed class PairedComparisonTests
{
    [Fact]
    public void Difference_of_two_runs_is_counted_on_the_same_utterances()
    {
        // First: b is wrong on all four: recall 6/8 for both classes. Second: b has one more right (u5 angry): angry 7/8, sad 6/8.
        var comparison = PairedComparison.Of(WrittenResults.Of("ASAS SASA ASAS ASAS"), WrittenResults.Of("ASAS AASA ASAS ASAS"));

        Assert.Equal((0.75, 0.8125, 0.0625), (comparison.FirstUar, comparison.SecondUar, comparison.Difference));
        Assert.Equal((0, 1, 1.0), (comparison.McNemar.OnlyFirst, comparison.McNemar.OnlySecond, comparison.McNemar.ExactP));
        // Draws without b differ by 0, and (3/4)^4 = 32 % are such: 0 is inside.
        Assert.Equal(0, comparison.BySpeaker.Low);
        Assert.False(comparison.Significant);
        Assert.StartsWith("UAR 75.0 -> 81.3, difference +6.3 (95 % interval 0.0 to ", comparison.ToString());
    }

    [Fact]
    public void Ensembles_on_one_target_are_compared_and_those_on_two_refused()
    {
        using var models = new FoldModels();
        var catalog = SpeechRows.Ml.MulticlassClassification;
        catalog.CrossValidateBySpeaker(SpeechRows.View(SpeechRows.Rows(4, "angry", "happy")), SpeechRows.Trainer,
            new SpeakerCrossValidationOptions { ModelFitted = models.Add });
        var right = catalog.CrossCorpus(models, SpeechRows.View(SpeechRows.Rows(2, "angry", "happy")));
        var rows = SpeechRows.Rows(2, "angry", "happy");
        rows[0].Features = [1, 1];   // one angry row of eight sounds happy
        var wrong = catalog.CrossCorpus(models, SpeechRows.View(rows));

        var comparison = PairedComparison.Of(wrong, right);

        Assert.Equal((1 / 16.0, 0, 1), (comparison.Difference, comparison.McNemar.OnlyFirst, comparison.McNemar.OnlySecond));
        Assert.Contains("other rows, classes or labels",
            Assert.Throws<InvalidOperationException>(() =>
            PairedComparison.Of(right, catalog.CrossCorpus(models, SpeechRows.View(SpeechRows.Rows(1, "angry", "happy"))))).Message);
    }

    [Fact]
    public void A_gain_that_every_speaker_has_is_significant()
    {
        // Everyone: angry 1/2 -> 1, sad 1/2 -> 1. Every draw gives a difference of 1/2.
        var comparison = PairedComparison.Of(WrittenResults.Of("AASS AASS AASS AASS"), WrittenResults.Of("ASAS ASAS ASAS ASAS"));

        Assert.Equal((0.5, 0.5), (comparison.BySpeaker.Low, comparison.BySpeaker.High));
        Assert.True(comparison.Significant);
        Assert.True(comparison.ByUtterance.High > comparison.ByUtterance.Low);
        // 8 to 0: p = 2 / 2^8; chi² = (8 - 1)² / 8.
        Assert.Equal(2.0 / 256, comparison.McNemar.ExactP, 1e-12);
        Assert.Equal(49.0 / 8, comparison.McNemar.ChiSquared);
    }

    [Fact]
    public void Runs_on_different_utterances_are_refused_by_name()
    {
        var error = Assert.Throws<InvalidOperationException>(
            () => PairedComparison.Of(WrittenResults.Of("ASAS ASAS ASAS ASAS"), WrittenResults.Of("ASAS ASAS AS")));

        Assert.Equal(
            "The runs scored different utterances: 6 (u11, u12, u13, u14, u15, ...) only in the first, 0 only in the second. "
            + "Compare runs on the same rows.", error.Message);
    }

    [Fact]
    public void Runs_on_different_labels_or_speakers_are_refused()
    {
        Assert.Contains("Utterance 'u1' is angry by speaker 'a' in the first run, sad by speaker 'a' in the second",
            Assert.Throws<InvalidOperationException>(
            () => PairedComparison.Of(WrittenResults.Of("ASAS ASAS ASAS"),
                WrittenResults.Of("ASAS ASAS ASAS", classes: ["sad", "angry"]))).Message);
        Assert.Contains("Utterance 'u3' is angry by speaker 'a' in the first run, angry by speaker 'b' in the second",
            Assert.Throws<InvalidOperationException>(
            () => PairedComparison.Of(WrittenResults.Of("ASAS ASAS ASAS"), WrittenResults.Of("AS ASASAS ASAS"))).Message);
        Assert.Contains("different classes: angry, sad and angry, happy", Assert.Throws<InvalidOperationException>(
            () => PairedComparison.Of(WrittenResults.Of("ASAS ASAS ASAS"),
                WrittenResults.Of("ASAS ASAS ASAS", classes: ["angry", "happy"]))).Message);
    }
}
