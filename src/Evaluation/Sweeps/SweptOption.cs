using System.Globalization;
using MlNetSer.Sweeps;

namespace MlNetSer;

/// <summary>One option that a sweep varies, and what it may be.</summary>
public sealed class SweptOption
{
    private SweptOption(string name, double minimum, double maximum, bool whole, bool logarithmic)
    {
        if (!(minimum < maximum) || !double.IsFinite(minimum) || !double.IsFinite(maximum) || logarithmic && minimum <= 0)
            throw new ArgumentException(
                $"Option '{name}' ranges from {minimum} to {maximum}{(logarithmic ? ", on a logarithmic scale" : "")}; "
                + $"wanted are two finite ends, the lower first{(logarithmic ? " and above 0" : "")}.", nameof(minimum));
        (Name, Minimum, Maximum, IsWhole, IsLogarithmic) = (name, minimum, maximum, whole, logarithmic);
    }

    private SweptOption(string name, object[] choices)
    {
        if (choices.Length == 0)
            throw new ArgumentException($"Option '{name}' has no values to choose from.", nameof(choices));
        (Name, Choices) = (name, choices);
    }

    /// <summary>The property of the options class.</summary>
    public string Name { get; }

    /// <summary>The values of a choice; null for a range.</summary>
    public IReadOnlyList<object>? Choices { get; }

    /// <summary>Lower end of a range.</summary>
    public double Minimum { get; }

    /// <summary>Upper end of a range, which it includes.</summary>
    public double Maximum { get; }

    /// <summary>Whether a range has whole numbers only.</summary>
    public bool IsWhole { get; }

    /// <summary>Whether each doubling is as likely as the next.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>Whole numbers between two ends, both included.</summary>
    /// <param name="name">The property.</param>
    /// <param name="minimum">Least value.</param>
    /// <param name="maximum">Greatest value.</param>
    /// <param name="logarithmic">Whether each doubling is as likely as the next.</param>
    /// <exception cref="ArgumentException">The ends are not in order, or not above 0 on a logarithmic scale.</exception>
    public static SweptOption Range(string name, int minimum, int maximum, bool logarithmic = false)
        => new(name, minimum, maximum, whole: true, logarithmic);

    /// <summary>Numbers between two ends, rounded to three digits: what a table shows is what was run.</summary>
    /// <inheritdoc cref="Range(string, int, int, bool)"/>
    public static SweptOption Range(string name, double minimum, double maximum, bool logarithmic = false)
        => new(name, minimum, maximum, whole: false, logarithmic);

    /// <summary>One of some values.</summary>
    /// <param name="name">The property.</param>
    /// <param name="values">Values of the property's type.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static SweptOption Choice(string name, params object[] values) => new(name, values);

    /// <summary>The value at a share of the way, in [0, 1).</summary>
    internal object At(double share)
    {
        if (Choices is not null)
            return Choices[(int)(share * Choices.Count)];
        return IsWhole
            ? (object)(int)Math.Min(Math.Floor(Between(Minimum, Maximum + 1, share)), Maximum)
            : ThreeDigits(Between(Minimum, Maximum, share));
    }

    /// <summary>Values at equal steps, both ends among them; all of a choice.</summary>
    internal IReadOnlyList<object> Grid(int steps) => Choices ?? [.. Enumerable.Range(0, steps)
        .Select(i => Between(Minimum, Maximum, steps == 1 ? 0.5 : (double)i / (steps - 1)))
        .Select(value => IsWhole ? (object)(int)Math.Round(value) : ThreeDigits(value)).Distinct()];

    /// <summary>Name and values in words.</summary>
    public override string ToString() => Choices is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Name} {Minimum} to {Maximum}{(IsLogarithmic ? " (logarithmic)" : "")}")
        : $"{Name} {string.Join(" or ", Choices.Select(SweepPoint.Text))}";

    private double Between(double from, double to, double share)
        => IsLogarithmic ? from * Math.Pow(to / from, share) : from + share * (to - from);

    private double ThreeDigits(double value)
        => Math.Clamp(double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), Minimum, Maximum);
}
