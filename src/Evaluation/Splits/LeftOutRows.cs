using System.Text.Json.Serialization;
using MlNetSer.Json;

namespace MlNetSer;

/// <summary>Rows that were left out on purpose.</summary>
public sealed record LeftOutRows
{
    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>How many.</summary>
    public required int Count { get; init; }

    /// <summary>The first five names.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public required IReadOnlyList<string> Examples { get; init => field = ByValue.List(value); }

    internal static LeftOutRows Of(string reason, IReadOnlyCollection<string> names)
        => new() { Reason = reason, Count = names.Count, Examples = [.. names.Take(5)] };

    /// <inheritdoc/>
    public override string ToString()
        => $"{Count} rows left out: {Reason} ({string.Join(", ", Examples)}{(Count > Examples.Count ? ", ..." : "")})";
}
