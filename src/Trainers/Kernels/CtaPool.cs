namespace MlNetSer.Kernels;

/// <summary>
/// Channel and temporal-wise attention over ragged states, forward and backward (paper eqs. 1–4 up to W^V, which is linear and follows).
/// </summary>
/// <remarks>
/// States <c>[N, R, D]</c>; directions <c>[H, D]</c> for blocks and for frames, <c>u_j / √d_α</c>; pooled <c>[B, H, D]</c>:
/// <c>p_j = Σ_n Σ_t α_t,j[n] α_c,j[t] H[n, t]</c>. With N = 1 the block weights are 1 and it is multi-head self-attention over frames.
/// An utterance is one thread's work; gradients of the directions are kept for each utterance and summed in their order.
/// </remarks>
internal sealed unsafe class CtaPool : IDisposable
{
    private readonly PackedSequences _sequences;
    private readonly int _n, _d, _h;
    private readonly NativeBuffer _frameWeights;   // [H, R], an utterance's frames behind each other: H x length from H · Start(b) on
    private readonly NativeBuffer _blockWeights;   // [B, H, N]

    public CtaPool(PackedSequences sequences, int blockCount, int featureSize, int headCount)
    {
        (_sequences, _n, _d, _h) = (sequences, blockCount, featureSize, headCount);
        _frameWeights = new NativeBuffer((long)headCount * sequences.RowCount);
        _blockWeights = new NativeBuffer((long)sequences.Count * headCount * blockCount);
    }

    public void Dispose()
    {
        _frameWeights.Dispose();
        _blockWeights.Dispose();
    }

    /// <summary>Weights of an utterance's frames, <c>[H, length]</c>.</summary>
    public float* FrameWeights(int b) => _frameWeights.Data + (long)_h * _sequences.Start(b);

    /// <summary>Weights of an utterance's blocks, <c>[H, N]</c>.</summary>
    public float* BlockWeights(int b) => _blockWeights.Data + (long)b * _h * _n;

    public void Forward(float* states, float* blockDirections, float* frameDirections, float* pooled)
    {
        var (x, ut, uc, into) = ((nint)states, (nint)blockDirections, (nint)frameDirections, (nint)pooled);
        Threads.For(_sequences.Count, b => Forward(b, (float*)x, (float*)ut, (float*)uc, (float*)into));
    }

    private void Forward(int b, float* states, float* blockDirections, float* frameDirections, float* pooled)
    {
        var m = _sequences.Length(b);
        var alpha = FrameWeights(b);
        var beta = BlockWeights(b);
        using var overTime = NativeBuffer.Zeros((long)_n * _d);
        using var overBlocks = NativeBuffer.Zeros((long)m * _d);
        Means(b, states, overTime.Data, overBlocks.Data);
        for (var j = 0; j < _h; j++)
        {
            for (var n = 0; n < _n; n++)
                beta[j * _n + n] = Vectors.Dot(blockDirections + j * _d, overTime.Data + (long)n * _d, _d);
            for (var t = 0; t < m; t++)
                alpha[j * m + t] = Vectors.Dot(frameDirections + j * _d, overBlocks.Data + (long)t * _d, _d);
            Vectors.Softmax(beta + j * _n, _n);       // (1)
            Vectors.Softmax(alpha + j * m, m);        // (2)
        }

        var result = pooled + (long)b * _h * _d;
        new Span<float>(result, _h * _d).Clear();
        using var perBlock = new NativeBuffer((long)_h * _d);
        for (var n = 0; n < _n; n++)
        {
            new Span<float>(perBlock.Data, _h * _d).Clear();
            for (var t = 0; t < m; t++)
            {
                for (var j = 0; j < _h; j++)
                    Vectors.AddScaled(perBlock.Data + (long)j * _d, alpha[j * m + t], State(states, b, n, t), _d);   // (3)(4), frames
            }
            for (var j = 0; j < _h; j++)
                Vectors.AddScaled(result + (long)j * _d, beta[j * _n + n], perBlock.Data + (long)j * _d, _d);        // (3)(4), blocks
        }
    }

