using MlNetSer.Embeddings.Shards;
using MlNetSer.Networks;

namespace MlNetSer.Training;

/// <summary>One stream of the rows that a trainer works on: where each row's sequence lies, and which blocks of it are wanted.</summary>
/// <remarks>
/// Sequences are read when a batch is made: from a store on disk where the data view points at one, else from 16-bit memory.
/// </remarks>
internal sealed class StreamRows(SequenceColumn column)
{
    private readonly List<(ISequenceSource Source, int Row)> _rows = [];
    private int[] _blocks = [];   // counted from 1

    public SequenceColumn Column => column;

    /// <summary>Blocks of the column, wanted or not.</summary>
    public int ColumnBlockCount { get; private set; }

    public StreamShape Shape { get; private set; }

    public int FrameCount(int row) => _rows[row].Source.FrameCount(_rows[row].Row);

    /// <exception cref="InvalidOperationException">The sequence is of another shape than those before, or lacks a wanted block.</exception>
    public void Add(ISequenceSource source, int row)
    {
        var (blockCount, featureSize) = (source.BlockCount, source.FeatureSize);
        if (_rows.Count == 0)
            Choose(blockCount, featureSize);
        if (blockCount != ColumnBlockCount || featureSize != Shape.FeatureSize)
            throw new InvalidOperationException(
                $"Row {_rows.Count}: column '{column.Name}' has {blockCount} blocks of {featureSize} values, but the rows before it have "
                + $"{ColumnBlockCount} of {Shape.FeatureSize}. Embed every utterance with the same encoder.");
        _rows.Add((source, row));
    }

    /// <summary>Reads rows behind each other: <c>[N, R, D]</c>.</summary>
    public void Read(ReadOnlySpan<int> rows, Span<float> into)
    {
        var total = 0;
        foreach (var row in rows)
            total += FrameCount(row);
        var start = 0;
        foreach (var row in rows)
        {
            var frames = FrameCount(row);
            for (var n = 0; n < _blocks.Length; n++)
                _rows[row].Source.Read(_rows[row].Row, _blocks[n],
                    into.Slice((n * total + start) * Shape.FeatureSize, frames * Shape.FeatureSize));
            start += frames;
        }
    }

    private void Choose(int blockCount, int featureSize)
    {
        if (column.Blocks?.FirstOrDefault(b => b < 1 || b > blockCount) is { } wrong and not 0)
            throw new InvalidOperationException(
                $"Block {wrong} of column '{column.Name}' is asked for, but it has blocks 1 to {blockCount}.");
        _blocks = [.. column.Blocks ?? [.. Enumerable.Range(1, blockCount)]];
        (ColumnBlockCount, Shape) = (blockCount, new StreamShape(_blocks.Length, featureSize));
    }
}
