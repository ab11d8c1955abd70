using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;
using MlNetSer.Embeddings.Filling;
using MlNetSer.Embeddings.Keys;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Embeddings.View;
using MlNetSer.Marks;

namespace MlNetSer;

/// <summary>Embeds once, keeps the result on disk, and reads it from there.</summary>
public static class CachedEmbeddings
{
    /// <summary>
    /// Stores the embeddings that a folder lacks, and gives back the data with the embedding read from there. All other columns stay as
    /// they are.
    /// </summary>
    /// <remarks>
    /// Where the column comes from an EmbedSpeech that was fitted, not loaded, utterances are embedded in bulk, on all cores, whatever
    /// steps follow it that leave the column alone; otherwise row by row. Trainers that are later fitted to the same features in this
    /// process read the store, too, until the view is disposed.
    /// </remarks>
    /// <param name="catalog">The catalog, <c>MLContext.Data</c>.</param>
    /// <param name="data">Data with an embedding, which is computed only for utterances that are not stored yet.</param>
    /// <param name="folder">The store (docs/embedding-store.md); made where it is not there, with a folder inside it for every front end
    /// and encoder. Several processes may fill one at once.</param>
    /// <param name="identity">A text that changes whenever the front end or the encoder does; null = the pipeline says it itself.</param>
    /// <param name="options">What is stored, and how; null = <c>Embedding</c>, told apart by the bytes of <c>AudioPath</c>, in
    /// float16.</param>
    /// <param name="progress">Told after every utterance.</param>
    /// <param name="cancellationToken">Stops between two utterances. What is stored stays, and the next call goes on from there.</param>
    /// <exception cref="ArgumentException">The folder is of another precision; or an option is faulty.</exception>
    /// <exception cref="UnreadableUtterancesException">Some utterances cannot be read or embedded; all others are stored.</exception>
    /// <exception cref="IOException">The disk is full. Whole shards are safe.</exception>
    /// <returns>The data with the stored embedding. Dispose it when nothing reads it any more: it keeps the store's files open.</returns>
    public static CachedDataView CacheEmbeddings(this DataOperationsCatalog catalog, IDataView data, string folder, string? identity = null,
        EmbeddingStoreOptions? options = null, IProgress<EmbeddingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return data.Cached(folder, identity, options, progress, cancellationToken);
    }

