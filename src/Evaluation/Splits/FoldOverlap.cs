using System.Text.Json.Serialization;
using MlNetSer.Json;

namespace MlNetSer;

/// <summary>Something that is on two sides of a fold.</summary>
public sealed record FoldOverlap
{
    /// <summary>Speaker, session, script, transcript or utterance.</summary>
    public required string What { get; init; }

    /// <summary>The earlier side: train or validation.</summary>
    public required string Side { get; init; }

    /// <summary>The later side: validation or test.</summary>
    public required string OtherSide { get; init; }

    /// <summary>How many speakers, sessions, ... are on both.</summary>
    public required int Count { get; init; }

    /// <summary>Rows of the later side that they have.</summary>
    public required int RowCount { get; init; }

    /// <summary>All rows of the later side.</summary>
    public required int SideRowCount { get; init; }

    /// <summary>The first five.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public required IReadOnlyList<string> Examples { get; init => field = ByValue.List(value); }

    /// <inheritdoc/>
    public override string ToString() => Count == 1
        ? $"{What} '{Examples[0]}' is on the {Side} side and on the {OtherSide} side ({RowCount} of {SideRowCount} {OtherSide} rows)"
        : $"{Count} {What}s ({string.Join(", ", Examples.Select(e => $"'{e}'"))}{(Count > Examples.Count ? ", ..." : "")}) are on the "
        + $"{Side} side and on the {OtherSide} side ({RowCount} of {SideRowCount} {OtherSide} rows)";
}
