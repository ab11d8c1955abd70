namespace MlNetSer.Kernels;

/// <summary>
/// Utterances of different lengths, one behind the other without padding, and the order in which a recurrence walks them.
/// </summary>
/// <remarks>
/// Ragged row <c>Start(b) + t</c> is frame t of utterance b. The walk is time-major, longest utterance first: packed row <c>Offset(t) +
/// i</c> is frame t of utterance <c>Order[i]</c>, <c>i &lt; Active(t)</c>.
/// </remarks>
internal sealed class PackedSequences
{
    private readonly int[] _active, _offsets, _starts;

    /// <param name="lengths">Frames of each utterance, at least one.</param>
    public PackedSequences(ReadOnlySpan<long> lengths)
    {
        var keys = new long[lengths.Length];
        Order = new int[lengths.Length];
        _starts = new int[lengths.Length + 1];
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 1)
                throw new ArgumentOutOfRangeException(nameof(lengths), $"Utterance {i} has {lengths[i]} frames; wanted at least 1.");
            _starts[i + 1] = _starts[i] + (int)lengths[i];
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

    /// <summary>Utterances: B.</summary>
    public int Count => Order.Length;

    /// <summary>Frames of the longest utterance.</summary>
    public int StepCount { get; }

    /// <summary>Frames of all utterances: R.</summary>
    public int RowCount => _offsets[StepCount];

    /// <summary>Utterances that have a frame t; 0 beyond the last step.</summary>
    public int Active(int t) => _active[t];

    /// <summary>Packed row of frame t of the longest utterance.</summary>
    public int Offset(int t) => _offsets[t];

    /// <summary>Ragged row of the first frame of an utterance; of the end, for b = B.</summary>
    public int Start(int b) => _starts[b];

    public int Length(int b) => _starts[b + 1] - _starts[b];

    /// <summary>Where each packed row lies in a ragged matrix, in elements from its start.</summary>
    public long[] Positions(int width)
    {
        var positions = new long[RowCount];
        for (var t = 0; t < StepCount; t++)
        {
            for (var i = 0; i < Active(t); i++)
                positions[Offset(t) + i] = (long)(Start(Order[i]) + t) * width;
        }
        return positions;
    }

    /// <summary>
    /// The rows that have a state before them, and the rows of that state: one frame earlier, or later where time runs backwards.
    /// </summary>
    public (int[] Rows, int[] Before) Successions(bool backwards)
    {
        var count = RowCount - Count;
        var (rows, before) = (new int[count], new int[count]);
        for (int t = 1, at = 0; t < StepCount; t++)
        {
            for (var i = 0; i < Active(t); i++, at++)
                (rows[at], before[at]) = backwards ? (Offset(t - 1) + i, Offset(t) + i) : (Offset(t) + i, Offset(t - 1) + i);
        }
        return (rows, before);
    }
}
