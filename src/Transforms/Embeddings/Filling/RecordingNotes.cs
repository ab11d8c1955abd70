using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Marks;

namespace MlNetSer.Embeddings.Filling;

/// <summary>What the reader noted of recordings that a fill decoded ("digital silence", "clipped"), counted. Thread-safe.</summary>
internal sealed class RecordingNotes
{
    private const int NamesShown = 3;

    private readonly SortedDictionary<string, List<string>> _names = new(StringComparer.Ordinal);

    /// <summary>
    /// The columns <c>(waveform).Notes</c>, text, several notes divided by semicolons, of the audio that a column is computed from.
    /// </summary>
    /// <remarks>Others are left alone, and all where the column comes from a store: to read a note is to decode the audio.</remarks>
    public static string[] Columns(DataViewSchema schema, string columnName)
    {
        if (ColumnMarks.Read(schema[columnName], ColumnMarks.Source) is not null)
            return [];
        var reader = Lineage.Of(schema[columnName])?.ReaderId;
        bool IsOfItsAudio(string waveform) => waveform == columnName
            || (reader is not null && schema.GetColumnOrNull(waveform) is { } column && Lineage.Of(column)?.ReaderId == reader);
        var suffix = MlNetSer.Columns.Notes("");
        return [.. schema.Where(column => !column.IsHidden && column.Type is TextDataViewType)
            .Select(column => column.Name)
            .Where(name => name.EndsWith(suffix, StringComparison.Ordinal) && IsOfItsAudio(name[..^suffix.Length]))];
    }

    /// <summary>Takes the notes of a row.</summary>
    public void Add(DataViewRow row, IEnumerable<string> columns, string name)
    {
        foreach (var column in columns)
        {
            ReadOnlyMemory<char> text = default;
            row.GetGetter<ReadOnlyMemory<char>>(row.Schema[column])(ref text);
            foreach (var note in text.ToString().Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                Add(note, name);
        }
    }

    /// <summary>A line for a person; null where nothing was noted.</summary>
    public string? Summary()
    {
        lock (_names)
            return _names.Count == 0 ? null
                : $"Noted while reading: {string.Join("; ", _names.Select(note => Line(note.Key, note.Value)))}.";
    }

    private static string Line(string note, List<string> names)
    {
        var shown = string.Join(", ", names.Order(StringComparer.Ordinal).Take(NamesShown).Select(name => $"'{name}'"));
        return FormattableString.Invariant($"{note}: {names.Count} ({shown}{(names.Count > NamesShown ? ", ..." : "")})");
    }

    private void Add(string note, string name)
    {
        lock (_names)
        {
            if (!_names.TryGetValue(note, out var names))
                _names.Add(note, names = []);
            names.Add(name);
        }
    }
}
