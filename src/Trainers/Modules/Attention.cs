using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Modules;

/// <summary>Attention weights of one learned query per head: <c>α_j = softmax(W_j^Q (W_j^K X^T) / √d_α)</c> (paper eqs. 1 and 2).</summary>
/// <remarks>
/// B utterances · L positions (blocks or frames) · H heads · a units per head · D features. Input <c>[B, L, D]</c>, output <c>[B, H, L]</c>.
/// The two factors make one vector per head, <c>u_j = W_j^Q W_j^K</c>, so they are multiplied first: the same function, a times cheaper. Both stay
/// parameters, because the optimiser moves them differently.
/// </remarks>
internal sealed class AttentionWeights : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly Parameter q;   // [H, a]
    private readonly Parameter k;   // [H, a, D]
    private readonly double _scale;

    public AttentionWeights(int featureSize, int headCount, int headSize) : base(nameof(AttentionWeights))
    {
        q = Init.Uniform(headSize, headCount, headSize);
        k = Init.Uniform(featureSize, headCount, headSize, featureSize);
        _scale = 1.0 / Math.Sqrt(headSize);
        RegisterComponents();
    }

    /// <param name="positions"><c>[B, L, D]</c>.</param>
    /// <param name="mask"><c>[B, L]</c>, true = a real position; null = all are.</param>
    public override Tensor forward(Tensor positions, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var direction = einsum("ha,had->hd", q, k);                                   // [H, D]
        var scores = matmul(positions, direction.t()).transpose(1, 2) * _scale;       // [B, H, L]
        if (mask is not null)
            scores = scores.masked_fill(mask.logical_not().unsqueeze(1), double.NegativeInfinity);
        return nn.functional.softmax(scores, -1).MoveToOuterDisposeScope();           // [B, H, L]
    }

    /// <summary>The weights in the form that scoring needs: <c>u_j / √d_α</c>, <c>[H, D]</c>.</summary>
    public float[] ScaledDirections()
    {
        using var scope = no_grad();
        using var direction = einsum("ha,had->hd", q, k) * _scale;
        return direction.ToFloats();
    }
}

/// <summary>Projects each head's pooled features by its own <c>W_j^V</c> and concatenates: <c>[B, H, D] -> [B, H·a]</c> (paper eq. 4).</summary>
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
}

internal static class Init
{
    /// <summary>Uniform in ±1/√fanIn, as PyTorch's linear layers start.</summary>
    public static Parameter Uniform(int fanIn, params long[] shape)
    {
        var bound = 1 / Math.Sqrt(fanIn);
        return new Parameter(rand(shape) * (2 * bound) - bound);
    }

    public static float[] ToFloats(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary><c>[B, m]</c>, true where the frame is real.</summary>
    public static Tensor FrameMask(Tensor lengths, long frames)
        => arange(frames, device: lengths.device).unsqueeze(0) < lengths.unsqueeze(1);
}
