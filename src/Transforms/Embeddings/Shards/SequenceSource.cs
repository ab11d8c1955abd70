using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Marks;

namespace MlNetSer.Embeddings.Shards;

/// <summary>Sequences that lie outside a data view and are read in part, such as an embedding store on disk. Thread-safe.</summary>
/// <remarks>
/// A data view points at one by a column <c>(name).Source</c>: a <c>Vector&lt;Int64&gt;</c> of two, the id of the source and the row in it.
/// It survives filters, shuffles and takes; so a trainer reads its batches from where they lie, and never the column itself.
/// </remarks>
internal interface ISequenceSource
{
    int BlockCount { get; }

    int FeatureSize { get; }

    int FrameCount(int row);

    /// <summary>Reads one block (counted from 1) of one row as float32, <c>frames x FeatureSize</c>.</summary>
    void Read(int row, int block, Span<float> into);
}

/// <summary>The sources that are open in this process, and the schema's word for which column still holds what a source holds.</summary>
/// <remarks>
/// The sequence column carries the id of its source and the name of the pointer column, the pointer column carries the id, both as the
/// annotation <see cref="ColumnMarks.Source"/>; so does the column with their shapes.
/// Steps that leave a column alone pass its annotations on; a new column of the same name has
/// none. So what was changed, dropped or brought from another view no longer matches, and the values of the column are read.
/// </remarks>
internal static class SequenceSources
{
    private static readonly ProcessRegistry<ISequenceSource> s_open = new();

    public static int Count => s_open.Count;

    public static ProcessRegistry<ISequenceSource>.Registration Register(ISequenceSource source)
        => s_open.Register(ProcessIds.New(), source);

    public static ISequenceSource? Find(long id) => s_open.Find(id);

    /// <summary>The annotation of a sequence column.</summary>
    public static string Mark(long id, string pointerColumnName) => $"{ProcessIds.Text(id)} {pointerColumnName}";

    /// <summary>The annotation of a pointer column.</summary>
    public static string Mark(long id) => ProcessIds.Text(id);

    /// <summary>The pointers of a sequence column with its shapes, and the id of their source; null where the column's values are not, or
    /// may not be, those of an open source.</summary>
    public static (DataViewSchema.Column Column, long Id)? Pointers(DataViewSchema schema, DataViewSchema.Column sequences,
        DataViewSchema.Column shapes)
    {
        if (ColumnMarks.Read(sequences, ColumnMarks.Source)?.Split(' ', 2) is not [var id, var name]
            || ProcessIds.Parse(id) is not { } number || ColumnMarks.Read(shapes, ColumnMarks.Source) != id)
            return null;
        return schema.GetColumnOrNull(name) is { Type: VectorDataViewType { ItemType: NumberDataViewType item } } pointers
            && item == NumberDataViewType.Int64
            && ColumnMarks.Read(pointers, ColumnMarks.Source) == id && Find(number) is not null ? (pointers, number) : null;
    }
}
