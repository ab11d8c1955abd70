using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Kernels;

/// <summary>The innermost kernel of <see cref="Gemm"/>: a 8 x 32 tile of C in 16 registers of 512 bits.</summary>
/// <remarks>
/// It calls nothing that is not inlined: with a call behind the loop the JIT keeps the sums in memory, which costs a factor of 2.5 to 5.
/// </remarks>
internal static unsafe class GemmTile512
{
    public const int Height = 8, Width = 32;

    /// <param name="a">Packed A, depth x 8.</param>
    /// <param name="b">Panel of B, depth x 32.</param>
    /// <param name="depth">Terms of each sum.</param>
    /// <param name="c">The result.</param>
    /// <param name="row">First row of the tile in C.</param>
    /// <param name="column">First column.</param>
    /// <param name="accumulate">Whether to add to C.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* a, float* b, int depth, MatrixRows c, int row, int column, bool accumulate)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default,
            c31 = default;
        Vector512<float> c40 = default, c41 = default, c50 = default, c51 = default, c60 = default, c61 = default, c70 = default,
            c71 = default;
        for (var k = 0; k < depth; k++, a += Height, b += Width)
        {
            var b0 = Vector512.Load(b);
            var b1 = Vector512.Load(b + 16);
            var x = Vector512.Create(a[0]);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[1]);
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2]);
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[3]);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a[4]);
            c40 = Vector512.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a[5]);
            c50 = Vector512.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(x, b1, c51);
            x = Vector512.Create(a[6]);
            c60 = Vector512.FusedMultiplyAdd(x, b0, c60);
            c61 = Vector512.FusedMultiplyAdd(x, b1, c61);
            x = Vector512.Create(a[7]);
            c70 = Vector512.FusedMultiplyAdd(x, b0, c70);
            c71 = Vector512.FusedMultiplyAdd(x, b1, c71);
        }
        Store(c.Row(row) + column, c00, c01, accumulate);
        Store(c.Row(row + 1) + column, c10, c11, accumulate);
        Store(c.Row(row + 2) + column, c20, c21, accumulate);
        Store(c.Row(row + 3) + column, c30, c31, accumulate);
        Store(c.Row(row + 4) + column, c40, c41, accumulate);
        Store(c.Row(row + 5) + column, c50, c51, accumulate);
        Store(c.Row(row + 6) + column, c60, c61, accumulate);
        Store(c.Row(row + 7) + column, c70, c71, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector512<float> left, Vector512<float> right, bool accumulate)
    {
        if (accumulate)
        {
            left += Vector512.Load(to);
            right += Vector512.Load(to + 16);
        }
        left.Store(to);
        right.Store(to + 16);
    }
}
