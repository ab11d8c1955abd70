namespace MlNetSer;

/// <summary>Looks at one fold: what its sides share, which classes they lack, and whether it can be run.</summary>
internal static class FoldAuditor
{
    private const int Shown = 5;

    public static FoldAudit Audit(SpeakerFold fold, IReadOnlyList<FoldRow> rows)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(rows);
        var sides = FoldSides.Of(fold, rows).Named;
        FoldOverlap[] overlaps = [.. Overlaps(fold, sides)];
        return new FoldAudit
        {
            Fold = fold.Number,
            TrainCount = sides[0].Rows.Count,
            ValidationCount = sides[1].Rows.Count,
            TestCount = sides[2].Rows.Count,
            Overlaps = overlaps,
            AbsentClasses = [.. AbsentClasses(rows, sides)],
            Unassigned = Unassigned(fold, rows, sides),
            Faults = [.. FoldFaults.Of(fold, rows, sides), .. overlaps.Where(overlap => overlap.What == "utterance")
                .Select(overlap => $"Fold {fold.Number} leaks: {overlap}. An utterance may be on one side only.")],
        };
    }

    private static IEnumerable<FoldOverlap> Overlaps(SpeakerFold fold, IReadOnlyList<(string Name, IReadOnlyList<FoldRow> Rows)> sides)
    {
        (string What, Func<FoldRow, string> Value)[] kinds =
            [("speaker", row => row.Speaker), ("session", row => row.Session), ("script", row => row.Script),
            ("transcript", row => row.Sentence())];
        if (fold.Utterances is not null)
            kinds = [.. kinds, ("utterance", row => row.Utterance)];
        foreach (var (what, value) in kinds)
        {
            HashSet<string>[] values = [.. sides.Select(side => side.Rows.Select(value).Where(v => v.Length > 0)
                .ToHashSet(StringComparer.Ordinal))];
            foreach (var (a, b) in new[] { (0, 1), (0, 2), (1, 2) })
            {
                string[] shared = [.. values[a].Intersect(values[b], StringComparer.Ordinal).Order(StringComparer.Ordinal)];
                if (shared.Length == 0)
                    continue;
                yield return new FoldOverlap
                {
                    What = what,
                    Side = sides[a].Name,
                    OtherSide = sides[b].Name,
                    Count = shared.Length,
                    RowCount = sides[b].Rows.Count(row => values[a].Contains(value(row))),
                    SideRowCount = sides[b].Rows.Count,
                    Examples = [.. shared.Take(Shown)],
                };
            }
        }
    }

    private static IEnumerable<AbsentClass> AbsentClasses(
        IReadOnlyList<FoldRow> rows, IReadOnlyList<(string Name, IReadOnlyList<FoldRow> Rows)> sides)
    {
        var tested = sides[2].Rows.CountBy(row => row.Label).ToDictionary(StringComparer.Ordinal);
        string[] classes = [.. rows.Select(row => row.Label).Where(label => label.Length > 0).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
        return sides.SelectMany(side => classes.Except(side.Rows.Select(row => row.Label), StringComparer.Ordinal)
            .Select(name => new AbsentClass { Side = side.Name, Class = name, TestCount = tested.GetValueOrDefault(name) }));
    }

    private static LeftOutRows? Unassigned(
        SpeakerFold fold, IReadOnlyList<FoldRow> rows, IReadOnlyList<(string Name, IReadOnlyList<FoldRow> Rows)> sides)
    {
        var assigned = sides.SelectMany(side => side.Rows).ToHashSet<FoldRow>(ReferenceEqualityComparer.Instance);
        string[] unassigned = [.. rows.Where(row => !assigned.Contains(row)).Select(row => row.Utterance)];
        var onPurpose = fold.LeftOut.Sum(entry => entry.Count);
        return unassigned.Length > onPurpose
            ? LeftOutRows.Of($"on no side of fold {fold.Number}, {onPurpose} of them on purpose", unassigned) : null;
    }
}
