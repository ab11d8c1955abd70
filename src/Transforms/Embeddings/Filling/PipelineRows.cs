using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Keys;
using MlNetSer.Marks;

namespace MlNetSer.Embeddings.Filling;

/// <summary>Embeds the utterances of any lazy data view, row by row.</summary>
internal sealed class PipelineRows(IDataView data, KeyedRows rows, EmbeddingStoreOptions options, RecordingNotes notes,
    IProgress<EmbeddingProgress>? progress) : IUtteranceEmbedder
{
    private readonly string _column = options.ColumnName, _shape = Columns.Shape(options.ColumnName);
    private readonly string[] _notes = RecordingNotes.Columns(data.Schema, options.ColumnName);
    private RowSeeker? _seeker;
    private VBuffer<float> _values;
    private VBuffer<long> _sizes;

    public void Embed(IReadOnlyList<int> entries, TakeEmbedding take, TakeFault fail, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_seeker is null)
            {
                SayThatItIsSlow();
                _seeker = new RowSeeker(data, rows, options, [_column, _shape, .. _notes]);
            }
            var row = _seeker.Seek(entry);
            long[] shape;
            try
            {
                shape = Read(row, entry);
            }
            catch (Exception error) when (UtteranceFault.IsOfOne(error))
            {
                fail(entry, UtteranceFault.Reason(error));
                _seeker.Restart();   // a cursor that failed may have kept half a row
                continue;
            }
            take(entry, shape, _values.IsDense ? _values.GetValues() : _values.DenseValues().ToArray());
        }
    }

    public void Dispose() => _seeker?.Dispose();

    private long[] Read(DataViewRow row, int entry)
    {
        row.GetGetter<VBuffer<long>>(row.Schema[_shape])(ref _sizes);
        row.GetGetter<VBuffer<float>>(row.Schema[_column])(ref _values);
        long[] shape = [.. _sizes.DenseValues()];
        if (shape.Length is not (2 or 3) || shape.Any(size => size < 1) || shape.Aggregate(1L, (a, b) => a * b) != _values.Length)
        {
            throw new InvalidOperationException($"column '{_column}' has {_values.Length} values, but column '{_shape}' says "
                + $"[{string.Join(", ", shape)}]; "
                + "wanted [blocks, frames, dimension] or [frames, dimension] with that product.");
        }
        notes.Add(row, _notes, rows.Entries[entry].Name);
        return shape;
    }

    private void SayThatItIsSlow()
    {
        if (data.Schema.GetColumnOrNull(Columns.Identity(_column)) is { } identity
            && PipelineIdentity.Said(identity)?.StartsWith(IdentityMarks.EmbedSpeech, StringComparison.Ordinal) == true)
        {
            progress?.Report(new EmbeddingProgress
            {
                Note = $"Column '{_column}' is embedded row by row, not on all cores: its model was "
                + "loaded, or a step after EmbedSpeech "
                + $"changed it or {string.Join(", ", options.KeyNames.Select(name => $"'{name}'"))}."
            });
        }
    }
}
