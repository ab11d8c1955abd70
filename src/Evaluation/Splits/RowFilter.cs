using System.Text.Json.Serialization;
using MlNetSer.Json;

namespace MlNetSer;

/// <summary>Keeps the rows whose text column has one of some values, such as the improvised ones.</summary>
public sealed record RowFilter
{
    /// <summary>Name of the column.</summary>
    public required string Column { get; init; }

    /// <summary>What is kept; <c>impro*</c> = all that begins so.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public required IReadOnlyList<string> Values { get; init => field = ByValue.List(value); }

    /// <summary>Whether a row with this value takes part.</summary>
    internal bool Keeps(string value)
        => Values.Any(wanted => wanted.EndsWith('*') ? value.StartsWith(wanted[..^1], StringComparison.Ordinal) : value == wanted);
}
