using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Embeddings;

/// <summary>Embeds the utterances of a lazy data view one by one, and never one that nobody asked for.</summary>
internal sealed class PipelineRows : IDisposable
{
    private readonly IDataView _data;
    private readonly KeyedRows _rows;
    private readonly IReadOnlyList<DataViewSchema.Column> _keys;
    private readonly DataViewSchema.Column _column, _shape;
    private DataViewRowCursor? _cursor;
    private ValueGetter<VBuffer<float>>? _getValues;
    private ValueGetter<VBuffer<long>>? _getShape;
    private Func<string>? _text;
    private VBuffer<float> _values;
    private VBuffer<long> _sizes;

    public PipelineRows(IDataView data, KeyedRows rows, EmbeddingStoreOptions options)
    {
        (_data, _rows, _keys) = (data, rows, KeyedRows.Columns(data.Schema, options));
        (_column, _shape) = (data.Schema[options.ColumnName], data.Schema[options.ColumnName + ".Shape"]);
    }

    /// <summary>Embeds an utterance; cheap in the order of the data, otherwise the data is walked again from its start. The values hold until the next call.</summary>
    public long[] Read(int entry, out ReadOnlySpan<float> values)
    {
        var row = _rows.FirstRow(entry);
        if (_cursor is null || _cursor.Position >= row)
            Restart();
        while (_cursor!.Position < row)
        {
            if (!_cursor.MoveNext())
                throw new InvalidOperationException($"The data ended at row {_cursor.Position}; there were {_rows.RowCount} rows a moment ago. Data that changes between two passes cannot be cached.");
        }
        if (_rows.OfRow(_text!()) != entry)
            throw new InvalidOperationException($"Row {row} was '{_rows.Entries[entry].Name}' a moment ago, and is another now. Data that changes its order between two passes cannot be cached.");
        _getShape!(ref _sizes);
        _getValues!(ref _values);
        long[] shape = [.. _sizes.DenseValues()];
        if (shape.Length is not (2 or 3) || shape.Any(size => size < 1) || shape.Aggregate(1L, (a, b) => a * b) != _values.Length)
        {
            throw new InvalidOperationException($"Row {row}: column '{_column.Name}' has {_values.Length} values, but column '{_shape.Name}' says [{string.Join(", ", shape)}]; "
                + "wanted [blocks, frames, dimension] or [frames, dimension] with that product.");
        }
        values = _values.IsDense ? _values.GetValues() : _values.DenseValues().ToArray();
        return shape;
    }

    public void Dispose() => _cursor?.Dispose();

    private void Restart()
    {
        _cursor?.Dispose();
        // A single cursor may be ML.NET's consolidation of several, which compute ahead every row that they pass; a set of one never is.
        _cursor = _data.GetRowCursorSet([.. _keys, _column, _shape], 1)[0];
        _getValues = _cursor.GetGetter<VBuffer<float>>(_cursor.Schema[_column.Index]);
        _getShape = _cursor.GetGetter<VBuffer<long>>(_cursor.Schema[_shape.Index]);
        _text = KeyedRows.Text(_cursor, _keys);
    }
}
