using System.Text.Json.Serialization;
using MlNetSer.Reporting;

namespace MlNetSer;

/// <summary>The audit of all folds of a file, and what they do to the data together.</summary>
/// <param name="Folds">One audit per fold.</param>
/// <param name="NeverTested">Rows of the data that no fold tests; null = none.</param>
public sealed record FoldFileAudit(IReadOnlyList<FoldAudit> Folds, LeftOutRows? NeverTested)
{
    /// <summary>Why the folds cannot be run together: a number or a test row that stands twice.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>What the folds were made for, where the data is not exactly that; null = it is, or nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OtherData { get; init; }

    /// <summary>Who has no session partner, where others have and none of them validates: an incomplete corpus, as a rule. Null = nobody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? WithoutPartner { get; init; }

    /// <summary>What could not be compared between the sides, for rows do not say it: sessions, scripts, transcripts; with the number of silent rows where others speak.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Whether a speaker stands on two sides of a fold.</summary>
    public bool SpeakersOverlap => Folds.Any(fold => fold.Overlaps.Any(overlap => overlap.What == "speaker"));

    internal static FoldFileAudit Of(FoldFile file, IReadOnlyList<FoldRow> rows, string corpus)
    {
        List<string> faults = [];
        if (file.Corpus.Length > 0 && corpus.Length > 0 && LabelledCorpus(file.Corpus) != LabelledCorpus(corpus))
            faults.Add($"The folds were made for '{file.Corpus}', and the data is '{corpus}': another corpus or label policy. Make folds anew; or, if that is meant, clear {nameof(FoldFile)}.{nameof(FoldFile.Corpus)}: folds with {{ Corpus = \"\" }}.");
        if (file.Folds.Any(fold => fold.Utterances is not null) && rows.CountBy(row => row.Utterance).FirstOrDefault(entry => entry.Value > 1) is { Key: { } twice, Value: var times })
            faults.Add($"Utterance '{twice}' stands {times} times in the data, and the folds name utterances. Give every row a name of its own.");
        if (file.Folds.CountBy(fold => fold.Number).FirstOrDefault(entry => entry.Value > 1) is { Value: > 1 } number)
            faults.Add($"There are {number.Value} folds with the number {number.Key}. Number them from 1.");

        var testedBy = new Dictionary<FoldRow, int>(ReferenceEqualityComparer.Instance);   // rows may share a name
        foreach (var fold in file.Folds)
        {
            foreach (var row in FoldSides.Of(fold, rows).Test)
            {
                if (!testedBy.TryAdd(row, fold.Number) && testedBy[row] != fold.Number)
                {
                    faults.Add($"Utterance '{row.Utterance}' is tested in fold {testedBy[row]} and again in fold {fold.Number}; a pooled score would count it twice.");
                    break;
                }
            }
        }
        string[] never = [.. rows.Where(row => !testedBy.ContainsKey(row)).Select(row => row.Utterance)];
        return new FoldFileAudit([.. file.Folds.Select(fold => FoldAudit.Of(fold, rows))], never.Length == 0 ? null : LeftOutRows.Of("no fold tests them", never))
        {
            Faults = faults,
            OtherData = OtherDataOf(file, rows, corpus),
            WithoutPartner = WithoutPartnerOf(file.Protocol, rows),
            Unknown = [.. new (string What, Func<FoldRow, string> Value)[] { ("session", row => row.Session), ("script", row => row.Script), ("transcript", row => row.Text) }
                .Select(kind => (kind.What, Silent: rows.Count(row => kind.Value(row).Length == 0))).Where(kind => kind.Silent > 0).Select(kind => kind.Silent == rows.Count ? $"{kind.What}s" : $"{kind.What}s of {kind.Silent} of {rows.Count} rows")],
        };
    }

    private static string? WithoutPartnerOf(EvaluationProtocol protocol, IReadOnlyList<FoldRow> rows)
    {
        if (protocol is not { Split: SplitKind.LeaveOneSpeakerOut, Validation: ValidationPolicy.NextSpeaker })
            return null;
        var speakers = new SpeakerTable(rows);
        string[] alone = [.. speakers.Names.Where(name => speakers.Partner(name) is null)];
        return alone.Length == 0 || alone.Length == speakers.Names.Length ? null
            : $"{alone.Length} of {speakers.Names.Length} speakers have no single session partner ({string.Join(", ", alone.Take(5))}{(alone.Length > 5 ? ", ..." : "")}), so the next speaker validates in every fold, and the partners of the others train; is the corpus complete?";
    }

    /// <summary>Corpus and label policy, without the count and fingerprint of the rows.</summary>
    private static string LabelledCorpus(string identity) => identity.LastIndexOf('/') is > 0 and var at ? identity[..at] : identity;

    private static string? OtherDataOf(FoldFile file, IReadOnlyList<FoldRow> rows, string corpus)
    {
        if (file.Corpus.Length > 0 && corpus.Length > 0 && file.Corpus != corpus)
            return $"the folds were made for {file.Corpus} ({file.RowCount} rows), the data is {corpus} ({rows.Count} rows)";
        return file.RowCount != rows.Count ? $"the folds were made for {file.RowCount} rows, the data has {rows.Count}" : null;
    }

    /// <summary>Stops folds that cannot be run, or that have a speaker on two sides.</summary>
    /// <param name="allowSpeakerOverlap">Whether a speaker may stand on two sides all the same.</param>
    /// <exception cref="InvalidOperationException">A fold leaks, is empty on a side, names what the data does not have, tests what another one tested, or was made for another corpus or label policy.</exception>
    public void Refuse(bool allowSpeakerOverlap = false)
    {
        foreach (var fold in Folds)
            fold.Refuse(allowSpeakerOverlap);
        if (Faults.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, Faults));
    }

    /// <summary>Every finding, one a line.</summary>
    public override string ToString() => string.Join("\n", [.. Faults, .. new[] { OtherData, WithoutPartner }.OfType<string>(), .. NotCompared(), .. Folds.Select(fold => fold.ToString()), .. NeverTested is null ? Array.Empty<string>() : [NeverTested.ToString()]]);

    /// <summary>What a reader of a score must know, in a few lines: shared speakers, sessions, scripts and transcripts of test and training, absent classes, rows without a side.</summary>
    public IEnumerable<string> Summary()
    {
        foreach (var line in new[] { OtherData, WithoutPartner }.OfType<string>())
            yield return line;
        foreach (var shared in Folds.SelectMany(fold => fold.Overlaps).Where(overlap => overlap.What != "utterance").GroupBy(overlap => (overlap.What, overlap.Side, overlap.OtherSide)))
            yield return $"{shared.Key.What}s shared by {shared.Key.Side} and {shared.Key.OtherSide}: in {shared.Count()} of {Folds.Count} folds, {shared.Sum(o => o.RowCount)} of {shared.Sum(o => o.SideRowCount)} {shared.Key.OtherSide} rows";
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

    private string[] NotCompared() => Unknown.Count == 0 ? [] : [$"not compared, for the data does not name them: {string.Join(", ", Unknown)}"];
}
