using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Filling;
using MlNetSer.Embeddings.Keys;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Encoders.FrontEnds;

namespace MlNetSer.Encoders.Extraction;

/// <summary>Embeds chosen utterances of a data view: its columns are computed on all cores, beside the encoder.</summary>
/// <param name="data">What the encoder reads from.</param>
/// <param name="columnName">Its column.</param>
/// <param name="rows">The utterances, by their place in <paramref name="data"/>.</param>
/// <param name="options">The store's.</param>
/// <param name="notes">Takes what the reader noted.</param>
/// <param name="load">Loads the encoder.</param>
internal sealed class BulkEmbedder(IDataView data, string columnName, KeyedRows rows, EmbeddingStoreOptions options,
    RecordingNotes notes, Func<EmbeddingExtractor> load) : IUtteranceEmbedder
{
    private const int LongRow = 1 << 23;   // values: 32 MB, nine minutes

    private readonly List<RowSeeker> _idle = [];
    private readonly string[] _notes = RecordingNotes.Columns(data.Schema, columnName);
    private EmbeddingExtractor? _extractor;

    public void Embed(IReadOnlyList<int> entries, TakeEmbedding take, TakeFault fail, CancellationToken cancellationToken)
    {
        _extractor ??= load();   // not before there is something to embed: it takes seconds
        var sources = entries.Select(entry => new SpeechSource(rows.Entries[entry].Name, frontEnd => Prepare(entry, frontEnd)));
        foreach (var embedding in _extractor.Extract(sources, entries.Count, null, cancellationToken))
        {
            var entry = entries[embedding.Index];
            if (embedding.Error is { InnerException: var cause } error)
            {
                if (!UtteranceFault.IsOfOne(cause ?? error))
                    throw new InvalidOperationException($"'{embedding.Name}' cannot be embedded, nor can any other utterance: "
                        + $"{(cause ?? error).Message}", cause);
                fail(entry, UtteranceFault.Reason(cause ?? error));
                continue;
            }
            using var spilled = embedding.Spilled;
            take(entry, [embedding.BlockCount, embedding.FrameCount, embedding.Dimension],
                spilled is null ? embedding.Values.Span : EmbeddingValues.Of(spilled));
        }
    }

    public void Dispose()
    {
        _extractor?.Dispose();
        foreach (var seeker in _idle)
            seeker.Dispose();
    }

    private PreparedSpeech Prepare(int entry, FrontEnd frontEnd)
    {
        var seeker = Rent(rows.FirstRow(entry));
        var isLong = false;
        try
        {
            var row = seeker.Seek(entry);
            VBuffer<float> values = default;
            row.GetGetter<VBuffer<float>>(row.Schema[columnName])(ref values);
            notes.Add(row, _notes, rows.Entries[entry].Name);
            isLong = values.Length > LongRow;
            return values.IsDense ? frontEnd.Compute(values.GetValues()) : frontEnd.Compute([.. values.DenseValues()]);
        }
        catch
        {
            seeker.Restart();   // a cursor that failed may have kept half a row
            throw;
        }
        finally
        {
            if (isLong)
                seeker.Dispose();   // with what its cursor keeps of the row
            lock (_idle)
            {
                if (!isLong)
                    _idle.Add(seeker);
            }
        }
    }

    /// <summary>The seeker with the shortest way to a row: one before it, the nearest, or else one that starts again.</summary>
    private RowSeeker Rent(long row)
    {
        lock (_idle)
        {
            if (_idle.MaxBy(seeker => seeker.Position < row ? seeker.Position : -2) is not { } nearest)
                return new RowSeeker(data, rows, options, [columnName, .. _notes]);
            _idle.Remove(nearest);
            return nearest;
        }
    }
}
