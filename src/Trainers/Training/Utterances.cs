using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Training;

/// <summary>The rows of a data view that a trainer works on, in memory: one sequence, its length and its class each.</summary>
internal sealed class Utterances
{
    private readonly List<float[]> _features = [];
    private readonly List<int> _frames = [];
    private readonly List<long> _labels = [];

    public int Count => _features.Count;
    public int BlockCount { get; private set; }
    public int FeatureSize { get; private set; }
    public IReadOnlyList<string> Classes { get; private init; } = [];
    public IReadOnlyList<int> FrameCounts => _frames;
    public IReadOnlyList<long> Labels => _labels;

    /// <summary>Reads every row. Rows without a label are an error: they would be lost in silence.</summary>
    public static Utterances Read(IDataView data, SpeechTrainerOptions options, CancellationToken cancellation)
    {
        var (label, feature, shape) = TrainerSchema.Columns(data.Schema, options);
        var utterances = new Utterances { Classes = TrainerSchema.ClassNames(label) };
        using var cursor = data.GetRowCursor([label, feature, shape]);
        var getLabel = cursor.GetGetter<uint>(label);
        var getFeature = cursor.GetGetter<VBuffer<float>>(feature);
        var getShape = cursor.GetGetter<VBuffer<long>>(shape);
        VBuffer<float> values = default;
        VBuffer<long> sizes = default;
        uint key = 0;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            getLabel(ref key);
            getFeature(ref values);
            getShape(ref sizes);
            utterances.Add(key, [.. values.DenseValues()], [.. sizes.DenseValues()], cursor.Position, options);
        }
        return utterances;
    }

    private void Add(uint key, float[] values, long[] shape, long row, SpeechTrainerOptions options)
    {
        if (key == 0)
            throw new InvalidOperationException($"Row {row} has no value in label column '{options.LabelColumnName}'. Filter such rows out, or fix their label.");
        if (shape.Length is not (2 or 3) || shape.Any(s => s < 1) || shape.Aggregate(1L, (a, b) => a * b) != values.Length)
            throw new InvalidOperationException($"Row {row}: column '{options.FeatureColumnName}' has {values.Length} values, but its shape column "
                + $"'{options.ShapeColumn}' says [{string.Join(", ", shape)}]; wanted [blocks, frames, dimension] or [frames, dimension] with that product.");
        var blockCount = shape.Length == 3 ? (int)shape[0] : 1;
        var featureSize = (int)shape[^1];
        if (Count == 0)
            (BlockCount, FeatureSize) = (blockCount, featureSize);
        if (blockCount != BlockCount || featureSize != FeatureSize)
            throw new InvalidOperationException($"Row {row}: column '{options.FeatureColumnName}' has {blockCount} blocks of {featureSize} values, but the rows before it have "
                + $"{BlockCount} of {FeatureSize}. Embed every utterance with the same encoder.");
        for (var i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
                throw new InvalidOperationException($"Row {row}: column '{options.FeatureColumnName}' holds {values[i]} at position {i}; every feature must be finite.");
        }

        _features.Add(values);
        _frames.Add((int)shape[^2]);
        _labels.Add(key - 1);
    }

    /// <summary>Keeps one block (0-based) of each utterance.</summary>
    public void SelectBlock(int block)
    {
        for (var i = 0; i < Count; i++)
        {
            var size = _frames[i] * FeatureSize;
            _features[i] = _features[i].AsSpan(block * size, size).ToArray();
        }
        BlockCount = 1;
    }

    /// <summary>A ragged batch: features <c>[N, R, D]</c>, lengths <c>[B]</c> on the CPU, labels <c>[B]</c>.</summary>
    public (Tensor Features, Tensor Lengths, Tensor Labels) Batch(ReadOnlySpan<int> rows, Device device)
    {
        var total = 0L;
        foreach (var row in rows)
            total += _frames[row];
        var features = empty(BlockCount, total, FeatureSize);
        var values = MemoryMarshal.Cast<byte, float>(features.bytes);
        var (lengths, labels) = (new long[rows.Length], new long[rows.Length]);
        for (int b = 0, start = 0; b < rows.Length; start += _frames[rows[b]], b++)
        {
            var size = _frames[rows[b]] * FeatureSize;
            for (var n = 0; n < BlockCount; n++)
                _features[rows[b]].AsSpan(n * size, size).CopyTo(values[(int)((n * total + start) * FeatureSize)..]);
            (lengths[b], labels[b]) = (_frames[rows[b]], _labels[rows[b]]);
        }
        return (features.to(device), tensor(lengths), tensor(labels, device: device));
    }
}
