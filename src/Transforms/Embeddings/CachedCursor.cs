using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Embeddings;

/// <summary>A cursor over a cached data view: the source's cursor, and the store for what is asked of it.</summary>
internal sealed class CachedCursor : DataViewRowCursor
{
    private readonly CachedDataView _view;
    private readonly DataViewRowCursor _source;
    private readonly bool[] _active;
    private readonly Func<string>? _text;
    private (long Position, int Row) _current = (-1, -1);

    public CachedCursor(CachedDataView view, DataViewRowCursor source, bool[] active)
    {
        (_view, _source, _active) = (view, source, active);
        if (active.Where((wanted, column) => wanted && view.SourceColumn(column) < 0).Any())
            _text = KeyedRows.Text(source, view.Keys);
    }

    public override DataViewSchema Schema => _view.Schema;

    public override long Position => _source.Position;

    public override long Batch => _source.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext() => _source.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => _source.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active in this cursor. Name it when the cursor is made.");
        var index = _view.SourceColumn(column.Index);
        if (index >= 0)
            return _source.GetGetter<TValue>(_source.Schema[index]);
        Delegate getter = index switch
        {
            CachedDataView.EmbeddingRole => (ValueGetter<VBuffer<float>>)GetEmbedding,
            CachedDataView.ShapeRole => (ValueGetter<VBuffer<long>>)GetShape,
            _ => (ValueGetter<VBuffer<long>>)GetSource,
        };
        return getter as ValueGetter<TValue> ?? throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}; a getter of {typeof(TValue)} was asked for.");
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
        for (var block = 0; block < source.BlockCount; block++)
            source.Read(row, block, editor.Values.Slice(block * size, size));
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

/// <summary>The utterances of a data view and the wanted blocks, as a window on a store.</summary>
internal sealed class StoreView : ISequenceSource
{
    private readonly EmbeddingStore _store;
    private readonly int[] _rows, _blocks;

    public StoreView(EmbeddingStore store, KeyedRows rows, int[]? blocks)
    {
        _store = store;
        _rows = [.. rows.Entries.Select(entry => store.Find(entry.Key)
            ?? throw new InvalidDataException($"'{store.Folder}' does not hold '{entry.Name}' any more: a shard was deleted since it was filled. Call Cached again."))];
        _blocks = blocks is null ? [.. Enumerable.Range(0, store.BlockCount)] : [.. blocks.Select(block => block - 1)];
        if (_blocks.FirstOrDefault(block => block >= store.BlockCount, -1) is >= 0 and var missing)
            throw new ArgumentException($"Block {missing + 1} was asked for, but '{store.Folder}' holds {store.BlockCount} blocks. Set EmbeddingStoreOptions.Blocks within 1 to {store.BlockCount}.", nameof(blocks));
    }

    public int BlockCount => _blocks.Length;

    public int FeatureSize => _store.FeatureSize;

    public int Rank => _store.Rank;

    public int FrameCount(int row) => _store.FrameCount(_rows[row]);

    public void Read(int row, int block, Span<float> into) => _store.Read(_rows[row], _blocks[block], into);
}
