namespace MlNetSer.Embeddings.Keys;

/// <summary>What a store lacks of a data view, because it could not be read or embedded.</summary>
/// <param name="Utterances">In the order of the data.</param>
/// <param name="Entries">Those whose audio could be hashed.</param>
/// <param name="Rows">What the key columns say of their rows, and how many rows say it.</param>
internal sealed record StoredWithout(IReadOnlyList<UnreadableUtterance> Utterances, IReadOnlySet<int> Entries,
    IReadOnlyDictionary<string, int> Rows)
{
    public static StoredWithout Of(KeyedRows rows, IReadOnlyDictionary<int, string> faults)
    {
        var named = rows.Named(faults).ToList();   // two files with the same bytes are both at fault
        var failed = named.Select(row => new UnreadableUtterance(row.FirstRow, row.Name, faults[row.Entry].TrimEnd('.')));
        var lost = rows.WithoutEntry.Concat(named.Select(row => (row.Text, row.RowCount))).ToDictionary(row => row.Item1,
            row => row.Item2, StringComparer.Ordinal);
        return new StoredWithout([.. rows.Unreadable.Concat(failed).OrderBy(utterance => utterance.Row)], faults.Keys.ToHashSet(), lost);
    }

    /// <summary>How many rows, and which utterances, in one line: part of what a result is made of.</summary>
    public string Text(long rowCount)
    {
        var names = string.Join(", ", Utterances.Select(utterance => utterance.Name));
        return FormattableString.Invariant($"{Rows.Values.Sum()} of {rowCount} left out: {names}");
    }
}
