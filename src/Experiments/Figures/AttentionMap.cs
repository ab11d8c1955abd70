namespace MlNetSer.Experiments;

/// <summary>What a CTA network attended to in one utterance, and the utterance's filterbank.</summary>
public sealed class AttentionMap
{
    /// <param name="weights">Blocks x frames, row by row.</param>
    /// <param name="blockCount">Blocks.</param>
    /// <param name="filterbank">Filterbank frames x bins, row by row; empty = none is drawn.</param>
    /// <param name="melBinCount">Bins.</param>
    /// <param name="durationSeconds">Length of the utterance.</param>
    /// <exception cref="ArgumentException">The weights are no whole number of blocks.</exception>
    public AttentionMap(IReadOnlyList<float> weights, int blockCount, IReadOnlyList<float> filterbank, int melBinCount,
        double durationSeconds)
    {
        if (blockCount < 1 || weights.Count == 0 || weights.Count % blockCount != 0)
            throw new ArgumentException($"{weights.Count} weights are not {blockCount} blocks of frames.", nameof(weights));
        (Weights, BlockCount, Filterbank, MelBinCount, DurationSeconds) = (weights, blockCount, filterbank, melBinCount, durationSeconds);
    }

    /// <summary>Weights, blocks x frames, row by row.</summary>
    public IReadOnlyList<float> Weights { get; }

    /// <summary>Blocks.</summary>
    public int BlockCount { get; }

    /// <summary>Frames of a block.</summary>
    public int FrameCount => Weights.Count / BlockCount;

    /// <summary>Filterbank, frames x bins, row by row.</summary>
    public IReadOnlyList<float> Filterbank { get; }

    /// <summary>Bins of the filterbank.</summary>
    public int MelBinCount { get; }

    /// <summary>Length of the utterance.</summary>
    public double DurationSeconds { get; }
}
