using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Kernels;

/// <summary>
/// The gates of one frame of a GRU and their gradients: <c>h</c> units, gates reset, update, new behind each other
/// (<see cref="GruDirection"/>).
/// </summary>
/// <remarks>Vectors of 512 bits where they are fast, then of 256, then one unit at a time, which is the plain form.</remarks>
internal static unsafe class GruGates
{
    /// <summary>In: <c>W_i x</c>, <c>W_h h'</c>, h'. Out: r, z, n in place of the first; <c>W_hn h' + b_hn</c>; h.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(int h, float* inputBias, float* hiddenBias, float* gates, float* product, float* before, float* state,
        float* hiddenNew)
    {
        var h2 = 2 * h;
        var j = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; j <= h - 16; j += 16)
            {
                var (r, z) = Activation.Sigmoids(
                    Vector512.Load(gates + j) + Vector512.Load(inputBias + j) + Vector512.Load(product + j)
                        + Vector512.Load(hiddenBias + j),
                    Vector512.Load(gates + h + j) + Vector512.Load(inputBias + h + j) + Vector512.Load(product + h + j)
                    + Vector512.Load(hiddenBias + h + j));
                var hn = Vector512.Load(product + h2 + j) + Vector512.Load(hiddenBias + h2 + j);
                var n = Activation.Tanh(Vector512.FusedMultiplyAdd(
                    r, hn, Vector512.Load(gates + h2 + j) + Vector512.Load(inputBias + h2 + j)));
                r.Store(gates + j);
                z.Store(gates + h + j);
                n.Store(gates + h2 + j);
                hn.Store(hiddenNew + j);
                Vector512.FusedMultiplyAdd(z, Vector512.Load(before + j) - n, n).Store(state + j);
            }
        }
        for (; j <= h - 8; j += 8)
        {
            var (r, z) = Activation.Sigmoids(
                Vector256.Load(gates + j) + Vector256.Load(inputBias + j) + Vector256.Load(product + j) + Vector256.Load(hiddenBias + j),
                Vector256.Load(gates + h + j) + Vector256.Load(inputBias + h + j) + Vector256.Load(product + h + j)
                + Vector256.Load(hiddenBias + h + j));
            var hn = Vector256.Load(product + h2 + j) + Vector256.Load(hiddenBias + h2 + j);
            var n = Activation.Tanh(Vector256.FusedMultiplyAdd(r, hn, Vector256.Load(gates + h2 + j) + Vector256.Load(inputBias + h2 + j)));
            r.Store(gates + j);
            z.Store(gates + h + j);
            n.Store(gates + h2 + j);
            hn.Store(hiddenNew + j);
            Vector256.FusedMultiplyAdd(z, Vector256.Load(before + j) - n, n).Store(state + j);
        }
        for (; j < h; j++)
        {
            var r = Activation.Sigmoid(gates[j] + inputBias[j] + product[j] + hiddenBias[j]);
            var z = Activation.Sigmoid(gates[h + j] + inputBias[h + j] + product[h + j] + hiddenBias[h + j]);
            var hn = product[h2 + j] + hiddenBias[h2 + j];
            var n = MathF.Tanh(gates[h2 + j] + inputBias[h2 + j] + r * hn);
            (gates[j], gates[h + j], gates[h2 + j], hiddenNew[j]) = (r, z, n, hn);
            state[j] = n + z * (before[j] - n);
        }
    }

    /// <summary>
    /// In: ∂h from outside and from later steps, h', r, z, n, <c>W_hn h' + b_hn</c>. Out: their gradients in place, the same for the
    /// product with W_h, and ∂h' without it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(int h, float* outside, float* carry, float* before, float* gates, float* hiddenNew, float* product)
    {
        var h2 = 2 * h;
        var j = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; j <= h - 16; j += 16)
            {
                var (r, z, n, hn) = (Vector512.Load(gates + j), Vector512.Load(gates + h + j), Vector512.Load(gates + h2 + j),
                    Vector512.Load(hiddenNew + j));
                var dh = Vector512.Load(outside + j) + Vector512.Load(carry + j);
                var dn = dh * (Vector512<float>.One - z) * (Vector512<float>.One - n * n);
                var dz = dh * (Vector512.Load(before + j) - n) * z * (Vector512<float>.One - z);
                var dr = dn * hn * r * (Vector512<float>.One - r);
                var dhn = dn * r;
                (dh * z).Store(carry + j);
                dr.Store(gates + j);
                dz.Store(gates + h + j);
                dn.Store(gates + h2 + j);
                dhn.Store(hiddenNew + j);
                dr.Store(product + j);
                dz.Store(product + h + j);
                dhn.Store(product + h2 + j);
            }
        }
        for (; j <= h - 8; j += 8)
        {
            var (r, z, n, hn) = (Vector256.Load(gates + j), Vector256.Load(gates + h + j), Vector256.Load(gates + h2 + j),
                Vector256.Load(hiddenNew + j));
            var dh = Vector256.Load(outside + j) + Vector256.Load(carry + j);
            var dn = dh * (Vector256<float>.One - z) * (Vector256<float>.One - n * n);
            var dz = dh * (Vector256.Load(before + j) - n) * z * (Vector256<float>.One - z);
            var dr = dn * hn * r * (Vector256<float>.One - r);
            var dhn = dn * r;
            (dh * z).Store(carry + j);
            dr.Store(gates + j);
            dz.Store(gates + h + j);
            dn.Store(gates + h2 + j);
            dhn.Store(hiddenNew + j);
            dr.Store(product + j);
            dz.Store(product + h + j);
            dhn.Store(product + h2 + j);
        }
        for (; j < h; j++)
        {
            var (r, z, n, hn) = (gates[j], gates[h + j], gates[h2 + j], hiddenNew[j]);
            var dh = outside[j] + carry[j];
            var dn = dh * (1 - z) * (1 - n * n);
            carry[j] = dh * z;
            gates[j] = product[j] = dn * hn * r * (1 - r);
            gates[h + j] = product[h + j] = dh * (before[j] - n) * z * (1 - z);
            gates[h2 + j] = dn;
            hiddenNew[j] = product[h2 + j] = dn * r;
        }
    }
}
