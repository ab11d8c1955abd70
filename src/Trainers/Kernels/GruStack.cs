namespace MlNetSer.Kernels;

/// <summary>
/// N independent stacks of bidirectional GRU layers over ragged sequences, dropout after every layer, forward and backward.
/// </summary>
/// <remarks>
/// Input <c>[N, R, in]</c>, output <c>[N, R, 2h]</c>; R real frames, see <see cref="PackedSequences"/>. A block and direction is one
/// thread's work, with its weights in that core's cache. No bit depends on the thread count. Weights come flat: layer, then block, then
/// forwards and backwards.
/// </remarks>
internal sealed unsafe class GruStack : IDisposable
{
    private readonly PackedSequences _sequences;
    private readonly GruWeights[] _weights;
    private readonly GruDirection[] _directions;    // in the order of the weights
    private readonly NativeBuffer[] _states;        // of each layer, before dropout: [N, R, 2h]
    private readonly NativeBuffer?[] _dropped;      // what the next layer reads, where dropout is on: [N, R, 2h]
    private readonly int _layerCount, _blockCount, _hidden;
    private readonly double _dropout;
    private readonly ulong _seed;

    public GruStack(PackedSequences sequences, GruWeights[] weights, int layerCount, double dropout, ulong seed)
    {
        (_sequences, _weights, _layerCount, _blockCount, _hidden) =
            (sequences, weights, layerCount, weights.Length / (2 * layerCount), weights[0].HiddenSize);
        (_dropout, _seed) = (dropout, seed);
        _directions = [.. weights.Select((w, i) => new GruDirection(sequences, i % 2 == 1, w))];
        _states = [.. Enumerable.Range(0, layerCount).Select(_ => new NativeBuffer(StateCount))];
        _dropped = [.. Enumerable.Range(0, layerCount - 1).Select(_ => dropout > 0 ? new NativeBuffer(StateCount) : null)];
    }

    private int Width => 2 * _hidden;

    private long StateCount => (long)_blockCount * _sequences.RowCount * Width;

    public void Dispose()
    {
        foreach (var part in _directions.Cast<IDisposable>().Concat(_states).Concat(_dropped.OfType<IDisposable>()))
            part.Dispose();
    }

    /// <param name="input"><c>[N, R, in]</c>.</param>
    /// <param name="output"><c>[N, R, 2h]</c>, written.</param>
    public void Forward(float* input, float* output)
    {
        for (var layer = 0; layer < _layerCount; layer++)
        {
            var (from, states) = ((nint)Input(layer, input), (nint)_states[layer].Data);
            var inputRows = _sequences.Positions(InputSize(layer));
            var stateRows = _sequences.Positions(Width);
            fixed (long* inputAt = inputRows, stateAt = stateRows)
            {
                var (xAt, hAt) = ((nint)inputAt, (nint)stateAt);
                Each(layer, (direction, block, side) => direction.Forward(
                    Rows(from, block, InputSize(layer), xAt), Rows(states, block, Width, hAt, side * _hidden)));
            }
            Dropout(layer, (float*)states, layer == _layerCount - 1 ? output : _dropped[layer] is { } kept ? kept.Data : (float*)states);
        }
    }

    /// <param name="input">What <see cref="Forward"/> read.</param>
    /// <param name="gradient">Of its output.</param>
    /// <param name="inputGradient"><c>[N, R, in]</c>, written; null if it is not needed.</param>
    /// <param name="weightGradients">Written, in the order of the weights.</param>
    public void Backward(float* input, float* gradient, float* inputGradient, GruWeights[] weightGradients)
    {
        var above = new NativeBuffer(StateCount);
        try
        {
            Dropout(_layerCount - 1, gradient, above.Data);
            for (var layer = _layerCount - 1; layer >= 0; layer--)
            {
                var below = layer > 0 ? new NativeBuffer(StateCount) : null;
                try
                {
                    Backward(layer, Input(layer, input), above.Data, below is null ? inputGradient : below.Data, weightGradients);
                    if (below is null)
                        return;
                    Dropout(layer - 1, below.Data, below.Data);
                    (above, below) = (below, above);
                }
                finally
                {
                    below?.Dispose();
                }
            }
        }
        finally
        {
            above.Dispose();
        }
    }

    private void Backward(int layer, float* input, float* gradient, float* inputGradient, GruWeights[] weightGradients)
    {
        var (from, states, outside, into, inputSize) =
            ((nint)input, (nint)_states[layer].Data, (nint)gradient, (nint)inputGradient, InputSize(layer));
        var inputRows = _sequences.Positions(inputSize);
        var stateRows = _sequences.Positions(Width);
        fixed (long* inputAt = inputRows, stateAt = stateRows)
        {
            var (xAt, hAt) = ((nint)inputAt, (nint)stateAt);
            Each(layer, (direction, block, side) =>
            {
                var own = Rows(states, block, Width, hAt, side * _hidden);
                direction.Backward(Rows(outside, block, Width, hAt, side * _hidden), own);
                direction.WeightGradients(Rows(from, block, inputSize, xAt), own, weightGradients[Index(layer, block, side)]);
            });
            if (inputGradient is null)
                return;
            // Two halves of the rows for each block, so that one block keeps two cores busy; a row's sums do not depend on the cut.
            var half = (_sequences.RowCount + 1) / 2;
            Threads.For(2 * _blockCount, i =>
            {
                var (block, first) = (i / 2, i % 2 * half);
                var rows = Rows(into, block, inputSize, xAt);
                for (var side = 0; side < 2; side++)
                    _directions[Index(layer, block, side)].InputGradient(
                        rows, first, Math.Min(half, _sequences.RowCount - first), accumulate: side > 0);
            });
        }
    }

    private void Each(int layer, Action<GruDirection, int, int> work)
        => Threads.For(2 * _blockCount, i => work(_directions[Index(layer, i / 2, i % 2)], i / 2, i % 2));

    private int Index(int layer, int block, int side) => (layer * _blockCount + block) * 2 + side;

    private int InputSize(int layer) => _weights[Index(layer, 0, 0)].InputSize;

    private float* Input(int layer, float* input)
        => layer == 0 ? input : _dropped[layer - 1] is { } dropped ? dropped.Data : _states[layer - 1].Data;

    /// <summary>The mask of a layer's dropout, which is the same on the way back. Rows are copied where there is none.</summary>
    private void Dropout(int layer, float* from, float* to)
    {
        if (_dropout == 0)
        {
            if (from != to)
                Buffer.MemoryCopy(from, to, StateCount * sizeof(float), StateCount * sizeof(float));
            return;
        }
        var (source, target, seed) = ((nint)from, (nint)to, _seed + (ulong)layer);
        Threads.For(_blockCount * _sequences.RowCount, 256, row =>
            SeededDropout.Apply((float*)source + (long)row * Width, (float*)target + (long)row * Width, Width, _dropout, seed, row));
    }

    private MatrixRows Rows(nint data, int block, int width, nint positions, int column = 0)
        => new((float*)data + (long)block * _sequences.RowCount * width + column, 0, (long*)positions);
}
