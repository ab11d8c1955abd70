using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Kernels;

/// <summary>Sums over rows of floats. The order of the additions depends on the length only.</summary>
internal static unsafe class Vectors
{
    /// <summary>into += factor · values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float* into, float factor, float* values, int length)
    {
        var f = Vector256.Create(factor);
        var j = 0;
        for (; j <= length - 8; j += 8)
            Vector256.FusedMultiplyAdd(f, Vector256.Load(values + j), Vector256.Load(into + j)).Store(into + j);
        for (; j < length; j++)
            into[j] += factor * values[j];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, int length)
    {
        Vector256<float> even = default, odd = default;
        var j = 0;
        for (; j <= length - 16; j += 16)
        {
            even = Vector256.FusedMultiplyAdd(Vector256.Load(a + j), Vector256.Load(b + j), even);
            odd = Vector256.FusedMultiplyAdd(Vector256.Load(a + j + 8), Vector256.Load(b + j + 8), odd);
        }
        var sum = Vector256.Sum(even + odd);
        for (; j < length; j++)
            sum += a[j] * b[j];
        return sum;
    }

    /// <summary>In place: values -> softmax of values.</summary>
    public static void Softmax(float* values, int length)
    {
        var largest = float.NegativeInfinity;
        for (var i = 0; i < length; i++)
            largest = MathF.Max(largest, values[i]);
        var sum = 0f;
        for (var i = 0; i < length; i++)
            sum += values[i] = MathF.Exp(values[i] - largest);
        for (var i = 0; i < length; i++)
            values[i] /= sum;
    }

    /// <summary>In place: gradients of a softmax's outputs -> of its inputs.</summary>
    public static void SoftmaxGradient(float* gradients, float* outputs, int length)
    {
        var shared = 0f;
        for (var i = 0; i < length; i++)
            shared += outputs[i] * gradients[i];
        for (var i = 0; i < length; i++)
            gradients[i] = outputs[i] * (gradients[i] - shared);
    }
}
