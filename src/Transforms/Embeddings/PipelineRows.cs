using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Embeddings;

/// <summary>Embeds the utterances of any lazy data view, row by row.</summary>
internal sealed class PipelineRows(IDataView data, KeyedRows rows, EmbeddingStoreOptions options) : IUtteranceEmbedder
{
    private readonly string _column = options.ColumnName, _shape = Columns.Shape(options.ColumnName);
    private readonly RowSeeker _seeker = new(data, rows, options, options.ColumnName, Columns.Shape(options.ColumnName));
    private VBuffer<float> _values;
    private VBuffer<long> _sizes;

    public void Embed(IReadOnlyList<int> entries, TakeEmbedding take, CancellationToken cancellation)
    {
        foreach (var entry in entries)
        {
            cancellation.ThrowIfCancellationRequested();
            var row = _seeker.Seek(entry);
            row.GetGetter<VBuffer<long>>(row.Schema[_shape])(ref _sizes);
            row.GetGetter<VBuffer<float>>(row.Schema[_column])(ref _values);
            long[] shape = [.. _sizes.DenseValues()];
            if (shape.Length is not (2 or 3) || shape.Any(size => size < 1) || shape.Aggregate(1L, (a, b) => a * b) != _values.Length)
            {
                throw new InvalidOperationException($"Row {row.Position}: column '{_column}' has {_values.Length} values, but column '{_shape}' says [{string.Join(", ", shape)}]; "
                    + "wanted [blocks, frames, dimension] or [frames, dimension] with that product.");
            }
            take(entry, shape, _values.IsDense ? _values.GetValues() : _values.DenseValues().ToArray());
        }
    }

    public void Dispose() => _seeker.Dispose();
}
