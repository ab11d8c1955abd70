using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Keys;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Marks;

namespace MlNetSer.Embeddings.Filling;

/// <summary>Takes the embedding of one utterance; the spans hold during the call only.</summary>
internal delegate void TakeEmbedding(int entry, ReadOnlySpan<long> shape, EmbeddingValues values);

/// <summary>Takes the reason why an utterance has none.</summary>
internal delegate void TakeFault(int entry, string reason);

/// <summary>Embeds utterances of a data view for a store.</summary>
internal interface IUtteranceEmbedder : IDisposable
{
    /// <summary>Embeds these utterances and no others, and hands over an embedding or a fault for each, in this order.</summary>
    void Embed(IReadOnlyList<int> entries, TakeEmbedding take, TakeFault fail, CancellationToken cancellationToken);
}

/// <summary>What can embed chosen utterances faster than the cursors of a data view would.</summary>
internal interface IBulkEmbedding
{
    /// <summary>An embedder for the utterances of data that was made of this; null where a column that tells them apart was changed
    /// since.</summary>
    IUtteranceEmbedder? InBulk(IDataView data, KeyedRows rows, EmbeddingStoreOptions options, RecordingNotes notes,
        CancellationToken cancellationToken);
}

/// <summary>The bulk embeddings of this process. The embedding column names its own (<see cref="ColumnMarks.Embedder"/>), through any step
/// that leaves it alone.</summary>
internal static class BulkEmbeddings
{
    private static readonly ProcessRegistry<IBulkEmbedding> s_open = new();

    public static ProcessRegistry<IBulkEmbedding>.Registration Register(long id, IBulkEmbedding embedding)
        => s_open.Register(id, embedding);

    public static IBulkEmbedding? Of(DataViewSchema.Column column)
        => ColumnMarks.Read(column, ColumnMarks.Embedder) is { } text && ProcessIds.Parse(text) is { } id ? s_open.Find(id) : null;
}
