using System.Text.Json.Serialization;
using MlNetSer.Json;

namespace MlNetSer;

/// <summary>The audit of all folds of a file, and what they do to the data together.</summary>
public sealed record FoldFileAudit
{
    /// <summary>Rows of the data that no fold tests; null = none.</summary>
    public LeftOutRows? NeverTested { get; init; }

    /// <summary>One audit per fold.</summary>
    public required IReadOnlyList<FoldAudit> Folds { get; init => field = ByValue.List(value); }

    /// <summary>Why the folds cannot be run together: a number or a test row that occurs twice.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Faults { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>What the folds were made for, where the data is not exactly that; null = it is, or that is unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OtherData { get; init; }

    /// <summary>
    /// Who has no session partner, where others have and none of them validates: an incomplete corpus, as a rule. Null = no one.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WithoutPartner { get; init; }

    /// <summary>Folds that their protocol does not make of this data, so that its words may not describe them; null = none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OtherFolds { get; init; }

    /// <summary>Recordings that several rows have; null = none, or the files are not here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Recordings { get; init; }

    /// <summary>Why nobody validated, where that is so; only a run knows it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NobodyValidated { get; init; }

    /// <summary>Speakers and classes whose names differ in case, blanks or the form of an accent only.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> NearTwins { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>What could not be compared between the sides because rows do not carry it: sessions, scripts, transcripts; with the number
    /// of such rows where others do.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> Unknown { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>Whether a speaker is on two sides of a fold.</summary>
    public bool SpeakersOverlap => Folds.Any(fold => fold.Overlaps.Any(overlap => overlap.What == "speaker"));

    internal static FoldFileAudit Of(FoldFile file, IReadOnlyList<FoldRow> rows, string corpus)
        => FoldFileAuditor.Audit(file, rows, corpus);

    /// <summary>Stops folds that cannot be run, or that have a speaker on two sides.</summary>
    /// <param name="allowSpeakerOverlap">Whether a speaker may be on two sides all the same.</param>
    /// <exception cref="InvalidOperationException">A fold leaks, is empty on a side, names what the data does not have, tests what another
    /// one tested, or was made for another corpus or label policy.</exception>
    public void ThrowIfInvalid(bool allowSpeakerOverlap = false)
    {
        foreach (var fold in Folds)
            fold.ThrowIfInvalid(allowSpeakerOverlap);
        if (Faults.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, Faults));
    }

    /// <summary>Every finding, one a line.</summary>
    public override string ToString()
        => string.Join("\n", [.. Faults, .. General(), .. NotCompared(), .. Folds.Select(fold => fold.ToString()),
            .. NeverTested is null ? Array.Empty<string>() : [NeverTested.ToString()]]);

    /// <summary>
    /// What a reader of a score must know, in a few lines: shared speakers, sessions, scripts and transcripts of test and training, absent
    /// classes, rows without a side.
    /// </summary>
    public IEnumerable<string> Summary()
    {
        foreach (var line in General())
            yield return line;
        foreach (var shared in Folds.SelectMany(fold => fold.Overlaps).Where(overlap => overlap.What != "utterance")
            .GroupBy(overlap => (overlap.What, overlap.Side, overlap.OtherSide)))
            yield return $"{shared.Key.What}s shared by {shared.Key.Side} and {shared.Key.OtherSide}: "
                + $"in {shared.Count()} of {Folds.Count} folds, {shared.Sum(o => o.RowCount)} of {shared.Sum(o => o.SideRowCount)} "
                + $"{shared.Key.OtherSide} rows";
        foreach (var fold in Folds)
        {
            foreach (var absent in fold.AbsentClasses.Where(absent => absent.Side != "validation"))
                yield return $"fold {fold.Fold}: {absent}";
            if (fold.Unassigned is { } unassigned)
                yield return $"fold {fold.Fold}: {unassigned}";
        }
        if (NeverTested is not null)
            yield return NeverTested.ToString();
        foreach (var line in NotCompared())
            yield return line;
    }

    private IEnumerable<string> General()
        => [.. new[] { NobodyValidated, OtherData, OtherFolds, WithoutPartner, Recordings }.OfType<string>(),
        .. NearTwins.Select(twins => twins + "; are they one?")];

    private string[] NotCompared()
        => Unknown.Count == 0 ? [] : [$"not compared, for the data does not name them: {string.Join(", ", Unknown)}"];
}
