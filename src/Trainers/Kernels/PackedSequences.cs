namespace MlNetSer.Kernels;

/// <summary>Where the real frames of a padded batch lie when they are walked in time: step t holds the utterances that still last, longest first.</summary>
/// <remarks>Row r of the packed order is frame t of utterance <c>Order[i]</c> with <c>r = Offset(t) + i</c>, <c>i &lt; Active(t)</c>. No row stands for padding.</remarks>
internal sealed class PackedSequences
{
    private readonly int[] _active, _offsets;

    /// <param name="lengths">Real frames of each utterance.</param>
    /// <param name="frameCount">Frames of the padded batch: m.</param>
    public PackedSequences(ReadOnlySpan<long> lengths, int frameCount)
    {
        FrameCount = frameCount;
        var keys = new long[lengths.Length];
        Order = new int[lengths.Length];
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1 || lengths[i] > frameCount)
                throw new ArgumentOutOfRangeException(nameof(lengths), $"Utterance {i} has {lengths[i]} frames; wanted 1 to {frameCount}.");
            (Order[i], keys[i]) = (i, -lengths[i] * lengths.Length + i);   // distinct keys: one order, whatever the sort
        }
        Array.Sort(keys, Order);

        StepCount = (int)lengths[Order[0]];
        _active = new int[StepCount + 1];
        _offsets = new int[StepCount + 1];
        for (var t = 0; t < StepCount; t++)
        {
            var active = t == 0 ? lengths.Length : _active[t - 1];
            while (lengths[Order[active - 1]] <= t)
                active--;
            (_active[t], _offsets[t + 1]) = (active, _offsets[t] + active);
        }
    }

    /// <summary>Utterances, longest first.</summary>
    public int[] Order { get; }

    /// <summary>Frames of the padded batch.</summary>
    public int FrameCount { get; }

    /// <summary>Frames of the longest utterance.</summary>
    public int StepCount { get; }

    /// <summary>Real frames of the batch.</summary>
    public int RowCount => _offsets[StepCount];

    /// <summary>Utterances that have a frame t; 0 beyond the last step.</summary>
    public int Active(int t) => _active[t];

    /// <summary>Packed row of frame t of the longest utterance.</summary>
    public int Offset(int t) => _offsets[t];

    /// <summary>Position of each packed row in block 0 of a padded tensor <c>[B, blockCount, m, width]</c>, in elements.</summary>
    public long[] Positions(int blockCount, int width)
    {
        var positions = new long[RowCount];
        for (var t = 0; t < StepCount; t++)
        {
            for (var i = 0; i < Active(t); i++)
                positions[Offset(t) + i] = ((long)Order[i] * blockCount * FrameCount + t) * width;
        }
        return positions;
    }

    /// <summary>The rows that have a state before them, and the rows of that state: one frame earlier, or later where time runs backwards.</summary>
    public (int[] Rows, int[] Before) Successions(bool backwards)
    {
        var count = RowCount - Order.Length;
        var (rows, before) = (new int[count], new int[count]);
        for (int t = 1, at = 0; t < StepCount; t++)
        {
            for (var i = 0; i < Active(t); i++, at++)
                (rows[at], before[at]) = backwards ? (Offset(t - 1) + i, Offset(t) + i) : (Offset(t) + i, Offset(t - 1) + i);
        }
        return (rows, before);
    }
}
