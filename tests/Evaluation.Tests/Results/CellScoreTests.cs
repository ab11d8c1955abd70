namespace MlNetSer.Tests;

public sealed class CellScoreTests
{
    /// <summary>Speakers a to d, truth angry sad angry sad each. Folds of UAR 1, 1/2, 1/2 and 0.</summary>
    private static readonly SpeakerCrossValidationResult s_first = WrittenResults.Of("ASAS AAAA SSSS SASA");

    /// <summary>The same folds with UAR 1, 1, 1/2 and 1/2: another seed.</summary>
    private static readonly SpeakerCrossValidationResult s_second = WrittenResults.Of("ASAS ASAS SSSS AAAA", seed: "2");

    [Fact]
    public void One_run_gives_its_own_mean_pooled_score_and_pooled_interval()
    {
        var score = CellScore.Of([s_first]);

        Assert.Equal((0.5, 0.5, 4, 1, 0.0), (score.Uar, score.PooledUar, score.FoldCount, score.SeedCount, score.SeedDeviation));
        Assert.Equal(s_first.Interval, score.PooledInterval);
        Assert.Equal(Math.Sqrt(0.5 / 3), score.StandardDeviation, 1e-12);   // deviations 1/2, 0, 0, 1/2
    }

    [Fact]
    public void Seeds_are_averaged_before_folds_are_compared()
    {
        // Folds over both seeds: 1, 3/4, 1/2, 1/4. Runs: 1/2 and 3/4.
        var score = CellScore.Of([s_first, s_second]);

        Assert.Equal((0.625, 2), (score.Uar, score.SeedCount));
        Assert.Equal(Math.Sqrt((2 * 0.375 * 0.375 + 2 * 0.125 * 0.125) / 3), score.StandardDeviation, 1e-12);
        Assert.Equal(Math.Sqrt(2 * 0.125 * 0.125), score.SeedDeviation, 1e-12);
        Assert.InRange(score.Interval.Low, 0.25, 0.5);
        Assert.InRange(score.Interval.High, 0.75, 1);
    }

    [Fact]
    public void Folds_that_test_the_same_speakers_are_drawn_together()
    {
        // As if each speaker's test were divided in two: folds 1 and 2 test a, 3 and 4 test b. Means of a and b: 3/4 and 1/4, so a draw
        // gives 3/4, 1/2 or 1/4.
        FoldResult Of(FoldResult fold, string who) => fold with { Fold = fold.Fold with { TestSpeakers = [who] } };
        var divided = new SpeakerCrossValidationResult(
            WrittenResults.Classes, [.. s_first.Folds.Select((fold, i) => Of(fold, i < 2 ? "a" : "b"))], s_first.Predictions,
                s_first.Protocol,
            s_first.Audit, "corpus", s_first.Notes);

        var score = CellScore.Of([divided]);

        Assert.Equal((0.5, 0.25, 0.75), (score.Uar, score.Interval.Low, score.Interval.High));
        Assert.NotEqual(score.Interval, CellScore.Of([s_first]).Interval);
    }

    [Fact]
    public void One_fold_has_the_interval_of_its_pooled_score_and_not_none()
    {
        var one = new SpeakerCrossValidationResult(WrittenResults.Classes, [s_first.Folds[1]],
            s_first.Predictions.Where(row => row.Fold == 2)
            .ToList(), s_first.Protocol, s_first.Audit, "corpus", s_first.Notes);

        Assert.Equal(CellScore.Of([one]).PooledInterval, CellScore.Of([one]).Interval);
    }

    [Fact]
    public void Interval_of_a_mean_holds_what_draws_of_its_scores_give()
    {
        // Two scores, 0 and 1: the mean of a draw is 0, 1/2 or 1 with shares 1/4, 1/2, 1/4; so 2.5 % and 97.5 % lie at the ends.
        var interval = ClusteredBootstrap.Mean([0, 1]);
        var narrow = ClusteredBootstrap.Mean([0, 1], level: 0.4);

        Assert.Equal((0.0, 1.0, 0.95, 2000), (interval.Low, interval.High, interval.Level, interval.Rounds));
        Assert.Equal((0.5, 0.5), (narrow.Low, narrow.High));
    }

    [Fact]
    public void Models_on_another_corpus_give_the_results_own_figures()
    {
        using var models = new FoldModels();
        var catalog = SpeechRows.Ml.MulticlassClassification;
        catalog.CrossValidateBySpeaker(SpeechRows.View(SpeechRows.Rows(4, "angry", "happy")), SpeechRows.Trainer,
            new SpeakerCrossValidationOptions { ModelFitted = models.Add });
        var target = SpeechRows.Rows(3, "angry", "happy");
        target[0].Features = [1, 1];   // sounds like the other class: one row of 24 is wrong, for every model
        var result = catalog.CrossCorpus(models, SpeechRows.View(target));

        var score = CellScore.Of([result]);

        Assert.Equal((result.MeanUar, result.Interval, result.Ensemble.Uar, result.EnsembleInterval),
            (score.Uar, score.Interval, score.PooledUar, score.PooledInterval));
        Assert.Equal(1 - 1 / 24.0, score.Uar, 1e-12);
        Assert.Equal(4, score.FoldCount);
        Assert.Equal(score with { SeedCount = 2 }, CellScore.Of([result, result]));   // a seed that changes nothing
    }

    [Fact]
    public void Runs_that_do_not_belong_together_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CellScore.Of(Array.Empty<CrossCorpusResult>()));
        Assert.Throws<ArgumentException>(() => CellScore.Of(Array.Empty<SpeakerCrossValidationResult>()));
        Assert.Contains("tests other folds", Assert.Throws<InvalidOperationException>(
            () => CellScore.Of([s_first, WrittenResults.Of("ASAS AAAA SSSS")])).Message);
    }
}
