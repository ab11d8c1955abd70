using MlNetSer.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Layers;

/// <summary>
/// Channel and temporal-wise attention: weights encoder blocks and frames together and sums to one vector per utterance (paper eqs. 1–4).
/// </summary>
/// <remarks>
/// B utterances · N blocks · R frames of all utterances · H heads · a units per head · D features. Ragged input <c>[N, R, D]</c> with
/// lengths <c>[B]</c>, output <c>[B, H·a]</c>. In the paper's symbols α_t (from the time-averaged states) weights blocks, α_c (from the
/// block-averaged states) weights frames. A_j = α_c^T α_t has rank one and W_j^V is linear, so eq. (4) is pooled over blocks and frames
/// first and projected last: the same numbers with a times fewer operations and no <c>[B, H, a, m, N]</c> tensor.
/// </remarks>
internal sealed class CtaPooling : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly AttentionQuery time;
    private readonly AttentionQuery chan;
    private readonly HeadValues value;

    public CtaPooling(int featureSize, int headCount, int headSize) : base(nameof(CtaPooling))
    {
        time = new AttentionQuery(featureSize, headCount, headSize);
        chan = new AttentionQuery(featureSize, headCount, headSize);
        value = new HeadValues(featureSize, headCount, headSize);
        RegisterComponents();
    }

    public AttentionQuery Blocks => time;
    public AttentionQuery Frames => chan;
    public HeadValues Values => value;

    public override Tensor forward(Tensor states, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var pooled = AttentionPooling.Run(states, time.Scaled(), chan.Scaled(), lengths);   // [B, H, D]  (1)–(4)
        return value.call(pooled).MoveToOuterDisposeScope();                            // [B, H·a]   (4)
    }

    /// <summary>The matrices A_j for ragged states: <c>[B, H, N, m]</c>, m the longest; padded frames are 0 (eq. 3).</summary>
    public Tensor Attention(Tensor states, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var (blocks, frames) = AttentionPooling.Weights(
            Ragged.Pad(states, lengths), time.Scaled(), chan.Scaled(), Ragged.FrameMask(lengths, states.device));
        return blocks.unsqueeze(3).mul(frames.unsqueeze(2)).MoveToOuterDisposeScope();
    }

    /// <summary>The ONNX form: <c>[1, N, m, D] -> [1, H·a]</c>, and the matrices A_j as <c>[1, H, N, m]</c>.</summary>
    public (string Vector, string Attention) Export(OnnxGraph graph, string states)
    {
        var (headCount, featureSize) = (value.Weights.shape[0], value.Weights.shape[2]);
        string Mean(long axis) => graph.Op("ReduceMean", [states], ("axes", new[] { axis }), ("keepdims", 0L));
        var blockWeights = time.Export(graph, Mean(axis: 2));                                           // [1, H, N]  (1)
        var frameWeights = chan.Export(graph, Mean(axis: 1));                                           // [1, H, m]  (2)

        var flat = graph.Op("Flatten", [states], ("axis", 2L));                                         // [N, m·D]
        var perFrame = graph.Reshape(graph.Op("MatMul", blockWeights, flat), 1, headCount, -1, featureSize);   // [1, H, m, D]
        var pooled = graph.Op("MatMul", graph.Unsqueeze(frameWeights, 2), perFrame);                    // [1, H, 1, D]
        var attention = graph.Op("Mul", graph.Unsqueeze(blockWeights, 3), graph.Unsqueeze(frameWeights, 2));   // [1, H, N, m]  (3)
        return (value.Export(graph, graph.Squeeze(pooled, 2)), attention);                              // [1, H·a]   (4)
    }
}
