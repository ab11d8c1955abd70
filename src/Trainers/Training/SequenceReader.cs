using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings;

namespace MlNetSer.Training;

/// <summary>The columns of one stream.</summary>
/// <param name="Feature">Sequences.</param>
/// <param name="Shape">Their shapes.</param>
/// <param name="Source">Where they lie on disk; null where the data view does not say.</param>
internal sealed record StreamColumns(DataViewSchema.Column Feature, DataViewSchema.Column Shape, DataViewSchema.Column? Source);

/// <summary>Finds each row's sequence: on disk, where a column points there, else in the values of the row.</summary>
internal sealed class SequenceReader
{
    private const int RowsToCompare = 3;
    private readonly StreamColumns _columns;
    private readonly bool _byPointer;

    private SequenceReader(StreamColumns columns, bool byPointer) => (_columns, _byPointer) = (columns, byPointer);

    /// <summary>The columns that are read row by row.</summary>
    public IEnumerable<DataViewSchema.Column> Columns => _byPointer ? [_columns.Source!.Value] : [_columns.Feature, _columns.Shape];

    /// <summary>Pointers are used only if they point at what the column holds: a transform may have changed the column after it came from disk.</summary>
    public static SequenceReader For(IDataView data, StreamColumns columns)
    {
        if (columns.Source is null)
            return new SequenceReader(columns, byPointer: false);
        using var cursor = data.GetRowCursor([columns.Feature, columns.Shape, columns.Source.Value]);
        var (values, pointers) = (new SequenceReader(columns, byPointer: false).Open(cursor), new SequenceReader(columns, byPointer: true).Open(cursor));
        var same = true;
        for (var row = 0; same && row < RowsToCompare && cursor.MoveNext(); row++)
            same = Holds((long[])[.. Pointer(cursor, columns.Source.Value)()]) && Equal(values(), pointers());
        return new SequenceReader(columns, same);
    }

    /// <summary>What gives the sequence of the cursor's row.</summary>
    public Func<(ISequenceSource Source, int Row)> Open(DataViewRow cursor)
    {
        if (_byPointer)
        {
            var pointer = Pointer(cursor, _columns.Source!.Value);
            return () => pointer() is var target && SequenceSources.Find(target[0]) is { } source ? (source, (int)target[1])
                : throw new InvalidOperationException($"Row {cursor.Position}: the store behind column '{_columns.Feature.Name}' was closed. Keep it open while training.");
        }
        var getFeature = cursor.GetGetter<VBuffer<float>>(_columns.Feature);
        var getShape = Pointer(cursor, _columns.Shape);
        VBuffer<float> buffer = default;
        float[] dense = [];
        return () =>
        {
            getFeature(ref buffer);
            var values = buffer.IsDense ? buffer.GetValues() : dense = [.. buffer.DenseValues()];
            return (InMemory(values, getShape(), cursor.Position), 0);
        };
    }

    private MemorySequences InMemory(ReadOnlySpan<float> values, long[] shape, long row)
    {
        if (shape.Length is not (2 or 3) || shape.Any(s => s < 1) || shape.Aggregate(1L, (a, b) => a * b) != values.Length)
            throw new InvalidOperationException($"Row {row}: column '{_columns.Feature.Name}' has {values.Length} values, but its shape column "
                + $"'{_columns.Shape.Name}' says [{string.Join(", ", shape)}]; wanted [blocks, frames, dimension] or [frames, dimension] with that product.");
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new InvalidOperationException($"Row {row}: column '{_columns.Feature.Name}' holds {values[i]} at position {i}; every feature must be finite.");
        }
        return new MemorySequences(values, shape.Length == 3 ? (int)shape[0] : 1, (int)shape[^2]);
    }

    private static Func<long[]> Pointer(DataViewRow cursor, DataViewSchema.Column column)
    {
        var getter = cursor.GetGetter<VBuffer<long>>(column);
        VBuffer<long> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return [.. buffer.DenseValues()];
        };
    }

    private static bool Holds(long[] pointer) => pointer.Length == 2 && SequenceSources.Find(pointer[0]) is not null;

    private static bool Equal((ISequenceSource Source, int Row) a, (ISequenceSource Source, int Row) b)
    {
        var frames = a.Source.FrameCount(a.Row);
        if ((a.Source.BlockCount, a.Source.FeatureSize, frames) != (b.Source.BlockCount, b.Source.FeatureSize, b.Source.FrameCount(b.Row)))
            return false;
        var (left, right) = (new float[frames * a.Source.FeatureSize], new float[frames * a.Source.FeatureSize]);
        for (var block = 0; block < a.Source.BlockCount; block++)
        {
            a.Source.Read(a.Row, block, left);
            b.Source.Read(b.Row, block, right);
            if (!left.AsSpan().SequenceEqual(right))
                return false;
        }
        return true;
    }
}
