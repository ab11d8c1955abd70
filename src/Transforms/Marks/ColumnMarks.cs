using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Marks;

/// <summary>Annotations that say where a column comes from. A step that leaves a column alone passes them on; a new column of the same
/// name has none.</summary>
internal static class ColumnMarks
{
    /// <summary>On a sequence column: the id of the source that holds it, a space, and its pointer column; on a pointer column, and
    /// on the column of the shapes: the id.</summary>
    public const string Source = "MlNetSer.Source";

    /// <summary>On an embedding column: which utterances were left out, "3 of 12 left out: a.wav, b.wav, c.wav".</summary>
    public const string LeftOut = "MlNetSer.LeftOut";

    /// <summary>On an embedding column: paths of recordings that are the same, byte for byte;
    /// a line for each recording, tabs between its paths.</summary>
    public const string IdenticalRecordings = "MlNetSer.IdenticalRecordings";

    /// <summary>On an embedding column: the id of the view that can embed it in bulk.</summary>
    public const string Embedder = "MlNetSer.Embedder";

    /// <summary>On what was computed from audio, and on its identity column: the id of the step that read the audio, then the identity of
    /// every step, a line each.</summary>
    public const string Origin = "MlNetSer.Origin";

    /// <summary>On a column with paths of audio: a line for every step that read the audio, with the step's id, a space, and the name that
    /// the column had.</summary>
    public const string AudioRead = "MlNetSer.AudioRead";

    /// <summary>On a text column: a line for every view that could embed its rows in bulk, with the view's id, a space, and the name that
    /// the column had.</summary>
    public const string Unchanged = "MlNetSer.Unchanged";

    /// <summary>The text of an annotation; null where the column has none of that kind.</summary>
    public static string? Read(DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind) is not { Type: TextDataViewType })
            return null;
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(kind, ref text);
        return text.ToString();
    }

    /// <summary>Whether the column is, by that name, what it was in the view of that id.</summary>
    public static bool IsUnchanged(DataViewSchema.Column column, string id, string name)
        => Read(column, Unchanged)?.Split('\n').Contains($"{id} {name}") == true;

    /// <summary>Whether the column holds the paths that the step of that id read, by whatever name.</summary>
    public static bool WasReadBy(DataViewSchema.Column column, string id)
        => Read(column, AudioRead)?.Split('\n').Any(line => line.StartsWith(id + " ", StringComparison.Ordinal)) == true;

    /// <summary>A mark of several lines with one more.</summary>
    public static (string Kind, string Text) With(DataViewSchema.Column column, string kind, string id)
        => (kind, (Read(column, kind) is { } before ? before + "\n" : "") + $"{id} {column.Name}");

    /// <summary>A column's annotations and these, in place of what it had of their kinds.</summary>
    public static DataViewSchema.Annotations Add(DataViewSchema.Annotations? annotations,
        params IReadOnlyList<(string Kind, string Text)> marks)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        if (annotations is not null)
            builder.Add(annotations, kind => !marks.Any(mark => mark.Kind == kind));
        foreach (var (kind, text) in marks)
            builder.Add(kind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text.AsMemory());
        return builder.ToAnnotations();
    }
}
