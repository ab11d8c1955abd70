using MlNetSer.Embeddings.Keys;
using MlNetSer.Embeddings.Shards;

namespace MlNetSer.Embeddings.View;

/// <summary>The utterances of a data view and the wanted blocks, as a window on a store. It keeps the store's files open as long as it is
/// read.</summary>
internal sealed class StoreView : ISequenceSource
{
    private const int Absent = -1;

    private readonly EmbeddingStore _store;
    private readonly int[] _rows, _blocks;   // rows from 0, blocks from 1

    public StoreView(EmbeddingStore store, KeyedRows rows, int[]? blocks)
    {
        _store = store;
        _rows = [.. rows.Entries.Select(entry => store.Find(entry.Key) ?? Absent)];
        _blocks = blocks ?? [.. Enumerable.Range(1, store.BlockCount)];
        if (_blocks.FirstOrDefault(block => block > store.BlockCount) is > 0 and var missing)
        {
            throw new ArgumentException($"Block {missing} was asked for, but '{store.Folder}' holds {store.BlockCount} blocks. "
                + $"Set EmbeddingStoreOptions.Blocks within 1 to {store.BlockCount}.", nameof(blocks));
        }
    }

    public int BlockCount => _blocks.Length;

    public int FeatureSize => _store.FeatureSize;

    public int Rank => _store.Rank;

    /// <summary>Whether the store has an utterance.</summary>
    public bool Holds(int row) => _rows[row] != Absent;

    public int FrameCount(int row) => _store.FrameCount(_rows[row]);

    public void Read(int row, int block, Span<float> into) => _store.Read(_rows[row], _blocks[block - 1], into);
}
