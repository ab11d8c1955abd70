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

    /// <summary>What an options class says of itself with ML.NET's <c>[Range]</c>, <c>[Choice]</c> and <c>[BooleanChoice]</c> on <c>{ get; set; }</c> properties, inherited ones too.</summary>
    public static SweepSpace Of<TOptions>() where TOptions : class, new()
        => new(typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(SweepPoint.IsSettable).Select(FromAttribute).OfType<SweptOption>());

    /// <summary>These of the options; the others stay as the start has them.</summary>
    /// <exception cref="ArgumentException">The space has no such option.</exception>
    public SweepSpace Only(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Except(Options.Select(option => option.Name)).FirstOrDefault() is { } unknown
            ? throw new ArgumentException($"The space has no option '{unknown}'; it has {string.Join(", ", Options.Select(option => option.Name))}. Add others by {nameof(With)}.", nameof(names))
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
            var random = new Random(unchecked(seed * 1_000_003 + draw));
            var point = new SweepPoint(Options.Select(option => (option.Name, option.At(random.NextDouble()))));
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
            Enumerable.Repeat(Enumerable.Empty<(string, object)>(), 1),
            (points, option) => points.SelectMany(point => option.Grid(steps).Select(value => point.Append((option.Name, value)))),
            points => points.Select(point => new SweepPoint(point)));

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
