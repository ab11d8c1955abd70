using System.Text;

namespace MlNetSer.Text;

/// <summary>One record of a table.</summary>
/// <param name="Line">The line that it begins in, from 1.</param>
/// <param name="Cells">Its cells, as they stand.</param>
internal sealed record DelimitedRecord(int Line, IReadOnlyList<string> Cells);

/// <summary>Takes CSV apart (RFC 4180): a quoted cell begins and ends with ", has "" for one inside, and may hold separators and line
/// breaks.</summary>
internal static class DelimitedRecords
{
    /// <summary>Every record but blank lines.</summary>
    /// <param name="text">The table.</param>
    /// <param name="separator">The character between cells.</param>
    /// <param name="what">What errors call the table.</param>
    /// <param name="linesBefore">Lines of the file before the table.</param>
    /// <exception cref="InvalidDataException">A quotation mark is where none may be, or is not closed.</exception>
    public static IEnumerable<DelimitedRecord> Of(string text, char separator, string what, int linesBefore = 0)
    {
        var (at, line) = (0, linesBefore + 1);
        while (at < text.Length)
        {
            var (start, first) = (at, line);
            List<string> cells = [];
            bool more;
            do
            {
                cells.Add(Cell(text, ref at, ref line, separator) ?? throw Quotation(text, start, first, what));
                more = at < text.Length && text[at] == separator;
                at += more ? 1 : 0;
            }
            while (more);
            var blank = cells is [""] && text[start..at] == "";
            if (at < text.Length)
                at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
            line++;
            if (!blank)
                yield return new DelimitedRecord(first, cells);
        }
    }

    /// <summary>The cell that begins here; null = its quotation marks are wrong.</summary>
    private static string? Cell(string text, ref int at, ref int line, char separator)
    {
        var end = at;
        if (end >= text.Length || text[end] != '"')
        {
            while (end < text.Length && text[end] != separator && text[end] is not ('\r' or '\n'))
            {
                if (text[end++] == '"')
                    return null;
            }
            var plain = text[at..end];
            at = end;
            return plain;
        }
        var cell = new StringBuilder();
        for (end++; end < text.Length; end++)
        {
            if (text[end] != '"')
            {
                cell.Append(text[end]);
                line += text[end] == '\n' || text[end] == '\r' && (end + 1 == text.Length || text[end + 1] != '\n') ? 1 : 0;
            }
            else if (end + 1 < text.Length && text[end + 1] == '"')
                cell.Append(text[end++]);
            else
            {
                at = end + 1;
                return at == text.Length || text[at] == separator || text[at] is '\r' or '\n' ? cell.ToString() : null;
            }
        }
        return null;
    }

    private static InvalidDataException Quotation(string text, int start, int line, string what)
    {
        var end = text.AsSpan(start).IndexOfAny('\r', '\n');
        return new InvalidDataException($"{what}, line {line}: '{(end < 0 ? text[start..] : text.Substring(start, end)).Trim()}' has a "
            + $"quotation mark where none may stand, "
            + "or one that is not closed. Mend it: a quoted cell begins and ends with \", and has \"\" for one inside.");
    }
}
