using System.Globalization;

namespace MlNetSer;

/// <summary>One process's share of the trials: every Count-th, beginning with the Number-th.</summary>
public sealed record SweepShard
{
    /// <summary>Counted from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Processes in all.</summary>
    public required int Count { get; init; }

    /// <summary>Reads a share such as <c>2/8</c>.</summary>
    /// <exception cref="FormatException">The text is not such a share.</exception>
    public static SweepShard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var number, var count]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && i >= 1 && i <= n
            ? new SweepShard { Number = i, Count = n }
            : throw new FormatException($"'{text}' is not a shard; wanted is i/n with i from 1 to n, such as 2/8.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Number}/{Count}";

    internal bool Has(int trial) => (trial - 1) % Count == Number - 1;
}
