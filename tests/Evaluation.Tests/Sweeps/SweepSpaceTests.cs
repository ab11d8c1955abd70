using MlNetSer.Sweeps;

namespace MlNetSer.Tests.Sweeps;

public sealed class SweepSpaceTests
{
    [Fact]
    public void The_space_is_what_the_attributes_of_settable_properties_say()
        => Assert.Equal("Activation tanh or relu; Bias True or False; Rate 0.0001 to 0.1 (logarithmic); Skill 0 to 4",
        SweepSpace.Of<ToyOptions>().ToString());

    [Fact]
    public void Point_n_is_a_function_of_seed_and_n()
    {
        var space = SweepSpace.Of<ToyOptions>();

        var five = space.Random(seed: 3).Take(5).ToList();
        var nine = space.Random(seed: 3).Take(9).ToList();

        Assert.Equal(five, nine.Take(5));
        Assert.NotEqual(five, space.Random(seed: 4).Take(5));
        Assert.Equal(9, nine.Distinct().Count());
    }

    [Fact]
    public void Draws_of_neighbouring_trials_and_of_two_options_are_independent()
    {
        var space = SweepSpace.Of<ToyOptions>().Only("Rate").With(SweptOption.Range("Width", 0.0, 1.0));
        (double Rate, double Width)[] points = [.. space.Random(seed: 1).Take(1000)
            .Select(point => (Math.Log10(double.Parse(point.Texts["Rate"])), double.Parse(point.Texts["Width"])))];

        const double Chance = 0.1;   // three standard deviations of a correlation over 1000 independent pairs
        Assert.InRange(Correlation(points.Select(point => (point.Rate, point.Width))), -Chance, Chance);
        Assert.InRange(Correlation(points.Zip(points.Skip(1), (one, next) => (one.Width, next.Width))), -Chance, Chance);
        Assert.InRange(Correlation(points.Zip(points.Skip(2), (one, next) => (one.Width, next.Width))), -Chance, Chance);
        // no constant step
        Assert.True(points.Zip(points.Skip(1), (one, next) => Math.Round((next.Width - one.Width + 1) % 1, 2)).Distinct().Count() > 50);
    }

    private static double Correlation(IEnumerable<(double X, double Y)> pairs)
    {
        var all = pairs.ToList();
        var (x, y) = (all.Average(pair => pair.X), all.Average(pair => pair.Y));
        return all.Sum(pair => (pair.X - x) * (pair.Y - y)) / Math.Sqrt(
            all.Sum(pair => (pair.X - x) * (pair.X - x)) * all.Sum(pair => (pair.Y - y) * (pair.Y - y)));
    }

    [Fact]
    public void A_small_space_ends_when_it_is_used_up()
        => Assert.Equal(4, SweepSpace.Of<ToyOptions>().Only("Bias", "Activation").Random(1).Count());

    [Fact]
    public void Whole_numbers_reach_both_ends_about_equally_often()
    {
        var skills = Enumerable.Range(0, 1000).Select(i => SweptOption.Range("Skill", 0, 4).At(i / 1000.0)).ToList();

        Assert.All(Enumerable.Range(0, 5), value => Assert.Equal(200, skills.Count(skill => (int)skill == value)));
    }

    [Fact]
    public void On_a_logarithmic_scale_each_decade_is_as_likely_as_the_next()
    {
        var rates = Enumerable.Range(0, 999).Select(i => (double)SweptOption.Range("Rate", 1e-4, 1e-1, logarithmic: true).At(i / 999.0))
            .ToList();

        Assert.Equal((333, 333, 333), (rates.Count(r => r < 1e-3), rates.Count(r => r is >= 1e-3 and < 1e-2), rates.Count(r => r >= 1e-2)));
    }

    [Theory]
    [InlineData(0.0, 0.5, 1.0)]
    public void A_grid_has_both_ends_and_equal_steps(double first, double second, double third)
    {
        Assert.Equal([first, second, third], SweptOption.Range("x", 0.0, 1.0).Grid(3).Cast<double>());
        Assert.Equal([0.0001, 0.00316, 0.1], SweptOption.Range("x", 1e-4, 1e-1, logarithmic: true).Grid(3).Cast<double>());
        Assert.Equal([0, 2, 4], SweptOption.Range("x", 0, 4).Grid(3).Cast<int>());
        Assert.Equal(3 * 2, SweepSpace.Of<ToyOptions>().Only("Skill", "Bias").Grid(3).Count());
    }

    [Fact]
    public void Values_are_set_and_everything_else_comes_from_the_start()
    {
        var point = new SweepPoint([("Skill", 3), ("Rate", 0.01)]);

        var options = point.Apply(new ToyOptions { Epochs = 9, Activation = "relu" });

        Assert.Equal("{\"Skill\":3,\"Rate\":0.01,\"Activation\":\"relu\",\"Bias\":false,\"Epochs\":9,\"NotSettable\":1}",
            ToySweep.Json(options));
    }

    [Fact]
    public void A_start_without_a_value_stays_without_one()
    {
        var space = SweepSpace.Of<Optional>().With(SweptOption.Range("Layers", 1, 3), SweptOption.Choice("Column", "a", "b"));

        Assert.Equal((null, null), SweepPoint.Of(new Optional(), space).Apply(new Optional()) is var same
            ? (same.Layers, same.Column) : default);
        Assert.Equal((2, "a"), new SweepPoint([("Layers", 2), ("Column", "a")]).Apply(new Optional()) is var other
            ? (other.Layers!.Value, other.Column) : default);
    }

    private sealed class Optional
    {
        public int? Layers { get; set; }

        public string? Column { get; set; }
    }

    [Fact]
    public void Faults_are_named_before_any_work()
    {
        Assert.Contains("no option 'Skil'; it has Activation, Bias, Rate, Skill",
            Assert.Throws<ArgumentException>(() => SweepSpace.Of<ToyOptions>().Only("Skil")).Message);
        Assert.Contains("'Skill' is a Int32; 'many' cannot become one", Refusal(SweptOption.Choice("Skill", "many")).Message);
        Assert.Contains("ToyOptions has no property 'NotSettable' that can be set",
            Refusal(SweptOption.Range("NotSettable", 1, 2)).Message);
        Assert.Contains("above 0", Assert.Throws<ArgumentException>(() => SweptOption.Range("Rate", 0.0, 1.0, logarithmic: true)).Message);
        Assert.Contains("The grid has 125 points", Assert.Throws<ArgumentException>(() => ToySweep.Sweep(new SweepOptions
        {
            Search = SweepSearch.Grid,
            GridSteps = 5,
            IncludeStart = false,
            Space = SweepSpace.Of<ToyOptions>().Only("Skill", "Rate").With(SweptOption.Range("Epochs", 1, 5)),
        })).Message);

        static ArgumentException Refusal(SweptOption option)
            => Assert.Throws<ArgumentException>(() => ToySweep.Sweep(
            new SweepOptions { Space = SweepSpace.Of<ToyOptions>().With(option) }));
    }
}
