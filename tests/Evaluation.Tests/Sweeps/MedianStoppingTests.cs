namespace MlNetSer.Tests.Sweeps;

public sealed class MedianStoppingTests
{
    // Means over two folds: 0.5, 0.6, 0.7; the median is 0.6. The fourth came through one fold only and does not count.
    private static readonly double[][] Earlier = [[0.4, 0.6, 0.9], [0.6, 0.6], [0.7, 0.7, 0.1], [0.99]];
    private static readonly MedianStopping Rule = new() { Margin = 0.02, WarmUpTrials = 3, WarmUpFolds = 2 };

    [Theory]
    [InlineData(0.579, true)]
    [InlineData(0.581, false)]
    public void A_trial_is_behind_below_the_median_less_the_margin(double uar, bool behind)
        => Assert.Equal(behind, Rule.IsBehind([uar, uar], Earlier));

    [Fact]
    public void No_trial_is_stopped_before_the_warm_up()
    {
        Assert.False(Rule.IsBehind([0.0], Earlier));
        Assert.False((Rule with { WarmUpTrials = 4 }).IsBehind([0.0, 0.0], Earlier));
        Assert.False((Rule with { WarmUpTrials = 0 }).IsBehind([0.0, 0.0], []));
    }
}
