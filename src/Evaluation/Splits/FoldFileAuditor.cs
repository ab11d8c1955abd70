namespace MlNetSer;

/// <summary>Looks at all folds of a file together, and at the rows that they divide.</summary>
internal static class FoldFileAuditor
{
    private const int Shown = 5;

    public static FoldFileAudit Audit(FoldFile file, IReadOnlyList<FoldRow> rows, string corpus)
    {
        var testedBy = new Dictionary<FoldRow, int>(ReferenceEqualityComparer.Instance);   // rows may share a name
        List<string> faults = [.. Faults(file, rows, corpus), .. TestedTwice(file, rows, testedBy)];
        var twins = IdenticalRecordings.Of(rows);
        if (twins.UnderTwoSpeakers is { } shared)
            faults.Add(shared);
        faults.AddRange(file.Folds.Select(fold => IdenticalRecordings.OnTwoSides(fold, rows)).OfType<string>());
        string[] never = [.. rows.Where(row => !testedBy.ContainsKey(row)).Select(row => row.Utterance)];
        return new FoldFileAudit
        {
            Folds = [.. file.Folds.Select(fold => FoldAuditor.Audit(fold, rows))],
            NeverTested = never.Length == 0 ? null : LeftOutRows.Of("no fold tests them", never),
            Faults = faults,
            OtherData = OtherData(file, rows, corpus),
            WithoutPartner = WithoutPartner(file.Protocol, rows),
            OtherFolds = OtherFolds(file, rows),
            Recordings = twins.Found,
            NearTwins = [.. Text.NearTwins.Of("speakers", rows.Select(row => row.Speaker)),
                .. Text.NearTwins.Of("classes", rows.Select(row => row.Label))],
            Unknown = [.. Unknown(rows)],
        };
    }

    private static IEnumerable<string> Faults(FoldFile file, IReadOnlyList<FoldRow> rows, string corpus)
    {
        if (file.Corpus.Length > 0 && corpus.Length > 0 && LabelledCorpus(file.Corpus) != LabelledCorpus(corpus))
            yield return $"The folds were made for '{file.Corpus}', and the data is '{corpus}': another corpus or label policy. "
                + $"Make the folds again; or, if that is meant, clear {nameof(FoldFile)}.{nameof(FoldFile.Corpus)}: "
                + "folds with { Corpus = \"\" }.";
        if (file.Folds.Any(fold => fold.Utterances is not null)
            && rows.CountBy(row => row.Utterance).FirstOrDefault(entry => entry.Value > 1) is { Key: { } twice, Value: var times })
            yield return $"Utterance '{twice}' is in the data {times} times, and the folds name utterances. "
                + "Give every row a name of its own.";
        if (file.Folds.CountBy(fold => fold.Number).FirstOrDefault(entry => entry.Value > 1) is { Value: > 1 } number)
            yield return $"There are {number.Value} folds with the number {number.Key}. Number them from 1.";
    }

    private static IEnumerable<string> TestedTwice(FoldFile file, IReadOnlyList<FoldRow> rows, Dictionary<FoldRow, int> testedBy)
    {
        foreach (var fold in file.Folds)
        {
            FoldRow? again = null;
            foreach (var row in fold.Test.Rows(rows))
            {
                if (!testedBy.TryAdd(row, fold.Number) && testedBy[row] != fold.Number)
                    again ??= row;
            }
            if (again is not null)
                yield return $"Utterance '{again.Utterance}' is tested in fold {testedBy[again]} and again in fold {fold.Number}; "
                    + "a pooled score would count it twice.";
        }
    }

    private static IEnumerable<string> Unknown(IReadOnlyList<FoldRow> rows)
    {
        (string What, Func<FoldRow, string> Value)[] kinds =
            [("session", row => row.Session), ("script", row => row.Script), ("transcript", row => row.Text)];
        foreach (var (what, value) in kinds)
        {
            var silent = rows.Count(row => value(row).Length == 0);
            if (silent > 0)
                yield return silent == rows.Count ? $"{what}s" : $"{what}s of {silent} of {rows.Count} rows";
        }
    }

    private static string? WithoutPartner(EvaluationProtocol protocol, IReadOnlyList<FoldRow> rows)
    {
        if (protocol is not { Split: SplitKind.LeaveOneSpeakerOut, Validation: ValidationPolicy.NextSpeaker })
            return null;
        var speakers = new SpeakerTable(rows);
        string[] alone = [.. speakers.Names.Where(name => speakers.Partner(name) is null)];
        return alone.Length == 0 || alone.Length == speakers.Names.Length ? null
            : $"{alone.Length} of {speakers.Names.Length} speakers have no single session partner ({List(alone)}), "
                + "so the next speaker validates in every fold, and the partners of the others train; is the corpus complete?";
    }

    /// <summary>Makes the folds once more, where the protocol can, and compares.</summary>
    private static string? OtherFolds(FoldFile file, IReadOnlyList<FoldRow> rows)
    {
        if (file.Protocol.Split == SplitKind.Imported
            || file.Protocol.Split == SplitKind.FixedSplit && rows.All(row => row.Split.Length == 0))
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
            : $"{others.Length} of {file.Folds.Count} folds ({List(others)}) are not those that the protocol makes of this data, "
                + "so its words may not describe them";
    }

    private static string? OtherData(FoldFile file, IReadOnlyList<FoldRow> rows, string corpus)
    {
        if (file.Corpus.Length > 0 && corpus.Length > 0 && file.Corpus != corpus)
            return $"the folds were made for {file.Corpus} ({file.RowCount} rows), the data is {corpus} ({rows.Count} rows)";
        return file.RowCount != rows.Count ? $"the folds were made for {file.RowCount} rows, the data has {rows.Count}" : null;
    }

    /// <summary>Corpus and label policy, without the count and fingerprint of the rows.</summary>
    private static string LabelledCorpus(string identity) => identity.LastIndexOf('/') is > 0 and var at ? identity[..at] : identity;

    private static string List(string[] names) => string.Join(", ", names.Take(Shown)) + (names.Length > Shown ? ", ..." : "");
}
