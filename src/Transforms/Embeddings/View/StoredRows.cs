using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Keys;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Marks;

namespace MlNetSer.Embeddings.View;

/// <summary>The rows of a lazy data view whose sequences a store of this process holds already: they are read there, and not computed
/// again.</summary>
/// <remarks>The audio's bytes are hashed, as for every store; nothing is decoded.</remarks>
internal sealed class StoredRows : IDisposable
{
    private readonly EmbeddingStore _store;
    private readonly KeyedRows _rows;
    private readonly StoreView _view;

    private StoredRows(EmbeddingStore store, KeyedRows rows, IReadOnlyList<DataViewSchema.Column> keys)
    {
        (_store, _rows, Keys) = (store, rows, keys);
        _view = new StoreView(store, rows, blocks: null);
        HoldsAll = rows.Unreadable.Count == 0 && Enumerable.Range(0, rows.Entries.Count).All(_view.Holds);
    }

    /// <summary>The columns that tell rows apart.</summary>
    public IReadOnlyList<DataViewSchema.Column> Keys { get; }

    /// <summary>Whether no row has to be computed.</summary>
    public bool HoldsAll { get; }

    /// <summary>The store with the most utterances of a data view; null where no store has any, or a step that is not ours has a hand
    /// in the column.</summary>
    public static StoredRows? Find(IDataView data, DataViewSchema.Column sequences, DataViewSchema.Column shapes,
        CancellationToken cancellationToken)
    {
        if (Lineage.Of(sequences) is not { } lineage || Lineage.Of(shapes) != lineage)
            return null;
        StoredRows? best = null;
        foreach (var remembered in RememberedStores.Of(lineage.Steps))
        {
            if (best?.HoldsAll == true)
                break;
            if (!IsReadFrom(data.Schema, lineage.ReaderId, remembered.Options)
                || TryOpen(data, remembered, cancellationToken) is not { } found)
                continue;
            var better = best is null || found.HeldCount > best.HeldCount;
            (better ? best : found)?.Dispose();
            best = better ? found : best;
        }
        return best;
    }

    /// <summary>Whether a store with these options tells the rows apart by the audio that was read, and the key columns are
    /// there.</summary>
    public static bool IsReadFrom(DataViewSchema schema, string readerId, EmbeddingStoreOptions options)
        => options.AudioPathColumnName is { } audio
            && options.KeyColumnNames.Prepend(audio).All(name => schema.GetColumnOrNull(name) is { Type: TextDataViewType })
            && ColumnMarks.WasReadBy(schema[audio], readerId);

    /// <summary>What gives the stored sequence of the cursor's row; null where it is not stored.</summary>
    public Func<(ISequenceSource Source, int Row)?> Open(DataViewRow cursor)
    {
        var text = KeyedRows.Text(cursor, Keys);
        return () => _rows.Find(text()) is { } entry && _view.Holds(entry) ? (_view, entry) : null;
    }

    public void Dispose() => _store.Dispose();

    private int HeldCount => Enumerable.Range(0, _rows.Entries.Count).Count(_view.Holds);

    private static StoredRows? TryOpen(IDataView data, RememberedStore remembered, CancellationToken cancellationToken)
    {
        EmbeddingStore? store = null;
        try
        {
            store = EmbeddingStore.OpenWhole(remembered.Folder);
            if (store is null || store.Identity != remembered.Identity)
                return null;
            var rows = KeyedRows.Read(data, remembered.Identity, remembered.Options, cancellationToken);
            if (!rows.Entries.Any(entry => store.Find(entry.Key) is not null))
                return null;
            var found = new StoredRows(store, rows, KeyedRows.Columns(data.Schema, remembered.Options));
            store = null;
            return found;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;   // deleted or damaged since: the rows are computed
        }
        finally
        {
            store?.Dispose();
        }
    }
}
