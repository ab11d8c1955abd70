namespace MlNetSer;

/// <summary>What an audit says of files that hold the same recording.</summary>
/// <param name="Found">How many there are, and which; null = none, or that is unknown.</param>
/// <param name="UnderTwoSpeakers">Those that two speakers have; null = none.</param>
internal sealed record IdenticalRecordings(string? Found, string? UnderTwoSpeakers)
{
    private const int Shown = 5;

    public static IdenticalRecordings Of(IReadOnlyList<FoldRow> rows)
    {
        FoldRow[][] twins = [.. Groups(rows)];
        if (twins.Length == 0)
            return new IdenticalRecordings(null, null);
        FoldRow[][] shared = [.. twins.Where(group => group.DistinctBy(row => row.Speaker).Count() > 1)];
        var labels = twins.Count(group => group.DistinctBy(row => row.Label).Count() > 1);
        var copies = twins.Sum(group => group.Length - 1);
        return new IdenticalRecordings(
            $"{copies} identical recordings: "
                + $"{Examples(twins, row => $"'{row.Utterance}'")}{(labels > 0 ? $"; {labels} of them have several labels" : "")}",
            shared.Length == 0 ? null
                : $"{shared.Sum(group => group.Length - 1)} recordings are also those of another speaker: "
                    + $"{Examples(shared, row => $"'{row.Utterance}' of '{row.Speaker}'")}. Keep each once, under the name of who speaks.");
    }

    /// <summary>Recordings that are on two sides of a fold under one speaker; null = none.</summary>
    public static string? OnTwoSides(SpeakerFold fold, IReadOnlyList<FoldRow> rows)
    {
        var sides = FoldSides.Of(fold, rows).Named.SelectMany(side => side.Rows.Select(row => (side.Name, Row: row)))
            .Where(entry => entry.Row.Recording.Length > 0);
        var leaks = sides.GroupBy(entry => entry.Row.Recording, StringComparer.Ordinal)
            .Where(group => group.DistinctBy(entry => entry.Name).Count() > 1
            && group.DistinctBy(entry => entry.Row.Speaker).Count() == 1).ToArray();
        return leaks.Length == 0 ? null
            : $"Fold {fold.Number} leaks: {leaks.Length} recordings are on two sides: "
                + string.Join("; ", leaks.Take(Shown).Select(group
                    => string.Join(" = ", group.Select(entry => $"'{entry.Row.Utterance}' ({entry.Name})"))))
                + $"{(leaks.Length > Shown ? "; ..." : "")}. Keep each once.";
    }

    private static IEnumerable<FoldRow[]> Groups(IReadOnlyList<FoldRow> rows)
        => rows.Where(row => row.Recording.Length > 0).GroupBy(row => row.Recording, StringComparer.Ordinal)
        .Where(group => group.Count() > 1).Select(group => group.ToArray());

    private static string Examples(FoldRow[][] groups, Func<FoldRow, string> name)
        => string.Join("; ", groups.Take(Shown).Select(group => string.Join(" = ", group.Select(name))))
        + (groups.Length > Shown ? "; ..." : "");
}
