using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Kernels;

/// <summary>One step of Adam over a run of numbers (Kingma and Ba 2015, algorithm 1, in PyTorch's order of operations).</summary>
/// <remarks>
/// <c>m = β₁ m + (1 − β₁) g</c>, <c>v = β₂ v + (1 − β₂) g²</c>, <c>w −= rate · m / (√v · scale + ε)</c>, where <c>rate = α / (1 − β₁ᵗ)</c>
/// and <c>scale = 1 / √(1 − β₂ᵗ)</c>. One pass over memory instead of PyTorch's seven.
/// </remarks>
internal static unsafe class AdamStep
{
    public const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;   // PyTorch's defaults

    /// <summary>Rate and scale of step t, counted from 1.</summary>
    public static (float Rate, float Scale) Correction(double learningRate, int step)
        => ((float)(learningRate / (1 - Math.Pow(0.9, step))), (float)(1 / Math.Sqrt(1 - Math.Pow(0.999, step))));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* weights, float* gradients, float* mean, float* square, long length, float rate, float scale)
    {
        var (keep1, take1) = (Vector256.Create(Beta1), Vector256.Create(1 - Beta1));
        var (keep2, take2) = (Vector256.Create(Beta2), Vector256.Create(1 - Beta2));
        var (r, s, epsilon) = (Vector256.Create(rate), Vector256.Create(scale), Vector256.Create(Epsilon));
        var i = 0L;
        for (; i <= length - 8; i += 8)
        {
            var g = Vector256.Load(gradients + i);
            var m = keep1 * Vector256.Load(mean + i) + take1 * g;
            var v = keep2 * Vector256.Load(square + i) + take2 * (g * g);
            m.Store(mean + i);
            v.Store(square + i);
            (Vector256.Load(weights + i) - r * m / (Vector256.Sqrt(v) * s + epsilon)).Store(weights + i);
        }
        Scalar(weights + i, gradients + i, mean + i, square + i, length - i, rate, scale);
    }

    /// <summary>The same, one number at a time.</summary>
    public static void Scalar(float* weights, float* gradients, float* mean, float* square, long length, float rate, float scale)
    {
        for (var i = 0L; i < length; i++)
        {
            var g = gradients[i];
            mean[i] = Beta1 * mean[i] + (1 - Beta1) * g;
            square[i] = Beta2 * square[i] + (1 - Beta2) * (g * g);
            weights[i] -= rate * mean[i] / (MathF.Sqrt(square[i]) * scale + Epsilon);
        }
    }
}
