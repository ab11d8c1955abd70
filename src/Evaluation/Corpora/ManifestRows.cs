using MlNetSer.Text;

namespace MlNetSer.Corpora;

/// <summary>The rows of a manifest, each checked before it is believed.</summary>
internal static class ManifestRows
{
    private static readonly string[] s_optional = ["utterance", "session", "gender", "script", "split", "text"];

    public static IReadOnlyList<string> Required { get; } = ["path", "speaker", "label"];

    public static List<Utterance> Read(string path, string folder, string text, int linesBefore)
    {
        var what = $"Manifest '{path}'";
        var table = DelimitedTable.Parse(text, what, Required,
            $"Wanted are {string.Join(", ", Required)} and, if known, {string.Join(", ", s_optional)}.", linesBefore);
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        List<Utterance> utterances = [];
        foreach (var row in table.Rows)
        {
            if (table.Fault(row) is { } fault)
                throw new InvalidDataException(fault);
            string Cell(string column)
                => table.Find(column) is { } at ? Checked(row.Cells[at].Trim(), column, $"{what}, line {row.Line}") : "";
            string Filled(string column) => Cell(column) is { Length: > 0 } value ? value
                : throw new InvalidDataException($"{what}, line {row.Line}: column '{column}' is empty. Fill it in, or leave the row out.");

            var audio = ManifestPath.Find(Filled("path"), folder, $"{what}, line {row.Line}");
            if (!lines.TryAdd(audio, row.Line))
                throw new InvalidDataException($"{what}: '{audio}' is in line {lines[audio]} and again in line {row.Line}. Keep one.");
            utterances.Add(new Utterance
            {
                Path = audio,
                Id = Cell("utterance"),
                Speaker = Filled("speaker"),
                Label = Filled("label"),
                Session = Cell("session"),
                Text = Cell("text"),
                Gender = Cell("gender"),
                Script = Cell("script"),
                Split = Cell("split"),
            });
        }
        if (utterances.Count == 0)
            throw new InvalidDataException($"{what} has a header and no rows.");
        utterances = Named(utterances, folder);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (utterances.FirstOrDefault(u => !names.TryAdd(u.Id, u.Path)) is { } twice)
            throw new InvalidDataException($"{what}: the utterance '{twice.Id}' is in line {lines[names[twice.Id]]} and again in line "
                + $"{lines[twice.Path]}. "
                + "Give every row a name of its own, or leave the column 'utterance' out.");
        return utterances;
    }

    /// <summary>Names hold one line each, and no character that was lost before: two names that lost another letter would be one.</summary>
    private static string Checked(string cell, string column, string where)
    {
        if (column == "text")
            return cell;
        if (cell.Contains('\uFFFD'))
            throw new InvalidDataException($"{where}: column '{column}' holds '{cell}', with U+FFFD in place of a character that was lost "
                + $"when the file was saved. "
                + "Make the file again from its source, in UTF-8.");
        if (cell.IndexOfAny(['\r', '\n']) >= 0)
            throw new InvalidDataException($"{where}: column '{column}' holds a line break: '{cell.ReplaceLineEndings(" / ")}'. Is a "
                + $"quotation mark not closed?");
        return cell;
    }

    /// <summary>Rows without a name get that of their file; with the folders before it where files of several folders have one
    /// name.</summary>
    private static List<Utterance> Named(List<Utterance> utterances, string folder)
    {
        static string Stem(Utterance u) => Path.GetFileNameWithoutExtension(u.Path);
        var several = utterances.Where(u => u.Id.Length == 0).CountBy(Stem, StringComparer.Ordinal).Where(entry => entry.Value > 1)
            .Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        string Name(Utterance u)
            => several.Contains(Stem(u)) ? Path.ChangeExtension(Path.GetRelativePath(folder, u.Path), null).Replace('\\', '/') : Stem(u);
        return [.. utterances.Select(u => u.Id.Length > 0 ? u : u with { Id = Name(u) })];
    }
}
