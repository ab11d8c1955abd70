using MlNetSer.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Layers;

/// <summary>
/// What weights positions by one learned query per head: <c>α_j = softmax(W_j^Q (W_j^K X^T) / √d_α)</c> (paper eqs. 1 and 2).
/// </summary>
/// <remarks>
/// H heads · a units per head · D features. The two factors make one vector per head, <c>u_j = W_j^Q W_j^K</c>, so they are multiplied
/// first: the same function, a times cheaper. Both stay parameters, because the optimiser moves them differently.
/// </remarks>
internal sealed class AttentionQuery : nn.Module
{
    private readonly Parameter q;   // [H, a]
    private readonly Parameter k;   // [H, a, D]
    private readonly float _scale;

    public AttentionQuery(int featureSize, int headCount, int headSize) : base(nameof(AttentionQuery))
    {
        q = Init.Uniform(headSize, headCount, headSize);
        k = Init.Uniform(featureSize, headCount, headSize, featureSize);
        _scale = 1 / MathF.Sqrt(headSize);
        RegisterComponents();
    }

    /// <summary><c>u_j / √d_α</c>: <c>[H, D]</c>.</summary>
    public Tensor Scaled()
    {
        using var scope = NewDisposeScope();
        using Scalar scale = _scale;   // kept alive through the call: see AdamOptimizer
        return einsum("ha,had->hd", q, k).mul(scale).MoveToOuterDisposeScope();
    }

    /// <summary>The ONNX form of the weights: positions <c>[1, L, D] -> [1, H, L]</c>.</summary>
    public string Export(OnnxGraph graph, string positions)
    {
        using var query = Scaled();                                                                     // [H, D]
        var weights = graph.Constant("attention.u", query.ToFloats(), query.shape);
        var scores = graph.Op("MatMul", positions, graph.Transpose(weights, 1, 0));                     // [1, L, H]
        return graph.Op("Softmax", [graph.Transpose(scores, 0, 2, 1)], ("axis", -1L));
    }
}

/// <summary>
/// Projects each head's pooled features by its own <c>W_j^V</c> and concatenates: <c>[B, H, D] -> [B, H·a]</c> (paper eq. 4).
/// </summary>
internal sealed class HeadValues : nn.Module<Tensor, Tensor>
{
    private readonly Parameter v;   // [H, a, D]

    public HeadValues(int featureSize, int headCount, int headSize) : base(nameof(HeadValues))
    {
        v = Init.Uniform(featureSize, headCount, headSize, featureSize);
        RegisterComponents();
    }

    public Parameter Weights => v;

    public override Tensor forward(Tensor pooled)
    {
        using var scope = NewDisposeScope();
        return einsum("had,bhd->bha", v, pooled).flatten(1).MoveToOuterDisposeScope();
    }

    /// <summary>The ONNX form: <c>[1, H, D] -> [1, H·a]</c>.</summary>
    public string Export(OnnxGraph graph, string pooled)
    {
        var weights = graph.Constant("attention.v", v.ToFloats(), v.shape);                             // [H, a, D]
        var perHead = graph.Op("MatMul", graph.Unsqueeze(pooled, 2), graph.Transpose(weights, 0, 2, 1));   // [1, H, 1, a]
        return graph.Reshape(perHead, 1, v.shape[0] * v.shape[1]);
    }
}

internal static class Init
{
    /// <summary>Uniform in ±1/√fanIn, as PyTorch's linear layers start.</summary>
    public static Parameter Uniform(int fanIn, params long[] shape)
    {
        var bound = 1 / Math.Sqrt(fanIn);
        using Scalar width = 2 * bound, low = bound;
        using var values = rand(shape).mul_(width).sub_(low);
        return new Parameter(values);
    }

    public static float[] ToFloats(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }
}
