using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings;

namespace MlNetSer.Encoders;

/// <summary>Embeds chosen utterances of a data view: its columns are computed on all cores, beside the encoder.</summary>
internal sealed class BulkEmbedder(IDataView data, string columnName, KeyedRows rows, EmbeddingStoreOptions options, Func<EmbeddingExtractor> load) : IUtteranceEmbedder
{
    private readonly List<RowSeeker> _idle = [];
    private EmbeddingExtractor? _extractor;

    public void Embed(IReadOnlyList<int> entries, TakeEmbedding take, CancellationToken cancellation)
    {
        _extractor ??= load();   // not before there is something to embed: it takes seconds
        var sources = entries.Select(entry => new SpeechSource(rows.Entries[entry].Name, () => Read(entry)));
        foreach (var embedding in _extractor.Extract(sources, entries.Count, null, cancellation))
        {
            var entry = entries[embedding.Index];
            if (embedding.Error is { InnerException: var cause } error)
                throw new InvalidDataException($"Row {rows.FirstRow(entry)}, '{embedding.Name}': {(cause ?? error).Message}", cause);
            take(entry, [embedding.BlockCount, embedding.FrameCount, embedding.Dimension], embedding.Values.Span);
        }
    }

    public void Dispose()
    {
        _extractor?.Dispose();
        foreach (var seeker in _idle)
            seeker.Dispose();
    }

    private float[] Read(int entry)
    {
        var seeker = Rent(rows.FirstRow(entry));
        try
        {
            var row = seeker.Seek(entry);
            VBuffer<float> values = default;
            row.GetGetter<VBuffer<float>>(row.Schema[columnName])(ref values);
            return values.IsDense ? values.GetValues().ToArray() : [.. values.DenseValues()];
        }
        finally
        {
            lock (_idle)
                _idle.Add(seeker);
        }
    }

    /// <summary>The seeker with the shortest way to a row: one before it, the nearest, or else one that starts again.</summary>
    private RowSeeker Rent(long row)
    {
        lock (_idle)
        {
            if (_idle.MaxBy(seeker => seeker.Position < row ? seeker.Position : -2) is not { } nearest)
                return new RowSeeker(data, rows, options, columnName);
            _idle.Remove(nearest);
            return nearest;
        }
    }
}
