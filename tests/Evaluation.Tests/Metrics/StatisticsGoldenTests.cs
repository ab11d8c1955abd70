using System.Text.Json;

namespace MlNetSer.Tests;

/// <summary>Against values counted by Python's standard library: see tests/Fixtures/statistics/README.md.</summary>
public sealed class StatisticsGoldenTests
{
    private static readonly JsonElement s_golden = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "statistics", "golden.json"))).RootElement;
    private static readonly List<(string Speaker, int Truth, int First, int Second)> s_rows =
        [.. s_golden.GetProperty("rows").EnumerateArray()
        .Select(row => (row[0].GetString()!, row[1].GetInt32(), row[2].GetInt32(), row[3].GetInt32()))];

    private static double[] Numbers(string name) => [.. s_golden.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    [Fact]
    public void Interval_by_speaker_ends_where_all_draws_counted_end()
    {
        var interval = ClusteredBootstrap.Uar(3, s_rows.Select(row => (row.Speaker, row.Truth, row.First)), rounds: 20_000);

        Assert.Equal(Numbers("uar_interval")[0], interval.Low, 1e-12);
        Assert.Equal(Numbers("uar_interval")[1], interval.High, 1e-12);
    }

    [Fact]
    public void Paired_difference_and_its_interval_are_those_of_all_draws()
    {
        var comparison = PairedComparison.Of(3, s_rows, rounds: 20_000);

        Assert.Equal(Numbers("uar"), new[] { comparison.FirstUar, comparison.SecondUar }, Within(1e-12));
        Assert.Equal(Numbers("difference_interval"), new[] { comparison.BySpeaker.Low, comparison.BySpeaker.High }, Within(1e-12));
        Assert.Equal(Numbers("only"), new double[] { comparison.McNemar.OnlyFirst, comparison.McNemar.OnlySecond });
        Assert.False(comparison.Significant);
    }

    [Fact]
    public void McNemar_gives_the_p_of_exact_fractions_and_of_math_erfc()
    {
        foreach (var expected in s_golden.GetProperty("mcnemar").EnumerateArray())
        {
            var test = McNemar.Test(expected.GetProperty("first").GetInt32(), expected.GetProperty("second").GetInt32());

            // Relative: sums of logarithms lose a few digits over a thousand terms.
            Assert.Equal(1, test.ExactP / expected.GetProperty("exact_p").GetDouble(), 1e-10);
            Assert.Equal(expected.GetProperty("chi_squared").GetDouble(), test.ChiSquared, 1e-12);
            Assert.Equal(1, test.ChiSquaredP / expected.GetProperty("chi_squared_p").GetDouble(), 1e-11);
        }
    }

    [Fact]
    public void Complementary_error_function_holds_on_both_sides_of_its_seam()
        => Assert.All(s_golden.GetProperty("erfc").EnumerateArray(),
        pair => Assert.Equal(1, McNemar.ComplementaryError(pair[0].GetDouble()) / pair[1].GetDouble(), 1e-11));

    [Fact]
    public void Spread_over_seeds_and_over_folds_is_that_of_statistics_stdev()
    {
        double[][] runs = [.. s_golden.GetProperty("runs").EnumerateArray()
            .Select(run => run.EnumerateArray().Select(uar => uar.GetDouble()).ToArray())];

        Assert.Equal(s_golden.GetProperty("over_seeds").GetDouble(), SeedSummary.StandardDeviation([.. runs.Select(run => run.Average())]),
            1e-12);
        Assert.Equal(s_golden.GetProperty("over_folds").GetDouble(),
            SeedSummary.StandardDeviation([.. Enumerable.Range(0, 3).Select(fold => runs.Average(run => run[fold]))]), 1e-12);
    }

    private static IEqualityComparer<double> Within(double tolerance)
        => EqualityComparer<double>.Create((x, y) => Math.Abs(x - y) <= tolerance, _ => 0);
}
