using System.Numerics.Tensors;
using MlNetSer.Embeddings.Shards;

namespace MlNetSer.Training;

/// <summary>One sequence in memory: in 16 bits where that keeps it within a rounding of 2⁻¹¹ of its largest value, else in 32.</summary>
/// <remarks>
/// Embeddings of speech encoders and log-Mel features lie well inside the range of 16 bits; so a corpus takes half the memory.
/// </remarks>
internal sealed class MemorySequences : ISequenceSource
{
    private readonly int _frames;
    private readonly Half[]? _half;
    private readonly float[]? _single;

    /// <param name="values">Blocks x frames x dimension.</param>
    /// <param name="blocks">Blocks.</param>
    /// <param name="frames">Frames.</param>
    public MemorySequences(ReadOnlySpan<float> values, int blocks, int frames)
    {
        (BlockCount, _frames, FeatureSize) = (blocks, frames, values.Length / blocks / frames);
        var half = new Half[values.Length];
        TensorPrimitives.ConvertToHalf(values, half);
        if (Loses(values, half))
            _single = values.ToArray();
        else
            _half = half;
    }

    public int BlockCount { get; }

    public int FeatureSize { get; }

    /// <summary>True where the sequence is kept in 16 bits.</summary>
    public bool IsHalf => _half is not null;

    public int FrameCount(int row) => _frames;

    public void Read(int row, int block, Span<float> into)
    {
        var (start, length) = ((block - 1) * _frames * FeatureSize, _frames * FeatureSize);
        if (_half is not null)
            TensorPrimitives.ConvertToSingle(_half.AsSpan(start, length), into);
        else
            _single.AsSpan(start, length).CopyTo(into);
    }

    private static bool Loses(ReadOnlySpan<float> values, Half[] half)
    {
        var allowed = MathF.Abs(values[TensorPrimitives.IndexOfMaxMagnitude(values)]) / 2048;
        var back = new float[Math.Min(values.Length, 4096)];
        for (var at = 0; at < values.Length; at += back.Length)
        {
            var part = values.Slice(at, Math.Min(back.Length, values.Length - at));
            var restored = back.AsSpan(0, part.Length);
            TensorPrimitives.ConvertToSingle(half.AsSpan(at, part.Length), restored);
            TensorPrimitives.Subtract(restored, part, restored);
            if (!(MathF.Abs(restored[TensorPrimitives.IndexOfMaxMagnitude<float>(restored)]) <= allowed))
                return true;
        }
        return false;
    }
}
