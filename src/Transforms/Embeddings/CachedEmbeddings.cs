using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings;

namespace MlNetSer;

/// <summary>Embeds once, keeps the result on disk, and reads it from there.</summary>
public static class CachedEmbeddings
{
    /// <summary>Stores the embeddings that a folder lacks, and gives back the data with the embedding read from there. All other columns stay as they are.</summary>
    /// <remarks>Where the last step of the data is an EmbedSpeech that was fitted, not loaded, utterances are embedded in bulk, on all cores; otherwise row by row.</remarks>
    /// <param name="data">Data with an embedding, which is computed only for utterances that are not stored yet.</param>
    /// <param name="folder">The store (docs/embedding-store.md); made where it is not there. Several processes may fill one at once.</param>
    /// <param name="identity">A text that changes whenever the front end or the encoder does; null = the pipeline says it itself.</param>
    /// <param name="options">What is stored, and how; null = <c>Embedding</c>, told apart by the bytes of <c>AudioPath</c>, in float16.</param>
    /// <param name="progress">Told after every utterance.</param>
    /// <param name="cancellation">Stops between two utterances. What is stored stays, and the next call goes on from there.</param>
    /// <exception cref="ArgumentException">The folder is of another front end, encoder or precision; or an option is faulty.</exception>
    /// <exception cref="IOException">The disk is full. Whole shards are safe.</exception>
    public static IDataView Cached(this IDataView data, string folder, string? identity = null, EmbeddingStoreOptions? options = null,
        IProgress<EmbeddingProgress>? progress = null, CancellationToken cancellation = default)
    {
        options = options?.Copy() ?? new EmbeddingStoreOptions();   // the view goes on reading them
        var (fill, rows, _) = Fill(data, folder, identity, options, 0, 1, progress, cancellation);
        return new CachedDataView(data, rows, fill.Open(), options);
    }

    /// <summary>Stores one part of the embeddings that a folder lacks: every <paramref name="partCount"/>-th shard, for job arrays on several machines.</summary>
    /// <param name="data">As in <see cref="Cached"/>.</param>
    /// <param name="folder">As in <see cref="Cached"/>.</param>
    /// <param name="part">Which part, from 0 on.</param>
    /// <param name="partCount">How many parts there are.</param>
    /// <param name="identity">As in <see cref="Cached"/>.</param>
    /// <param name="options">As in <see cref="Cached"/>.</param>
    /// <param name="progress">As in <see cref="Cached"/>.</param>
    /// <param name="cancellation">As in <see cref="Cached"/>.</param>
    /// <returns>Utterances that were embedded now.</returns>
    public static int FillEmbeddingStore(this IDataView data, string folder, int part = 0, int partCount = 1, string? identity = null, EmbeddingStoreOptions? options = null,
        IProgress<EmbeddingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, partCount);
        return Fill(data, folder, identity, options ?? new EmbeddingStoreOptions(), part, partCount, progress, cancellation).Embedded;
    }

    private static (StoreFill Fill, KeyedRows Rows, int Embedded) Fill(IDataView data, string folder, string? identity, EmbeddingStoreOptions options, int part, int partCount,
        IProgress<EmbeddingProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        options.Check();
        new InputColumn(options.ColumnName, NumberDataViewType.Single, IsVector: true).Check(data.Schema);
        new InputColumn(Columns.Shape(options.ColumnName), NumberDataViewType.Int64, IsVector: true).Check(data.Schema);
        identity ??= PipelineIdentity.Find(data.Schema, options.ColumnName);
        var rows = KeyedRows.Read(data, identity, options, cancellation);
        using IUtteranceEmbedder embedder = data is IBulkEmbedding bulk && bulk.EmbeddingColumnName == options.ColumnName ? bulk.InBulk(rows, options) : new PipelineRows(data, rows, options);
        var fill = new StoreFill(folder, identity, options, rows, progress, cancellation);
        return (fill, rows, fill.Run(embedder, part, partCount));
    }
}
