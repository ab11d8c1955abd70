namespace MlNetSer.Tests;

public sealed class ClusteredBootstrapTests
{
    [Fact]
    public void Interval_of_two_unlike_speakers_spans_both()
    {
        // Speaker a: all right; speaker b: all wrong. A sample is aa, ab or bb (1/4, 1/2, 1/4): UAR 1, 1/2 or 0, so both ends lie at the
        // extremes.
        var rows = new[] { ("a", 0, 0), ("a", 1, 1), ("b", 0, 1), ("b", 1, 0) };

        var interval = ClusteredBootstrap.Uar(2, rows);

        Assert.Equal((0, 1), (interval.Low, interval.High));
    }

    [Fact]
    public void Drawing_by_speaker_is_wider_than_drawing_by_utterance()
    {
        // Ten speakers of twenty utterances, five at 90 % and five at 50 %.
        var rows = Enumerable.Range(0, 200).Select(i =>
            (Speaker: "s" + i / 20, Truth: i % 2, Predicted: i / 20 < 5
            ? (i % 20 < 2 ? 1 - i % 2 : i % 2) : (i % 20 < 10 ? 1 - i % 2 : i % 2))).ToList();

        var bySpeaker = ClusteredBootstrap.Uar(2, rows);
        var byUtterance = ClusteredBootstrap.Uar(2, rows.Select((row, i) => ($"{i}", row.Truth, row.Predicted)));

        Assert.True(bySpeaker.High - bySpeaker.Low > 1.4 * (byUtterance.High - byUtterance.Low));
        Assert.InRange(0.7, bySpeaker.Low, bySpeaker.High);
    }

    [Fact]
    public void Interval_by_utterance_of_one_right_and_one_wrong_is_that_of_two_coins()
    {
        // A draw of two is right in none, one or both with shares 1/4, 1/2, 1/4: 2.5 and 97.5 % lie at the ends, 30 and 70 % in the middle.
        var rows = new[] { (0, 0), (0, 1) };

        var wide = ClusteredBootstrap.UarByUtterance(2, rows);
        var narrow = ClusteredBootstrap.UarByUtterance(2, rows, level: 0.4);

        Assert.Equal((0, 1, 0.5, 0.5), (wide.Low, wide.High, narrow.Low, narrow.High));
    }

    [Fact]
    public void Same_seed_gives_the_same_interval()
    {
        var rows = Enumerable.Range(0, 60).Select(i => ("s" + i % 6, i % 3, i % 7 % 3)).ToList();

        Assert.Equal(ClusteredBootstrap.Uar(3, rows), ClusteredBootstrap.Uar(3, rows));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 2.5)]
    [InlineData(1, 4)]
    [InlineData(0.1, 1.3)]
    public void Quantiles_lie_between_order_statistics(double share, double expected)
        => Assert.Equal(expected, ClusteredBootstrap.Quantile([1, 2, 3, 4], share), 1e-12);

    [Fact]
    public void No_rows_are_refused()
        => Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => ClusteredBootstrap.Uar(2, [])).Message);
}
