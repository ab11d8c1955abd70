using System.Text.Json.Serialization;
using MlNetSer.Reporting;

namespace MlNetSer;

/// <summary>The audit of all folds of a file, and what they do to the data together.</summary>
/// <param name="Folds">One audit per fold.</param>
/// <param name="NeverTested">Rows of the data that no fold tests; null = none.</param>
public sealed record FoldFileAudit(IReadOnlyList<FoldAudit> Folds, LeftOutRows? NeverTested)
{
    /// <summary>One audit per fold.</summary>
    public IReadOnlyList<FoldAudit> Folds { get; init => field = ByValue.List(value); } = ByValue.List(Folds);

    /// <summary>Why the folds cannot be run together: a number or a test row that stands twice.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Faults { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>What the folds were made for, where the data is not exactly that; null = it is, or nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OtherData { get; init; }

    /// <summary>
    /// Who has no session partner, where others have and none of them validates: an incomplete corpus, as a rule. Null = nobody.
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

    /// <summary>
    /// What could not be compared between the sides, for rows do not say it: sessions, scripts, transcripts; with the number of silent rows
    /// where others speak.
    /// </summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> Unknown { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>Whether a speaker stands on two sides of a fold.</summary>
    public bool SpeakersOverlap => Folds.Any(fold => fold.Overlaps.Any(overlap => overlap.What == "speaker"));

    internal static FoldFileAudit Of(FoldFile file, IReadOnlyList<FoldRow> rows, string corpus)
    {
        List<string> faults = [];
        if (file.Corpus.Length > 0 && corpus.Length > 0 && LabelledCorpus(file.Corpus) != LabelledCorpus(corpus))
            faults.Add($"The folds were made for '{file.Corpus}', and the data is '{corpus}': another corpus or label policy. "
                + $"Make folds anew; or, if that is meant, clear {nameof(FoldFile)}.{nameof(FoldFile.Corpus)}: "
                + $"folds with {{ Corpus = \"\" }}.");
        if (file.Folds.Any(fold => fold.Utterances is not null)
            && rows.CountBy(row => row.Utterance).FirstOrDefault(entry => entry.Value > 1) is { Key: { } twice, Value: var times })
            faults.Add($"Utterance '{twice}' stands {times} times in the data, and the folds name utterances. "
                + "Give every row a name of its own.");
        if (file.Folds.CountBy(fold => fold.Number).FirstOrDefault(entry => entry.Value > 1) is { Value: > 1 } number)
            faults.Add($"There are {number.Value} folds with the number {number.Key}. Number them from 1.");

        var testedBy = new Dictionary<FoldRow, int>(ReferenceEqualityComparer.Instance);   // rows may share a name
        foreach (var fold in file.Folds)
        {
            foreach (var row in FoldSides.Of(fold, rows).Test)
            {
                if (!testedBy.TryAdd(row, fold.Number) && testedBy[row] != fold.Number)
                {
                    faults.Add($"Utterance '{row.Utterance}' is tested in fold {testedBy[row]} and again in fold {fold.Number}; "
                        + "a pooled score would count it twice.");
                    break;
                }
            }
        }
        var twins = IdenticalRecordings.Of(rows);
        if (twins.UnderTwoSpeakers is { } shared)
            faults.Add(shared);
        faults.AddRange(file.Folds.Select(fold => IdenticalRecordings.OnTwoSides(fold, rows)).OfType<string>());
        string[] never = [.. rows.Where(row => !testedBy.ContainsKey(row)).Select(row => row.Utterance)];
        return new FoldFileAudit([.. file.Folds.Select(fold => FoldAudit.Of(fold, rows))], never.Length == 0
            ? null : LeftOutRows.Of("no fold tests them", never))
        {
            Faults = faults,
            OtherData = OtherDataOf(file, rows, corpus),
            WithoutPartner = WithoutPartnerOf(file.Protocol, rows),
            OtherFolds = OtherFoldsOf(file, rows),
            Recordings = twins.Found,
            NearTwins = [.. Text.NearTwins.Of("speakers", rows.Select(row => row.Speaker)),
                .. Text.NearTwins.Of("classes", rows.Select(row => row.Label))],
            Unknown = [.. new (string What, Func<FoldRow, string> Value)[] { ("session", row => row.Session),
            ("script", row => row.Script), ("transcript", row => row.Text) }
                .Select(kind => (kind.What, Silent: rows.Count(row => kind.Value(row).Length == 0))).Where(kind => kind.Silent > 0)
                .Select(kind => kind.Silent == rows.Count ? $"{kind.What}s" : $"{kind.What}s of {kind.Silent} of {rows.Count} rows")],
        };
    }

    private static string? WithoutPartnerOf(EvaluationProtocol protocol, IReadOnlyList<FoldRow> rows)
    {
        if (protocol is not { Split: SplitKind.LeaveOneSpeakerOut, Validation: ValidationPolicy.NextSpeaker })
            return null;
        var speakers = new SpeakerTable(rows);
        string[] alone = [.. speakers.Names.Where(name => speakers.Partner(name) is null)];
        return alone.Length == 0 || alone.Length == speakers.Names.Length ? null
            : $"{alone.Length} of {speakers.Names.Length} speakers have no single session partner "
            + $"({string.Join(", ", alone.Take(5))}{(alone.Length > 5 ? ", ..." : "")}), so the next speaker validates in every fold, and "
            + "the partners of the others train; is the corpus complete?";
    }

    /// <summary>Makes the folds once more, where the protocol can, and compares.</summary>
    private static string? OtherFoldsOf(FoldFile file, IReadOnlyList<FoldRow> rows)
    {
        if (file.Protocol.Split == SplitKind.Imported || file.Protocol is { Split: SplitKind.FixedSplit }
            && rows.All(row => row.Split.Length == 0))
            return null;
        string[] others;
        try
        {
            var made = FoldSplitter.Split(file.Protocol, rows).Folds.ToDictionary(fold => fold.Number);
            others = [.. file.Folds.Where(fold => !made.TryGetValue(fold.Number, out var own) || !own.Equals(fold))
                .Select(fold => $"{fold.Number}")];
        }
        catch (InvalidOperationException error)
        {
            return $"the protocol cannot make folds of this data ({error.Message}), so its words may not describe those of the file";
        }
        return others.Length == 0 ? null
            : $"{others.Length} of {file.Folds.Count} folds ({string.Join(", ", others.Take(5))}{(others.Length > 5 ? ", ..." : "")}) are "
            + $"not those that the protocol makes of this data, "
                + "so its words may not describe them";
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
    /// <exception cref="InvalidOperationException">A fold leaks, is empty on a side, names what the data does not have, tests what another
    /// one tested, or was made for another corpus or label policy.</exception>
    public void Refuse(bool allowSpeakerOverlap = false)
    {
        foreach (var fold in Folds)
            fold.Refuse(allowSpeakerOverlap);
        if (Faults.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, Faults));
    }

    /// <summary>Every finding, one a line.</summary>
    public override string ToString()
        => string.Join("\n", [.. Faults, .. General(), .. NotCompared(), .. Folds.Select(fold => fold.ToString()), .. NeverTested is null
        ? Array.Empty<string>() : [NeverTested.ToString()]]);

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