    /// <summary>All outputs are overwritten; <paramref name="stateGradient"/> may be null, where the states are given data.</summary>
    public void Backward(float* states, float* blockDirections, float* frameDirections, float* gradient, float* stateGradient,
        float* blockGradient, float* frameGradient)
    {
        using var each = NativeBuffer.Zeros((long)_sequences.Count * 2 * _h * _d);    // [B, 2, H, D]
        var (x, ut, uc, g, dx, du) = ((nint)states, (nint)blockDirections, (nint)frameDirections, (nint)gradient, (nint)stateGradient,
            (nint)each.Data);
        Threads.For(_sequences.Count, b => Backward(b, (float*)x, (float*)ut, (float*)uc, (float*)g + (long)b * _h * _d, (float*)dx,
            (float*)du + (long)b * 2 * _h * _d));
        new Span<float>(blockGradient, _h * _d).Clear();
        new Span<float>(frameGradient, _h * _d).Clear();
        for (var b = 0; b < _sequences.Count; b++)
        {
            Vectors.AddScaled(blockGradient, 1, each.Data + (long)b * 2 * _h * _d, _h * _d);
            Vectors.AddScaled(frameGradient, 1, each.Data + ((long)b * 2 + 1) * _h * _d, _h * _d);
        }
    }

    private void Backward(int b, float* states, float* blockDirections, float* frameDirections, float* g, float* stateGradient,
        float* directionGradients)
    {
        var m = _sequences.Length(b);
        var alpha = FrameWeights(b);
        var beta = BlockWeights(b);
        using var overTime = NativeBuffer.Zeros((long)_n * _d);
        using var overBlocks = NativeBuffer.Zeros((long)m * _d);
        using var blockScores = NativeBuffer.Zeros((long)_h * _n);
        using var frameScores = NativeBuffer.Zeros((long)_h * m);
        using var fromTime = new NativeBuffer(_d);
        using var fromBlocks = NativeBuffer.Zeros((long)m * _d);
        Means(b, states, overTime.Data, overBlocks.Data);

        // ∂ of the weights: the gradient of p_j along each state.
        for (var n = 0; n < _n; n++)
        {
            for (var t = 0; t < m; t++)
            {
                var state = State(states, b, n, t);
                for (var j = 0; j < _h; j++)
                {
                    var along = Vectors.Dot(g + (long)j * _d, state, _d);
                    blockScores.Data[j * _n + n] += alpha[j * m + t] * along;
                    frameScores.Data[j * m + t] += beta[j * _n + n] * along;
                }
            }
        }
        for (var j = 0; j < _h; j++)
        {
            Vectors.SoftmaxGradient(blockScores.Data + j * _n, beta + j * _n, _n);
            Vectors.SoftmaxGradient(frameScores.Data + j * m, alpha + j * m, m);
            for (var n = 0; n < _n; n++)
                Vectors.AddScaled(directionGradients + (long)j * _d, blockScores.Data[j * _n + n], overTime.Data + (long)n * _d, _d);
            for (var t = 0; t < m; t++)
            {
                Vectors.AddScaled(directionGradients + (long)(_h + j) * _d, frameScores.Data[j * m + t], overBlocks.Data + (long)t * _d,
                    _d);
                Vectors.AddScaled(fromBlocks.Data + (long)t * _d, frameScores.Data[j * m + t] / _n, frameDirections + (long)j * _d, _d);
            }
        }

        if (stateGradient is null)
            return;
        // ∂ of the states: through p_j, through the mean over time, through the mean over blocks.
        for (var n = 0; n < _n; n++)
        {
            new Span<float>(fromTime.Data, _d).Clear();
            for (var j = 0; j < _h; j++)
                Vectors.AddScaled(fromTime.Data, blockScores.Data[j * _n + n] / m, blockDirections + (long)j * _d, _d);
            for (var t = 0; t < m; t++)
            {
                var into = State(stateGradient, b, n, t);
                new Span<float>(fromTime.Data, _d).CopyTo(new Span<float>(into, _d));
                Vectors.AddScaled(into, 1, fromBlocks.Data + (long)t * _d, _d);
                for (var j = 0; j < _h; j++)
                    Vectors.AddScaled(into, beta[j * _n + n] * alpha[j * m + t], g + (long)j * _d, _d);
            }
        }
    }

    /// <summary>H~_t <c>[N, D]</c> and H~_c <c>[m, D]</c>.</summary>
    private void Means(int b, float* states, float* overTime, float* overBlocks)
    {
        var m = _sequences.Length(b);
        for (var n = 0; n < _n; n++)
        {
            for (var t = 0; t < m; t++)
            {
                Vectors.AddScaled(overTime + (long)n * _d, 1f / m, State(states, b, n, t), _d);
                Vectors.AddScaled(overBlocks + (long)t * _d, 1f / _n, State(states, b, n, t), _d);
            }
        }
    }

    private float* State(float* states, int b, int n, int t)
        => states + ((long)n * _sequences.RowCount + _sequences.Start(b) + t) * _d;
}
