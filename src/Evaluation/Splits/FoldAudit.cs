using System.Text.Json.Serialization;
using MlNetSer.Json;

namespace MlNetSer;

/// <summary>What the sides of a fold share, and what they miss.</summary>
public sealed record FoldAudit
{
    /// <summary>Number of the fold.</summary>
    public required int Fold { get; init; }

    /// <summary>Training rows.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Validation rows.</summary>
    public required int ValidationCount { get; init; }

    /// <summary>Test rows.</summary>
    public required int TestCount { get; init; }

    /// <summary>Rows of the data that are on no side and were not left out on purpose; null = none.</summary>
    public LeftOutRows? Unassigned { get; init; }

    /// <summary>What is on two sides.</summary>
    [JsonConverter(typeof(OneLineEach<FoldOverlap>))]
    public required IReadOnlyList<FoldOverlap> Overlaps { get; init => field = ByValue.List(value); }

    /// <summary>Classes that a side does not have.</summary>
    [JsonConverter(typeof(OneLineEach<AbsentClass>))]
    public required IReadOnlyList<AbsentClass> AbsentClasses { get; init => field = ByValue.List(value); }

    /// <summary>
    /// Why the fold cannot be run at all: names that the data does not have, a side without rows, an utterance on two sides.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string> Faults { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    internal static FoldAudit Of(SpeakerFold fold, IReadOnlyList<FoldRow> rows) => FoldAuditor.Audit(fold, rows);

    /// <summary>Stops a fold that cannot be run, or that has a speaker on two sides.</summary>
    /// <param name="allowSpeakerOverlap">Whether a speaker may be on two sides all the same.</param>
    /// <exception cref="InvalidOperationException">The fold leaks, or a side of it is empty or names what the data does not
    /// have.</exception>
    public void ThrowIfInvalid(bool allowSpeakerOverlap = false)
    {
        var leak = Overlaps.FirstOrDefault(overlap => overlap.What == "speaker");
        if (leak is not null && !allowSpeakerOverlap)
            throw new InvalidOperationException(
                $"Fold {Fold} leaks: {leak}. Every speaker may be on one side only; AllowSpeakerOverlap scores it all the same, and "
                + "the result says so.");
        if (Faults.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, Faults));
    }

    /// <summary>One line per finding.</summary>
    public override string ToString() => string.Join("\n", [
        $"fold {Fold}: {TrainCount} train, {ValidationCount} validation, {TestCount} test rows",
        .. Faults,
        .. Overlaps.Select(overlap => $"fold {Fold}: {overlap}"),
        .. AbsentClasses.Select(absent => $"fold {Fold}: {absent}"),
        .. Unassigned is null ? Array.Empty<string>() : [$"fold {Fold}: {Unassigned}"]]);
}
