using System.Globalization;
using System.Reflection;

namespace MlNetSer.Sweeps;

/// <summary>One value for each swept option. Two points with the same values are equal.</summary>
internal sealed class SweepPoint(IEnumerable<(string Name, object? Value)> values) : IEquatable<SweepPoint>
{
    private readonly (string Name, object? Value)[] _values = [.. values];

    /// <summary>The values as text, by name, in order.</summary>
    public SortedDictionary<string, string> Texts
        => new(_values.ToDictionary(entry => entry.Name, entry => Text(entry.Value)), StringComparer.Ordinal);

    /// <summary>The values that some options have.</summary>
    public static SweepPoint Of<TOptions>(TOptions options, SweepSpace space) where TOptions : class
        => new(space.Options.Select(option => (option.Name, Property(typeof(TOptions), option.Name).GetValue(options))));

    /// <summary>A copy of the start with these values. Properties that cannot be set stay as the constructor makes them.</summary>
    public TOptions Apply<TOptions>(TOptions start) where TOptions : class, new()
    {
        var options = new TOptions();
        foreach (var property in typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSettable))
            property.SetValue(options, property.GetValue(start));
        foreach (var (name, value) in _values)
        {
            var property = Property(typeof(TOptions), name);
            var wanted = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(options, value is null || wanted.IsInstanceOfType(value) ? value : Converted(value, wanted, name));
        }
        return options;
    }

    public static bool IsSettable(PropertyInfo property)
        => property.GetSetMethod() is not null && property.GetGetMethod() is not null && property.GetIndexParameters().Length == 0;

    public static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    public bool Equals(SweepPoint? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as SweepPoint);

    public override int GetHashCode() => _values.Aggregate(0, (hash, entry) => HashCode.Combine(hash, entry.Name, entry.Value));

    private static PropertyInfo Property(Type type, string name)
        => type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance) is { } property && IsSettable(property)
            ? property
            : throw new ArgumentException(
                $"{type.Name} has no property '{name}' that can be set; it has "
                + string.Join(", ", type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Where(IsSettable).Select(p => p.Name).Order(StringComparer.Ordinal)) + ".");

    private static object Converted(object value, Type wanted, string name)
    {
        try
        {
            return wanted.IsEnum && value is string text
                ? Enum.Parse(wanted, text) : Convert.ChangeType(value, wanted, CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is FormatException or InvalidCastException or OverflowException or ArgumentException)
        {
            throw new ArgumentException($"Option '{name}' is a {wanted.Name}; '{Text(value)}' cannot become one.", error);
        }
    }
}
