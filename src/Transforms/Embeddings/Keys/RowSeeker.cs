using Microsoft.ML;

namespace MlNetSer.Embeddings.Keys;

/// <summary>Finds utterances in a lazy data view without computing anything of those that it passes.</summary>
internal sealed class RowSeeker : IDisposable
{
    private readonly IDataView _data;
    private readonly KeyedRows _rows;
    private readonly IReadOnlyList<DataViewSchema.Column> _keys, _columns;
    private DataViewRowCursor? _cursor;
    private Func<string>? _text;

    public RowSeeker(IDataView data, KeyedRows rows, EmbeddingStoreOptions options, params string[] columns)
    {
        (_data, _rows, _keys) = (data, rows, KeyedRows.Columns(data.Schema, options));
        _columns = [.. columns.Select(name => data.Schema[name])];
    }

    /// <summary>Its row; −1 before the first.</summary>
    public long Position => _cursor?.Position ?? -1;

    /// <summary>
    /// Goes to an utterance: cheap in the order of the data, otherwise the data is walked again from its start. The row holds until the
    /// next call.
    /// </summary>
    public DataViewRow Seek(int entry)
    {
        var row = _rows.FirstRow(entry);
        if (_cursor is null || _cursor.Position >= row)
            Open();
        while (_cursor!.Position < row)
        {
            if (!_cursor.MoveNext())
                throw new InvalidOperationException(
                    $"The data ended at row {_cursor.Position}; there were {_rows.RowCount} rows a moment ago. "
                    + "Data that changes between two passes cannot be cached.");
        }
        if (_rows.OfRow(_text!()) != entry)
            throw new InvalidOperationException(
                $"Row {row} was '{_rows.Entries[entry].Name}' a moment ago, and is another now. "
                + "Data that changes its order between two passes cannot be cached.");
        return _cursor;
    }

    public void Dispose() => _cursor?.Dispose();

    /// <summary>Begins again with a new cursor, at the next call.</summary>
    public void Restart()
    {
        Dispose();
        _cursor = null;
    }

    private void Open()
    {
        _cursor?.Dispose();
        // A single cursor may be ML.NET's consolidation of several, which compute ahead every row that they pass; a set of one never is.
        _cursor = _data.GetRowCursorSet([.. _keys, .. _columns], 1)[0];
        _text = KeyedRows.Text(_cursor, _keys);
    }
}
