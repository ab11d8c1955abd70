using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Embeddings.View;

namespace MlNetSer.Training;

/// <summary>The columns of one stream.</summary>
/// <param name="Feature">Sequences.</param>
/// <param name="Shape">Their shapes.</param>
/// <param name="Pointers">Where they lie on disk, and the id of their source; null where the schema does not say that the column still
/// holds what lies there.</param>
internal sealed record StreamColumns(DataViewSchema.Column Feature, DataViewSchema.Column Shape,
    (DataViewSchema.Column Column, long Id)? Pointers);

/// <summary>Finds each row's sequence: on disk, where the schema says that it lies there, else in the values of the row.</summary>
/// <remarks>
/// Two ways lead to the disk, and both are known from annotations alone, never from a look at some rows. A column of a cached view points
/// at its store. A column that EmbedSpeech or ExtractFilterbank made of audio is looked up in the stores that this process has filled or
/// opened; rows that none of them holds are computed.
/// </remarks>
internal sealed class SequenceReader : IDisposable
{
    private readonly StreamColumns _columns;
    private readonly StoredRows? _stored;

    private SequenceReader(StreamColumns columns, StoredRows? stored) => (_columns, _stored) = (columns, stored);

    /// <summary>The columns that are read row by row.</summary>
    public IEnumerable<DataViewSchema.Column> Columns => _columns.Pointers is { } pointers ? [pointers.Column]
        : _stored is null ? [_columns.Feature, _columns.Shape]
        : _stored.HoldsAll ? _stored.Keys : [.. _stored.Keys, _columns.Feature, _columns.Shape];

    /// <summary>Whether some rows are computed and others must not be.</summary>
    public bool NeedsSomeRows => _stored is { HoldsAll: false };

    public static SequenceReader For(IDataView data, StreamColumns columns, CancellationToken cancellationToken)
        => new(columns, columns.Pointers is null
            ? StoredRows.Find(data, columns.Feature, columns.Shape, cancellationToken) : null);

    /// <summary>What gives the sequence of the cursor's row.</summary>
    public Func<(ISequenceSource Source, int Row)> Open(DataViewRow cursor)
    {
        if (_columns.Pointers is { } pointers)
            return ByPointer(cursor, pointers.Column, pointers.Id);
        if (_stored is null)
            return ByValue(cursor);
        var stored = _stored.Open(cursor);
        var computed = _stored.HoldsAll ? null : ByValue(cursor);
        return () => stored() ?? (computed ?? throw new InvalidOperationException($"Row {cursor.Position} of column "
            + $"'{_columns.Feature.Name}' was stored a moment ago, "
            + "and is not now. Data that changes between two passes cannot be trained on."))();
    }

    public void Dispose() => _stored?.Dispose();

    private Func<(ISequenceSource Source, int Row)> ByPointer(DataViewRow cursor, DataViewSchema.Column column, long id)
    {
        var pointer = Sizes(cursor, column);
        var source = SequenceSources.Find(id);
        return () => pointer() is [var found, var row] && found == id && source is not null ? (source, (int)row)
            : throw new InvalidOperationException($"Row {cursor.Position}: column '{column.Name}' does not point at the store of column "
            + $"'{_columns.Feature.Name}', "
                + $"or the store was closed. Keep cached views open while training; drop '{column.Name}' from rows of several views, so "
                + "that the values of the column train.");
    }

    private Func<(ISequenceSource Source, int Row)> ByValue(DataViewRow cursor)
    {
        var getFeature = cursor.GetGetter<VBuffer<float>>(_columns.Feature);
        var getShape = Sizes(cursor, _columns.Shape);
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
            throw new InvalidOperationException(
                $"Row {row}: column '{_columns.Feature.Name}' has {values.Length} values, but its shape column "
                + $"'{_columns.Shape.Name}' says [{string.Join(", ", shape)}]; wanted [blocks, frames, dimension] or [frames, dimension] "
                + "with that product.");
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new InvalidOperationException(
                    $"Row {row}: column '{_columns.Feature.Name}' holds {values[i]} at position {i}; every feature must be finite.");
        }
        return new MemorySequences(values, shape.Length == 3 ? (int)shape[0] : 1, (int)shape[^2]);
    }

    private static Func<long[]> Sizes(DataViewRow cursor, DataViewSchema.Column column)
    {
        var getter = cursor.GetGetter<VBuffer<long>>(column);
        VBuffer<long> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return [.. buffer.DenseValues()];
        };
    }
}
