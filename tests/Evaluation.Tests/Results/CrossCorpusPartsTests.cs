namespace MlNetSer.Tests;

public sealed class CrossCorpusPartsTests
{
    /// <summary>Four models of a corpus of four speakers, on a target of three.</summary>
    private static (CrossCorpusResult Whole, CrossCorpusResult[] Parts) Run(string[] classes)
    {
        using var models = new FoldModels();
        SpeechRows.Ml.MulticlassClassification.CrossValidateBySpeaker(
            SpeechRows.View(SpeechRows.Rows(4, "angry", "happy")), SpeechRows.Trainer,
            new SpeakerCrossValidationOptions { ModelFitted = models.Add });
        var target = SpeechRows.View(SpeechRows.Rows(3, classes));
        var catalog = SpeechRows.Ml.MulticlassClassification;
        return (catalog.CrossCorpus(models, target), [.. models.Select(model => catalog.CrossCorpus([model], target))]);
    }

    [Fact]
    public void Parts_in_any_order_equal_one_run_to_the_last_digit()
    {
        var (whole, parts) = Run(["angry", "happy"]);

        var merged = CrossCorpusResult.Merge([parts[2], parts[0], parts[3], parts[1]]);

        Assert.Equal(whole.ToJson(), merged.ToJson());
    }

    [Fact]
    public void A_part_with_two_models_counts_twice_in_the_ensemble()
    {
        var (whole, parts) = Run(["angry", "happy"]);

        var merged = CrossCorpusResult.Merge([CrossCorpusResult.Merge(parts[..2]), parts[2], parts[3]]);

        Assert.Equal(whole.Predictions.SelectMany(row => row.Probabilities), merged.Predictions.SelectMany(row => row.Probabilities),
            (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(whole.MeanUar, merged.MeanUar);
    }

    [Fact]
    public void Parts_of_another_target_and_a_fold_twice_are_refused()
    {
        var (_, parts) = Run(["angry", "happy"]);
        var (_, strangers) = Run(["angry"]);

        Assert.Contains("other protocols, rows, classes or label maps",
            Assert.Throws<InvalidOperationException>(() => CrossCorpusResult.Merge([parts[0], strangers[1]])).Message);
        Assert.Contains("Fold 1 is in 2 parts", Assert.Throws<InvalidOperationException>(
            () => CrossCorpusResult.Merge([parts[0], parts[0]])).Message);
        Assert.Contains("no parts", Assert.Throws<InvalidOperationException>(() => CrossCorpusResult.Merge([])).Message);
    }
}
