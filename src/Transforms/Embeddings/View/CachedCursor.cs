using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Keys;

namespace MlNetSer.Embeddings.View;

/// <summary>A cursor over a cached data view: the source's cursor, and the store for what is asked of it.</summary>
internal sealed class CachedCursor : DataViewRowCursor
{
    private readonly CachedDataView _view;
    private readonly DataViewRowCursor _source;
    private readonly bool[] _active;
    private readonly Func<string>? _text;
    private readonly IReadOnlyDictionary<string, int> _leftOut;
    private long _position = -1;
    private (long Position, int Row) _current = (-1, -1);

    public CachedCursor(CachedDataView view, DataViewRowCursor source, bool[] active)
    {
        (_view, _source, _active, _leftOut) = (view, source, active, view.LeftOutRows);
        if (_leftOut.Count > 0 || active.Where((wanted, column) => wanted && view.SourceColumn(column) < 0).Any())
            _text = KeyedRows.Text(source, view.Keys);
    }

    public override DataViewSchema Schema => _view.Schema;

    public override long Position => _position;

    public override long Batch => _source.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        while (_source.MoveNext())
        {
            if (_leftOut.Count > 0 && _leftOut.ContainsKey(_text!()))
                continue;
            _position++;
            return true;
        }
        _position = -1;
        return false;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => _source.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentOutOfRangeException(nameof(column),
                $"Column '{column.Name}' is not active in this cursor. Name it when the cursor is made.");
        var index = _view.SourceColumn(column.Index);
        if (index >= 0)
            return _source.GetGetter<TValue>(_source.Schema[index]);
        Delegate getter = index switch
        {
            CachedDataView.EmbeddingRole => (ValueGetter<VBuffer<float>>)GetEmbedding,
            CachedDataView.ShapeRole => (ValueGetter<VBuffer<long>>)GetShape,
            _ => (ValueGetter<VBuffer<long>>)GetSource,
        };
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Column '{column.Name}' is {column.Type}; a getter of {typeof(TValue)} was asked for.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _source.Dispose();
        base.Dispose(disposing);
    }

    private int Row()
    {
        if (_current.Position != Position)
            _current = (Position, _view.Rows.OfRow(_text!()));
        return _current.Row;
    }

    private void GetEmbedding(ref VBuffer<float> value)
    {
        var (row, source) = (Row(), _view.Source);
        var size = source.FrameCount(row) * source.FeatureSize;
        var editor = VBufferEditor.Create(ref value, checked(source.BlockCount * size));
        for (var block = 1; block <= source.BlockCount; block++)
            source.Read(row, block, editor.Values.Slice((block - 1) * size, size));
        value = editor.Commit();
    }

    private void GetShape(ref VBuffer<long> value)
    {
        var source = _view.Source;
        var editor = VBufferEditor.Create(ref value, source.Rank);
        if (source.Rank == 3)
            editor.Values[0] = source.BlockCount;
        editor.Values[^2] = source.FrameCount(Row());
        editor.Values[^1] = source.FeatureSize;
        value = editor.Commit();
    }

    private void GetSource(ref VBuffer<long> value)
    {
        var editor = VBufferEditor.Create(ref value, 2);
        (editor.Values[0], editor.Values[1]) = (_view.SourceId, Row());
        value = editor.Commit();
    }
}
