namespace MlNetSer;

/// <summary>One trial of a sweep.</summary>
public sealed record SweepTrial
{
    /// <summary>Counted from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What came out.</summary>
    public required TrialScore Score { get; init; }

    /// <summary>How far it came.</summary>
    public required TrialState State { get; init; }

    /// <summary>What was tried, option by option.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init => field = ByValue.Map(value); }

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Mean UAR of its folds; NaN without any.</summary>
    public double Uar => Score.Uar;
}
