using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Kernels;

/// <summary>The innermost kernel of <see cref="Gemm"/>: a 6 x 16 tile of C in 12 registers of 256 bits.</summary>
/// <remarks>
/// It calls nothing that is not inlined: with a call behind the loop the JIT keeps the sums in memory, which costs a factor of 2.5 to 5.
/// </remarks>
internal static unsafe class GemmTile256
{
    public const int Height = 6, Width = 16;

    /// <param name="a">Packed A, depth x 6.</param>
    /// <param name="b">Panel of B, depth x 16.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="c">The result.</param>
    /// <param name="row">First row of the tile in C.</param>
    /// <param name="column">First column.</param>
    /// <param name="accumulate">Whether to add to C.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* a, float* b, int depth, MatrixRows c, int row, int column, bool accumulate)
    {
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default,
            c31 = default;
        Vector256<float> c40 = default, c41 = default, c50 = default, c51 = default;
        for (var k = 0; k < depth; k++, a += Height, b += Width)
        {
            var b0 = Vector256.Load(b);
            var b1 = Vector256.Load(b + 8);
            var x = Vector256.Create(a[0]);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[1]);
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2]);
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3]);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            x = Vector256.Create(a[4]);
            c40 = Vector256.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
            x = Vector256.Create(a[5]);
            c50 = Vector256.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
        }
        Store(c.Row(row) + column, c00, c01, accumulate);
        Store(c.Row(row + 1) + column, c10, c11, accumulate);
        Store(c.Row(row + 2) + column, c20, c21, accumulate);
        Store(c.Row(row + 3) + column, c30, c31, accumulate);
        Store(c.Row(row + 4) + column, c40, c41, accumulate);
        Store(c.Row(row + 5) + column, c50, c51, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector256<float> left, Vector256<float> right, bool accumulate)
    {
        if (accumulate)
        {
            left += Vector256.Load(to);
            right += Vector256.Load(to + 8);
        }
        left.Store(to);
        right.Store(to + 8);
    }
}
