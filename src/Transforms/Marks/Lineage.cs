using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Marks;

/// <summary>Which steps made a column out of which audio, as marks that every step of ours passes on and no other step can.</summary>
/// <remarks>
/// The identity columns say what steps a pipeline has, but not that nothing comes between them: noise that is added to a waveform before
/// EmbedSpeech leaves them as they are. These marks are lost there, so a store is only taken for a column that is made of the audio by our
/// own steps alone.
/// </remarks>
internal static class Lineage
{
    /// <summary>The origin of what was not made of audio by steps of ours alone.</summary>
    private const string Unknown = "?";

    /// <summary>Marks what a step read from, and what it made.</summary>
    /// <param name="input">The data before the step.</param>
    /// <param name="rows">The data after it, which has the column <c>(output).Identity</c>.</param>
    /// <param name="inputColumnName">Text = a path of an audio file, which begins a lineage; anything else goes on with its own.</param>
    /// <param name="outputColumnName">What the step made.</param>
    public static IDataView Mark(IDataView input, IDataView rows, string inputColumnName, string outputColumnName)
    {
        var (readsAudio, id) = (input.Schema[inputColumnName].Type is TextDataViewType, ProcessIds.Text(ProcessIds.New()));
        var origin = readsAudio ? $"{id}\n{Identity(rows.Schema, outputColumnName)}"
            : Origin(input.Schema, inputColumnName, rows.Schema, outputColumnName);
        return new MarkedView(rows, column => IsMade(column.Name, outputColumnName)
            ? [(ColumnMarks.Origin, origin)]
            : readsAudio && column.Name == inputColumnName ? [ColumnMarks.With(column, ColumnMarks.AudioRead, id)] : []);
    }

    /// <summary>Whether a step made a column of that name: its output, and the shape and the identity of that.</summary>
    public static bool IsMade(string column, string output)
        => column == output || column == Columns.Shape(output) || column == Columns.Identity(output);

    /// <summary>The origin of what a step made of a column.</summary>
    public static string Origin(DataViewSchema inputSchema, string inputColumnName, DataViewSchema schema, string outputColumnName)
        => ColumnMarks.Read(inputSchema[inputColumnName], ColumnMarks.Origin) is { } before && before != Unknown
            ? $"{before}\n{Identity(schema, outputColumnName)}" : Unknown;

    /// <summary>The steps that made a column out of audio, and the id of the one that read it; null where a step that is not ours came
    /// between.</summary>
    public static (string ReaderId, string Steps)? Of(DataViewSchema.Column column)
        => ColumnMarks.Read(column, ColumnMarks.Origin)?.Split('\n', 2) is [var id, var steps] ? (id, steps) : null;

    /// <summary>What keeps the identity columns from being the whole truth about a column, for an error; null where nothing is known
    /// to.</summary>
    public static string? Doubt(DataViewSchema schema, DataViewSchema.Column column, DataViewSchema.Column identity)
    {
        if (ColumnMarks.Read(identity, ColumnMarks.Origin) is not { } origin)
            return null;   // of a model that was loaded, or of a component that says its identity itself
        if (ColumnMarks.Read(column, ColumnMarks.Origin) != origin)
            return $"column '{column.Name}' was changed after the step that '{identity.Name}' names";
        if (schema.GetColumnOrNull(Columns.Shape(column.Name)) is { } shape && ColumnMarks.Read(shape, ColumnMarks.Origin) != origin)
            return $"column '{shape.Name}' was changed after the step that '{identity.Name}' names";
        return origin == Unknown && schema.Any(other => !other.IsHidden && ColumnMarks.Read(other, ColumnMarks.AudioRead) is not null)
            ? $"a step between LoadAudio and the one that made column '{column.Name}' changed its input "
            + "without saying what it is" : null;
    }

    private static string? Identity(DataViewSchema schema, string column) => PipelineIdentity.Said(schema[Columns.Identity(column)]);
}
