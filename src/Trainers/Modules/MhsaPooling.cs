using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Modules;

/// <summary>Multi-head self-attention pooling over frames: a learned query per head, <c>[B, m, D] -> [B, H·a]</c> (paper §2.2).</summary>
/// <remarks>Pools first and projects later: the sum over frames and <c>W_j^V</c> are both linear, so the order is free and this one is a times cheaper.</remarks>
internal sealed class MhsaPooling : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly AttentionWeights score;
    private readonly HeadValues value;

    public MhsaPooling(int featureSize, int headCount, int headSize) : base(nameof(MhsaPooling))
    {
        score = new AttentionWeights(featureSize, headCount, headSize);
        value = new HeadValues(featureSize, headCount, headSize);
        RegisterComponents();
    }

    public AttentionWeights Frames => score;
    public HeadValues Values => value;

    public override Tensor forward(Tensor states, Tensor? frameMask)
    {
        using var scope = NewDisposeScope();
        var weights = score.call(states, frameMask);                              // [B, H, m]
        return value.call(matmul(weights, states)).MoveToOuterDisposeScope();     // [B, H·a]
    }
}
