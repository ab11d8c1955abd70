namespace MlNetSer.Tests;

public sealed class SeedSummaryTests
{
    [Fact]
    public void Noise_of_the_seed_and_spread_over_folds_are_told_apart()
    {
        // Folds a, b, c. Run 1: 1, 1, 1/2 (mean 5/6); run 2: 1, 1/2, 0 (mean 1/2).
        var summary = SeedSummary.Of([WrittenResults.Of("ASAS ASAS AASS"), WrittenResults.Of("ASAS AASS SASA")]);

        Assert.Equal(2.0 / 3, summary.MeanUar, 1e-12);
        Assert.Equal(Math.Sqrt(2) / 6, summary.StandardDeviationOverSeeds, 1e-12);    // 5/6 and 1/2 lie 1/6 from their mean: √(2 · 1/36)
        // Means over runs: 1, 3/4, 1/4; about 2/3: 1/3, 1/12, -5/12; √((16 + 1 + 25) / 144 / 2) = √21 / 12
        Assert.Equal(Math.Sqrt(21) / 12, summary.StandardDeviationOverFolds, 1e-12);
        Assert.Equal("UAR 66.7 ± 23.6 over 2 seeds, ± 38.2 over 3 folds; pooled 66.7 ± 23.6 over seeds", summary.ToString());
    }

    [Fact]
    public void Runs_on_other_folds_are_refused()
        => Assert.Contains(
        "Run 2 tests other folds than run 1: 1: a (4 rows); 2: b (4 rows); 3: c (2 rows), where run 1 has 1: a (4 rows); 2: b (4 rows); "
        + "3: c (4 rows)",
            Assert.Throws<InvalidOperationException>(() =>
            SeedSummary.Of([WrittenResults.Of("ASAS ASAS ASAS"), WrittenResults.Of("ASAS ASAS AS")])).Message);

    [Fact]
    public void One_run_has_no_spread_over_seeds()
        => Assert.Equal(0, SeedSummary.Of([WrittenResults.Of("ASAS ASAS AASS")]).StandardDeviationOverSeeds);
}
