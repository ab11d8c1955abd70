namespace MlNetSer;

/// <summary>Why a fold cannot be run on some rows.</summary>
internal static class FoldFaults
{
    private const int Shown = 5, ShownOfData = 20;

    public static IEnumerable<string> Of(
        SpeakerFold fold, IReadOnlyList<FoldRow> rows, IReadOnlyList<(string Name, IReadOnlyList<FoldRow> Rows)> sides)
    {
        FoldSide[] named = [fold.Train, fold.Validation, fold.Test];
        var known = rows.Select(named[0].NameOf).ToHashSet(StringComparer.Ordinal);
        if (rows.Count(row => row.Speaker.Length == 0) is > 0 and var nameless)
            yield return $"Fold {fold.Number}: {nameless} of {rows.Count} rows have no speaker, so nobody can tell whether a person is on "
                + "two sides. Name the speakers, or leave such rows out.";
        foreach (var (side, names) in sides.Zip(named))
        {
            string[] unknown = [.. names.Names.Where(name => !known.Contains(name))];
            if (unknown.Length > 0)
                yield return Unknown(fold, names, unknown, known);
            else if (side.Rows.Count == 0)
                yield return $"Fold {fold.Number} has no {names.Kind}s on the {side.Name} side.";
        }
        string[] learned = [.. sides[0].Rows.Select(row => row.Label).Distinct(StringComparer.Ordinal)];
        if (learned is [{ Length: > 0 } only] && named.All(side => side.Names.All(known.Contains))
            && rows.Any(row => row.Label.Length > 0 && row.Label != only))
            yield return $"Fold {fold.Number}: the train side has one class only ('{only}', {sides[0].Rows.Count} rows); there is nothing "
                + "to tell apart. Divide speakers otherwise.";
        if (fold.Utterances is null)
            yield break;
        foreach (var (side, names) in sides.Zip(named))
        {
            if (OtherSpeakers(fold, names, side.Rows) is { } fault)
                yield return fault;
        }
    }

    private static string Unknown(SpeakerFold fold, FoldSide side, string[] unknown, HashSet<string> known)
        => unknown.Length == 1
        ? $"Fold {fold.Number}: {side.Kind} '{unknown[0]}' on the {side.Name} side has no rows. "
            + $"The data has: {List(known.Order(StringComparer.Ordinal), ShownOfData)}."
        : $"Fold {fold.Number}: {unknown.Length} of {side.Names.Count} {side.Kind}s on the {side.Name} side have no rows in the data: "
            + $"{List(unknown, Shown)}. Bring the data that the folds were made from, or make the folds again.";

    /// <summary>A side that names other speakers than those of its utterances.</summary>
    private static string? OtherSpeakers(SpeakerFold fold, FoldSide side, IReadOnlyList<FoldRow> rows)
    {
        string[] claimed = [.. side.Speakers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            heard = [.. rows.Select(row => row.Speaker).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return claimed.SequenceEqual(heard) ? null
            : $"Fold {fold.Number}: the {side.Name} side names the speakers {List(claimed, Shown)}, but its utterances are those of "
                + $"{List(heard, Shown)}. Write those whose utterances they are.";
    }

    private static string List(IEnumerable<string> names, int most)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(most)) + (all.Length > most ? ", ..." : "");
    }
}
