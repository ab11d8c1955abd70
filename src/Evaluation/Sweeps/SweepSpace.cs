using System.Reflection;
using Microsoft.ML.SearchSpace;
using MlNetSer.Sweeps;

namespace MlNetSer;

/// <summary>The options that a sweep varies. Immutable.</summary>
public sealed class SweepSpace
{
    private SweepSpace(IEnumerable<SweptOption> options) => Options = [.. options.OrderBy(option => option.Name, StringComparer.Ordinal)];

    /// <summary>Every option, in ordinal order.</summary>
    public IReadOnlyList<SweptOption> Options { get; }

    /// <summary>
    /// What an options class says of itself with ML.NET's <c>[Range]</c>, <c>[Choice]</c> and <c>[BooleanChoice]</c> on <c>{ get; set;
    /// }</c> properties, inherited ones too.
    /// </summary>
    public static SweepSpace Of<TOptions>() where TOptions : class, new()
        => new(typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(SweepPoint.IsSettable)
        .Select(FromAttribute).OfType<SweptOption>());

    /// <summary>These of the options; the others stay as the start has them.</summary>
    /// <exception cref="ArgumentException">The space has no such option.</exception>
    public SweepSpace Only(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Except(Options.Select(option => option.Name)).FirstOrDefault() is { } unknown
            ? throw new ArgumentException(
            $"The space has no option '{unknown}'; it has {string.Join(", ", Options.Select(option => option.Name))}. "
            + $"Add others by {nameof(With)}.", nameof(names))
            : new SweepSpace(Options.Where(option => names.Contains(option.Name)));
    }

    /// <summary>These options beside the others, or in their place.</summary>
    public SweepSpace With(params SweptOption[] options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SweepSpace(Options.Where(old => options.All(option => option.Name != old.Name)).Concat(options));
    }

    /// <summary>Every option in words.</summary>
    public override string ToString() => string.Join("; ", Options);

    /// <summary>Different points by chance. Point n is a function of the seed and n: a longer list begins like a shorter one.</summary>
    internal IEnumerable<SweepPoint> Random(int seed)
    {
        const int Enough = 1000;   // draws without anything new: the space is used up
        HashSet<SweepPoint> seen = [];
        for (int draw = 1, last = 0; draw - last <= Enough; draw++)
        {
            var point = new SweepPoint(Options.Select((option, i) => (option.Name, (object?)option.At(Share(seed, draw, i)))));
            if (seen.Add(point))
            {
                last = draw;
                yield return point;
            }
        }
    }

    /// <summary>Every combination of the options' grid values; the last option varies fastest.</summary>
    internal IEnumerable<SweepPoint> Grid(int steps)
        => Options.Aggregate(
            Enumerable.Repeat(Enumerable.Empty<(string, object?)>(), 1),
            (points, option) => points.SelectMany(point => option.Grid(steps).Select(value => point.Append((option.Name, (object?)value)))),
            points => points.Select(point => new SweepPoint(point)));

    /// <summary>
    /// A number in [0, 1) for one option of one draw, by the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) over all three in
    /// turn.
    /// </summary>
    /// <remarks>
    /// Not <c>new Random(seed + draw)</c>: first numbers of neighbouring seeds are one constant step apart, so that trials would march over
    /// a lattice that every seed only shifts.
    /// </remarks>
    private static double Share(int seed, int draw, int option)
    {
        const ulong Odd = 0x9E3779B97F4A7C15;
        ulong state = 0;
        foreach (var part in (ReadOnlySpan<int>)[seed, draw, option])
        {
            state = (state ^ (uint)part) + Odd;
            state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9;
            state = (state ^ state >> 27) * 0x94D049BB133111EB;
            state ^= state >> 31;
        }
        return (state >> 11) * Math.ScaleB(1, -53);
    }

    private static SweptOption? FromAttribute(PropertyInfo property)
    {
        if (property.GetCustomAttribute<BooleanChoiceAttribute>() is not null)
            return SweptOption.Choice(property.Name, true, false);
        if (property.GetCustomAttribute<ChoiceAttribute>() is { } choice)
            return SweptOption.Choice(property.Name, choice.Candidates);
        return property.GetCustomAttribute<RangeAttribute>() switch
        {
            null => null,
            { Min: int least, Max: int most, LogBase: var logarithmic } => SweptOption.Range(property.Name, least, most, logarithmic),
            var range => SweptOption.Range(property.Name, Convert.ToDouble(range.Min), Convert.ToDouble(range.Max), range.LogBase),
        };
    }
}
