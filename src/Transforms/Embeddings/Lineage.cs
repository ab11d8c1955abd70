using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Embeddings;

/// <summary>Which steps made a column out of which audio, as marks that every step of ours passes on and no other step can.</summary>
/// <remarks>
/// The identity columns say what steps a pipeline has, but not that nothing stands between them: noise that is added to a waveform before EmbedSpeech leaves
/// them as they are. These marks are lost there, so a store is only taken for a column that is made of the audio by our own steps alone.
/// </remarks>
internal static class Lineage
{
    /// <summary>Marks what a step read from and what it made.</summary>
    /// <param name="input">The data before the step.</param>
    /// <param name="rows">The data after it, which has the column <c>(output).Identity</c>.</param>
    /// <param name="inputColumnName">Text = a path of an audio file, which begins a lineage; anything else goes on with its own.</param>
    /// <param name="outputColumnName">What the step made.</param>
    public static IDataView Mark(IDataView input, IDataView rows, string inputColumnName, string outputColumnName)
    {
        if (input.Schema[inputColumnName].Type is not TextDataViewType)
        {
            return Origin(input.Schema, inputColumnName, rows.Schema, outputColumnName) is not { } origin ? rows
                : new MarkedView(rows, column => column.Name == outputColumnName ? [(ColumnMarks.Origin, origin)] : []);
        }
        var id = ProcessIds.Text(ProcessIds.New());
        return Identity(rows.Schema, outputColumnName) is not { } identity ? rows : new MarkedView(rows, column
            => column.Name == outputColumnName ? [(ColumnMarks.Origin, $"{id}\n{identity}")]
            : column.Name == inputColumnName ? [ColumnMarks.AlsoReadBy(column, id)] : []);
    }

    /// <summary>The origin of what a step made of a column; null where that has none.</summary>
    public static string? Origin(DataViewSchema inputSchema, string inputColumnName, DataViewSchema schema, string outputColumnName)
        => ColumnMarks.Read(inputSchema[inputColumnName], ColumnMarks.Origin) is { } before && Identity(schema, outputColumnName) is { } own ? $"{before}\n{own}" : null;

    /// <summary>The steps that made a column out of audio, and the id of the one that read it; null where a step of somebody else came between.</summary>
    public static (string ReaderId, string Steps)? Of(DataViewSchema.Column column)
        => ColumnMarks.Read(column, ColumnMarks.Origin)?.Split('\n', 2) is [var id, var steps] ? (id, steps) : null;

    private static string? Identity(DataViewSchema schema, string column)
    {
        if (schema.GetColumnOrNull(Columns.Identity(column)) is not { } identity || !identity.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        identity.GetSlotNames(ref names);
        return string.Join('\n', names.DenseValues());
    }
}
