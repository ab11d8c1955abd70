using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Modules;

/// <summary>Channel and temporal-wise attention: weights encoder blocks and frames together and sums to one vector per utterance (paper eqs. 1–4).</summary>
/// <remarks>
/// B utterances · N blocks · m frames after padding · H heads · a units per head · D features. Input <c>[B, N, m, D]</c> with
/// <c>frameMask [B, m]</c>, output <c>[B, H·a]</c>. In the paper's symbols α_t (from the time-averaged states) weights blocks, α_c (from the
/// block-averaged states) weights frames. A_j = α_c^T α_t has rank one and W_j^V is linear, so eq. (4) is pooled over blocks, then frames, then projected:
/// the same numbers with a times fewer operations and no <c>[B, H, a, m, N]</c> tensor.
/// </remarks>
internal sealed class CtaPooling : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly AttentionWeights time;
    private readonly AttentionWeights chan;
    private readonly HeadValues value;

    public CtaPooling(int featureSize, int headCount, int headSize) : base(nameof(CtaPooling))
    {
        time = new AttentionWeights(featureSize, headCount, headSize);
        chan = new AttentionWeights(featureSize, headCount, headSize);
        value = new HeadValues(featureSize, headCount, headSize);
        RegisterComponents();
    }

    public AttentionWeights Blocks => time;
    public AttentionWeights Frames => chan;
    public HeadValues Values => value;

    public override Tensor forward(Tensor states, Tensor frameMask)
    {
        using var scope = NewDisposeScope();
        var (b, n, m, d) = (states.shape[0], states.shape[1], states.shape[2], states.shape[3]);

        var share = frameMask.to(states.dtype);
        share = share / share.sum(1, keepdim: true);                                          // [B, m], 1/length on real frames
        var overTime = matmul(share.view(b, 1, 1, m), states).squeeze(2);                     // [B, N, D]  H~_t
        var overBlocks = states.mean([1L]);                                                   // [B, m, D]  H~_c
        var blockWeights = time.call(overTime, null);                                         // [B, H, N]  (1)
        var frameWeights = chan.call(overBlocks, frameMask);                                  // [B, H, m]  (2)

        var perFrame = matmul(blockWeights, states.reshape(b, n, m * d)).view(b, -1, m, d);   // [B, H, m, D]  (3)(4), blocks
        var pooled = matmul(frameWeights.unsqueeze(2), perFrame).squeeze(2);                  // [B, H, D]     (3)(4), frames
        return value.call(pooled).MoveToOuterDisposeScope();                                  // [B, H·a]
    }
}
