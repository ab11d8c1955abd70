using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Filterbank;

/// <summary>
/// The natural logarithm of sixteen values at once. Lanes never mix, and nothing but IEEE operations is used: the same bits on every
/// processor.
/// </summary>
internal static class LaneMath
{
    /// <summary>
    /// ln x for normal x &gt; 0, within 1e-7 relative or absolute of double precision (tested); infinity and NaN stay what they are.
    /// </summary>
    /// <remarks>x = m·2^e with m in [√½, √2), a polynomial for ln m (Cephes' <c>logf</c>), e·ln 2 in two parts.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        // Subtracting the bits of √½ first makes the exponent field count from √½ instead of from 1.
        var sqrtHalf = Vector512.Create(0x3f3504f3);
        var shifted = x.AsInt32() - sqrtHalf;
        var e = Vector512.ConvertToSingle(shifted >> 23);
        var t = ((shifted & Vector512.Create(0x007fffff)) + sqrtHalf).AsSingle() - Vector512<float>.One;

        var p = Vector512.Create(7.0376836292e-2f);
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.1514610310e-1f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.1676998740e-1f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.2420140846e-1f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.4249322787e-1f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.6668057665e-1f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(2.0000714765e-1f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-2.4999993993e-1f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(3.3333331174e-1f));
        var square = t * t;
        var small = Vector512.FusedMultiplyAdd(p, t * square, e * Vector512.Create(-2.12194440e-4f));
        small = Vector512.FusedMultiplyAdd(Vector512.Create(-0.5f), square, small);
        var log = Vector512.FusedMultiplyAdd(e, Vector512.Create(0.693359375f), t + small);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(float.PositiveInfinity)), log, x);
    }
}
