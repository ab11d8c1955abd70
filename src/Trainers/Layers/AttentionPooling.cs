using MlNetSer.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Layers;

/// <summary>
/// Pools ragged states <c>[N, R, D]</c> to <c>[B, H, D]</c> by weights over blocks and frames together (paper eqs. 1–4 without W^V).
/// </summary>
/// <remarks>
/// On a CPU it runs our kernel (<see cref="CtaPool"/>); elsewhere the formula on padded tensors. Both give the same numbers to 1e-5
/// (tested).
/// </remarks>
internal sealed class AttentionPooling : autograd.MultiTensorFunction<AttentionPooling>
{
    public override string Name => nameof(AttentionPooling);

    /// <param name="states"><c>[N, R, D]</c>.</param>
    /// <param name="blockQuery"><c>[H, D]</c>, weights blocks; not used where N = 1.</param>
    /// <param name="frameQuery"><c>[H, D]</c>, weights frames.</param>
    /// <param name="lengths"><c>[B]</c>.</param>
    public static Tensor Run(Tensor states, Tensor blockQuery, Tensor frameQuery, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        if (!Ragged.TakenByKernels(states))
            return OnPadded(Ragged.Pad(states, lengths), blockQuery, frameQuery, Ragged.FrameMask(lengths, states.device))
                .MoveToOuterDisposeScope();
        var pass = new Pass(states.contiguous(), blockQuery.contiguous(), frameQuery.contiguous(),
            new PackedSequences(lengths.data<long>().ToArray()));
        if (is_grad_enabled())
            return apply(states, blockQuery, frameQuery, pass)[0].MoveToOuterDisposeScope();
        using (pass)
            return pass.Forward().MoveToOuterDisposeScope();
    }

    /// <summary>The formula as the paper writes it, but for W^V: states <c>[B, N, m, D]</c>, mask <c>[B, m]</c>.</summary>
    public static Tensor OnPadded(Tensor states, Tensor blockQuery, Tensor frameQuery, Tensor frameMask)
    {
        using var scope = NewDisposeScope();
        var (b, n, m, d) = (states.shape[0], states.shape[1], states.shape[2], states.shape[3]);
        var (blockWeights, frameWeights) = Weights(states, blockQuery, frameQuery, frameMask);
        var perFrame = matmul(blockWeights, states.reshape(b, n, m * d)).view(b, -1, m, d);              // [B, H, m, D]  (3)(4), blocks
        return matmul(frameWeights.unsqueeze(2), perFrame).squeeze(2).MoveToOuterDisposeScope();         // [B, H, D]     (3)(4), frames
    }

    /// <summary>The weights of the blocks <c>[B, H, N]</c> (1) and of the frames <c>[B, H, m]</c> (2); padded frames get 0.</summary>
    public static (Tensor Blocks, Tensor Frames) Weights(Tensor states, Tensor blockQuery, Tensor frameQuery, Tensor frameMask)
    {
        using var scope = NewDisposeScope();
        using Scalar nothing = float.NegativeInfinity;
        var (b, m) = (states.shape[0], states.shape[2]);
        var share = frameMask.to(states.dtype);
        share = share / share.sum(1, keepdim: true);                                                     // [B, m], 1/length on real frames
        var overTime = matmul(share.view(b, 1, 1, m), states).squeeze(2);                                // [B, N, D]  H~_t
        var overBlocks = states.mean([1L]);                                                              // [B, m, D]  H~_c
        var blockWeights = nn.functional.softmax(matmul(overTime, blockQuery.t()).transpose(1, 2), -1);  // [B, H, N]  (1)
        var frameScores = matmul(overBlocks, frameQuery.t()).transpose(1, 2);                            // [B, H, m]
        var frameWeights = nn.functional.softmax(frameScores.masked_fill(frameMask.logical_not().unsqueeze(1), nothing), -1);   // (2)
        return (blockWeights.MoveToOuterDisposeScope(), frameWeights.MoveToOuterDisposeScope());
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(nameof(Pass), vars[3]);
        return [((Pass)vars[3]).Forward()];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using var pass = (Pass)ctx.get_data(nameof(Pass));
        using var gradient = grad_outputs[0].contiguous();
        return [.. pass.Backward(gradient).Select(g => g!), null!];
    }

    /// <summary>The memory of one run.</summary>
    private sealed unsafe class Pass : IDisposable
    {
        private readonly Tensor _states, _blockQuery, _frameQuery;
        private readonly PackedSequences _sequences;
        private readonly CtaPool _pool;
        private readonly bool _needsStateGradient;

        public Pass(Tensor states, Tensor blockQuery, Tensor frameQuery, PackedSequences sequences)
        {
            _needsStateGradient = states.requires_grad;
            (_states, _blockQuery, _frameQuery, _sequences) = (states.Keep(), blockQuery.Keep(), frameQuery.Keep(), sequences);
            _pool = new CtaPool(sequences, (int)states.shape[0], (int)states.shape[2], (int)frameQuery.shape[0]);
        }

        public Tensor Forward()
        {
            var pooled = empty(_sequences.Count, _frameQuery.shape[0], _frameQuery.shape[1]);
            _pool.Forward(_states.Pointer(), _blockQuery.Pointer(), _frameQuery.Pointer(), pooled.Pointer());
            return pooled;
        }

        /// <summary>Of states, block query and frame query; null for states that are not trained.</summary>
        public Tensor?[] Backward(Tensor gradient)
        {
            var (ofStates, ofBlocks, ofFrames) = (_needsStateGradient
                ? StepMemory.Empty(_states.shape) : null, empty(_blockQuery.shape), empty(_frameQuery.shape));
            _pool.Backward(_states.Pointer(), _blockQuery.Pointer(), _frameQuery.Pointer(), gradient.Pointer(), ofStates is null
                ? null : ofStates.Pointer(), ofBlocks.Pointer(), ofFrames.Pointer());
            return [ofStates, ofBlocks, ofFrames];
        }

        public void Dispose()
        {
            _pool.Dispose();
            _states.Dispose();
            _blockQuery.Dispose();
            _frameQuery.Dispose();
        }
    }
}