    /// <summary>The short form of <see cref="CacheEmbeddings"/>, at the end of a pipeline.</summary>
    /// <inheritdoc cref="CacheEmbeddings" path="/remarks|/param|/exception|/returns"/>
    public static CachedDataView Cached(this IDataView data, string folder, string? identity = null, EmbeddingStoreOptions? options = null,
        IProgress<EmbeddingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var filled = Fill(data, folder, identity, options, 0, 1, progress, cancellationToken);
        if (!filled.Fill.HasShards)
            throw Unreadable(filled.Rows, filled.Without, "cannot be embedded: none is left.", "Mend the files.");
        var store = filled.Fill.Open();
        try
        {
            return new CachedDataView(data, filled.Rows, store, filled.Options, filled.Without, filled.Remembered);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Stores one part of the embeddings that a folder lacks: every <paramref name="partCount"/>-th shard, for job arrays on several
    /// machines.
    /// </summary>
    /// <param name="data">As in <see cref="Cached"/>.</param>
    /// <param name="folder">As in <see cref="Cached"/>.</param>
    /// <param name="part">Which part, from 0 on.</param>
    /// <param name="partCount">How many parts there are.</param>
    /// <param name="identity">As in <see cref="Cached"/>.</param>
    /// <param name="options">As in <see cref="Cached"/>.</param>
    /// <param name="progress">As in <see cref="Cached"/>.</param>
    /// <param name="cancellationToken">As in <see cref="Cached"/>.</param>
    /// <returns>Utterances that were embedded now.</returns>
    /// <exception cref="UnreadableUtterancesException">Some utterances of this part cannot be read or embedded; all others are
    /// stored.</exception>
    public static int FillEmbeddingStore(this IDataView data, string folder, int part = 0, int partCount = 1, string? identity = null,
        EmbeddingStoreOptions? options = null,
        IProgress<EmbeddingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(partCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, partCount);
        return Fill(data, folder, identity, options, part, partCount, progress, cancellationToken).Embedded;
    }

    private static Filled Fill(IDataView data, string root, string? identity, EmbeddingStoreOptions? given, int part, int partCount,
        IProgress<EmbeddingProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(root);
        var options = given?.Copy() ?? new EmbeddingStoreOptions();
        options.Check();
        new InputColumn(options.ColumnName, NumberDataViewType.Single, IsVector: true).Check(data.Schema);
        new InputColumn(Columns.Shape(options.ColumnName), NumberDataViewType.Int64, IsVector: true).Check(data.Schema);
        if (identity is not null && data.Schema.GetColumnOrNull(identity) is not null)
            throw new ArgumentException($"'{identity}' is a column of the data; wanted is a text that says what made column "
                + $"'{options.ColumnName}'. Another column is stored by EmbeddingStoreOptions.ColumnName.", nameof(identity));
        identity ??= PipelineIdentity.Find(data.Schema, options.ColumnName);
        void Note(string? text)
        {
            if (text is not null)
                progress?.Report(new EmbeddingProgress { Note = text });
        }
        var rows = KeyedRows.Read(data, identity, options, cancellationToken);
        if (rows.RowCount == 0)
            throw new InvalidOperationException("There are no rows to store the embeddings of.");
        if (rows.Unreadable.Count > 0 && !options.LeaveOutUnreadable)
            throw Unreadable(rows, StoredWithout.Of(rows, new Dictionary<int, string>()),
                "cannot be read, and nothing was embedded yet.", WayOut);
        Note(Identical(rows));
        var (notes, folder) = (new RecordingNotes(), StoreLayout.Folder(root, identity));
        using var embedder = BulkEmbeddings.Of(data.Schema[options.ColumnName])?.InBulk(data, rows, options, notes, cancellationToken)
            ?? new PipelineRows(data, rows, options, notes, progress);
        var fill = new StoreFill(folder, identity, options, rows, progress, cancellationToken);
        var embedded = fill.Run(embedder, part, partCount);
        Note(notes.Summary());
        var without = StoredWithout.Of(rows, fill.Faults);
        if (without.Utterances.Count > 0 && !options.LeaveOutUnreadable)
            throw Unreadable(rows, without, $"cannot be embedded; what could be is stored in '{folder}', and the next run tries these "
                + "alone.", WayOut);
        if (without.Utterances.Count > 0)
            Note(without.Text(rows.RowCount) + ".");
        return new Filled(fill, rows, options, without, Remember(data, folder, identity, options), embedded);
    }

    private const string WayOut = "Mend the files, or leave their rows out; in code, "
        + "EmbeddingStoreOptions.LeaveOutUnreadable = true goes on without them.";

    private static UnreadableUtterancesException Unreadable(KeyedRows rows, StoredWithout without, string what, string wayOut)
    {
        var counted = FormattableString.Invariant($"{without.Utterances.Count} of {rows.NameCount} utterances {what}");
        return new UnreadableUtterancesException(counted, without.Utterances, wayOut);
    }

    private static string? Identical(KeyedRows rows)
    {
        if (rows.IdenticalRecordings.Count == 0)
            return null;
        var copies = rows.IdenticalRecordings.Sum(paths => paths.Count - 1);
        var first = string.Join(" = ", rows.IdenticalRecordings[0].Take(3).Select(path => $"'{path}'"));
        var shown = copies > 1 ? first + ", ..." : first;
        return FormattableString.Invariant($"{copies} identical recording{(copies == 1 ? " is" : "s are")} stored once ({shown}).");
    }

    private static RememberedStore? Remember(IDataView data, string folder, string identity, EmbeddingStoreOptions options)
    {
        if (Lineage.Of(data.Schema[options.ColumnName]) is not { } lineage
            || !StoredRows.IsReadFrom(data.Schema, lineage.ReaderId, options))
            return null;
        var store = new RememberedStore(lineage.Steps, Path.GetFullPath(folder), identity, options);
        RememberedStores.Remember(store);
        return store;
    }

    private sealed record Filled(StoreFill Fill, KeyedRows Rows, EmbeddingStoreOptions Options, StoredWithout Without,
        RememberedStore? Remembered, int Embedded);
}
