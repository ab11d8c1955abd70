using Microsoft.ML;

namespace MlNetSer.Embeddings;

/// <summary>Takes the embedding of one utterance; the spans hold during the call only.</summary>
internal delegate void TakeEmbedding(int entry, ReadOnlySpan<long> shape, ReadOnlySpan<float> values);

/// <summary>Embeds utterances of a data view for a store.</summary>
internal interface IUtteranceEmbedder : IDisposable
{
    /// <summary>Embeds these utterances and no others, and hands them over in this order.</summary>
    void Embed(IReadOnlyList<int> entries, TakeEmbedding take, CancellationToken cancellation);
}

/// <summary>A data view that embeds chosen utterances faster than its own cursors would.</summary>
internal interface IBulkEmbedding : IDataView
{
    /// <summary>The column that it can tell so.</summary>
    string EmbeddingColumnName { get; }

    IUtteranceEmbedder InBulk(KeyedRows rows, EmbeddingStoreOptions options);
}
