using MlNetSer.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Layers;

/// <summary>
/// Multi-head self-attention pooling over frames: a learned query per head, ragged <c>[1, R, D] -> [B, H·a]</c> (paper §2.2).
/// </summary>
/// <remarks>
/// Pools first and projects later: the sum over frames and <c>W_j^V</c> are both linear, so the order is free and this one is a times
/// cheaper.
/// </remarks>
internal sealed class MhsaPooling : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly AttentionQuery score;
    private readonly HeadValues value;

    public MhsaPooling(int featureSize, int headCount, int headSize) : base(nameof(MhsaPooling))
    {
        score = new AttentionQuery(featureSize, headCount, headSize);
        value = new HeadValues(featureSize, headCount, headSize);
        RegisterComponents();
    }

    public override Tensor forward(Tensor states, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var query = score.Scaled();                                                                     // [H, D]
        var pooled = AttentionPooling.Run(states, zeros_like(query), query, lengths);                 // [B, H, D]; one block has weight 1
        return value.call(pooled).MoveToOuterDisposeScope();                                          // [B, H·a]
    }

    /// <summary>The ONNX form: <c>[1, m, D] -> [1, H·a]</c>.</summary>
    public string Export(OnnxGraph graph, string states)
        => value.Export(graph, graph.Op("MatMul", score.Export(graph, states), states));              // by way of [1, H, m] and [1, H, D]
}
