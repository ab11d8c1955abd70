using System.Globalization;
using System.Text;
using CsvHelper;

namespace MlNetSer;

/// <summary>A table of text, for people as Markdown and for programs as CSV.</summary>
/// <param name="columns">Names of the columns.</param>
public sealed class TextTable(params IReadOnlyList<string> columns)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns => columns;

    /// <summary>Rows so far.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">It has another number of cells than the table has columns.</exception>
    public void Add(params IReadOnlyList<string> cells)
    {
        if (cells.Count != columns.Count)
            throw new ArgumentException(
                $"The row has {cells.Count} cells ({string.Join(", ", cells)}), the table {columns.Count} columns "
                + $"({string.Join(", ", columns)}).", nameof(cells));
        _rows.Add(cells);
    }

    /// <summary>The table in Markdown, columns aligned for reading as plain text too.</summary>
    public string ToMarkdown()
    {
        IReadOnlyList<string>[] cells = [.. _rows.Prepend(columns)
            .Select(row => (IReadOnlyList<string>)[.. row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))])];
        int[] widths = [.. columns.Select((_, c) => Math.Max(3, cells.Max(row => row[c].Length)))];
        var text = new StringBuilder();
        void Line(IEnumerable<string> row) => text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        Line(cells[0].Select((cell, c) => cell.PadRight(widths[c])));
        Line(widths.Select(width => new string('-', width)));
        foreach (var row in cells.Skip(1))
            Line(row.Select((cell, c) => cell.PadRight(widths[c])));
        return text.ToString();
    }

    /// <summary>The table as CSV, header first.</summary>
    public string ToCsv()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        using var csv = new CsvWriter(writer, new CsvHelper.Configuration.CsvConfiguration(
            CultureInfo.InvariantCulture)
        { NewLine = "\n" });
        foreach (var row in _rows.Prepend(columns))
        {
            foreach (var cell in row)
                csv.WriteField(cell);
            csv.NextRecord();
        }
        csv.Flush();
        return writer.ToString();
    }
}
