namespace MlNetSer.Text;

/// <summary>A table of text whose first line names its columns. Comma, semicolon or tab divides cells, as the header does.</summary>
internal sealed class DelimitedTable
{
    private const string Separators = ",;\t";
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);

    private DelimitedTable(string what, char separator, DelimitedRecord header, IEnumerable<DelimitedRecord> rows)
        => (What, Separator, Header, Rows) = (what, separator, header, rows);

    /// <summary>What errors call it.</summary>
    public string What { get; }

    public char Separator { get; }

    public DelimitedRecord Header { get; }

    /// <summary>What follows the header; read as it is asked for.</summary>
    public IEnumerable<DelimitedRecord> Rows { get; }

    /// <summary>Reads the header.</summary>
    /// <param name="text">The table.</param>
    /// <param name="what">What errors call it.</param>
    /// <param name="required">Columns that it must have, in lower case.</param>
    /// <param name="allColumns">What to say of all columns; empty = nothing.</param>
    /// <param name="linesBefore">Lines of the file before the table.</param>
    /// <param name="strictHeader">Whether every column must have a name of its own; else the first of a name is read.</param>
    /// <exception cref="InvalidDataException">A column is missing, has no name, or shares one.</exception>
    public static DelimitedTable Parse(string text, string what, IReadOnlyList<string> required, string allColumns = "",
        int linesBefore = 0,
        bool strictHeader = true)
    {
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.IndexOf('\n') is var end and >= 0
            && text[4..end].TrimEnd('\r') is [var said] && Separators.Contains(said))
            return Of(text[(end + 1)..], said, linesBefore + 1);   // what Excel writes for itself
        var found = Separators.Select(separator => (Separator: separator, Names: Names(text, separator, what, linesBefore)))
            .OrderByDescending(header => required.Count(header.Names.Contains)).ThenByDescending(header => header.Names.Count).First();
        return Of(text, found.Separator, linesBefore);

        DelimitedTable Of(string rest, char separator, int before)
        {
            var records = DelimitedRecords.Of(rest, separator, what, before);
            var table = new DelimitedTable(what, separator, records.FirstOrDefault() ?? new DelimitedRecord(before + 1, []),
                records.Skip(1));
            table.TakeHeader(required, allColumns, strictHeader);
            return table;
        }
    }

    /// <summary>Where a column stands; null where there is none.</summary>
    public int? Find(string column) => _columns.TryGetValue(column, out var at) ? at : null;

    /// <summary>What is wrong with the number of a row's cells; null where nothing is.</summary>
    public string? Fault(DelimitedRecord row)
    {
        if (row.Cells.Count == Header.Cells.Count)
            return null;
        var separator = Separator == '\t' ? "a tab" : Separator == ';' ? "a semicolon" : "a comma";
        return $"{What}, line {row.Line}: '{string.Join(Separator, row.Cells)}' has {row.Cells.Count} cells, but the header has "
            + $"{Header.Cells.Count} columns "
            + $"({string.Join(", ", Header.Cells.Select(name => name.Trim()))}). "
            + (row.Cells.Count > Header.Cells.Count
                ? $"Put a cell that holds {separator} into quotation marks."
                : "Add what is missing; an unknown cell stays empty.");
    }

    private static List<string> Names(string text, char separator, string what, int linesBefore)
    {
        try
        {
            return [.. (DelimitedRecords.Of(text, separator, what, linesBefore).FirstOrDefault()?.Cells ?? []).Select(Name)];
        }
        catch (InvalidDataException) when (separator != Separators[0])
        {
            return [];   // quotation marks that make no sense with this separator
        }
    }

    private static string Name(string cell) => cell.Trim().ToLowerInvariant();

    private void TakeHeader(IReadOnlyList<string> required, string allColumns, bool strict)
    {
        string[] names = [.. Header.Cells.Select(Name)];
        for (var i = 0; i < names.Length; i++)
        {
            if (strict && names[i].Length == 0 && names.Length > 1)
                throw new InvalidDataException($"{What}, line {Header.Line}: column {i + 1} has no name. Name it or leave it out"
                    + $"{(i == 0 ? " (pandas writes such a column unless told index=False)" : "")}.");
            if (!_columns.TryAdd(names[i], i) && (strict || required.Contains(names[i])))
                throw new InvalidDataException($"{What}, line {Header.Line}: the columns {_columns[names[i]] + 1} and {i + 1} are both "
                    + $"called '{names[i]}'. Keep one.");
        }
        string[] missing = [.. required.Where(column => !_columns.ContainsKey(column)).Select(column => $"'{column}'")];
        if (missing.Length > 0)
            throw new InvalidDataException($"{What} has no column {string.Join(", ", missing)}; it has: {string.Join(", ", Header.Cells)}. "
                + $"Columns are divided by commas, semicolons or tabs.{(allColumns.Length > 0 ? " " + allColumns : "")}");
    }
}
