using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Kernels;

/// <summary>A matrix in memory: row i starts at <c>Data + (Rows is null ? i · Stride : Rows[i])</c>, so rows may lie anywhere.</summary>
internal readonly unsafe struct MatrixRows(float* data, long stride, long* rows = null)
{
    public float* Data => data;

    public float* Row(int i) => rows is null ? data + i * stride : data + rows[i];

    /// <summary>The matrix without its first rows.</summary>
    public MatrixRows From(int row) => rows is null ? new MatrixRows(data + row * stride, stride) : new MatrixRows(data, stride, rows + row);
}

/// <summary>The right-hand factor of products, copied into panels of 16 columns: what the inner kernel reads is contiguous.</summary>
internal sealed unsafe class PackedMatrix : IDisposable
{
    private readonly NativeBuffer _panels;

    private PackedMatrix(int depth, int columns)
    {
        (Depth, Columns) = (depth, columns);
        _panels = new NativeBuffer((long)depth * PanelCount * Gemm.PanelWidth);
    }

    /// <summary>Rows of the factor: the dimension that is summed over.</summary>
    public int Depth { get; }

    public int Columns { get; }

    public int PanelCount => (Columns + Gemm.PanelWidth - 1) / Gemm.PanelWidth;

    /// <summary>Panel p from depth k on: (Depth − k) x 16, row-major.</summary>
    public float* Panel(int p, int k) => _panels.Data + ((long)p * Depth + k) * Gemm.PanelWidth;

    /// <summary>Packs B given by its rows: element (k, n) = row k, column n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static PackedMatrix FromRows(MatrixRows b, int depth, int columns)
    {
        var packed = new PackedMatrix(depth, columns);
        for (var p = 0; p < packed.PanelCount; p++)
        {
            var width = Math.Min(Gemm.PanelWidth, columns - p * Gemm.PanelWidth);
            var to = packed.Panel(p, 0);
            for (var k = 0; k < depth; k++, to += Gemm.PanelWidth)
            {
                var from = b.Row(k) + p * Gemm.PanelWidth;
                for (var j = 0; j < Gemm.PanelWidth; j++)
                    to[j] = j < width ? from[j] : 0;
            }
        }
        return packed;
    }

    /// <summary>Packs B given by its columns: element (k, n) = row n of <paramref name="transposed"/>, column k. A weight [out, in] enters this way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static PackedMatrix FromColumns(MatrixRows transposed, int depth, int columns)
    {
        var packed = new PackedMatrix(depth, columns);
        for (var p = 0; p < packed.PanelCount; p++)
        {
            for (var j = 0; j < Gemm.PanelWidth; j++)
            {
                var n = p * Gemm.PanelWidth + j;
                var to = packed.Panel(p, 0) + j;
                var from = n < columns ? transposed.Row(n) : null;
                for (var k = 0; k < depth; k++, to += Gemm.PanelWidth)
                    *to = from is null ? 0 : from[k];
            }
        }
        return packed;
    }

    public void Dispose() => _panels.Dispose();
}

/// <summary>Single-precision matrix products, <c>C (+)= A · B</c>, on one thread.</summary>
/// <remarks>
/// Blocked as Goto and van de Geijn do: panels of B in the first-level cache, a block of A in the second, a 6 x 16 tile of C in registers
/// (12 <see cref="Vector256{T}"/> accumulators). Portable code; the order of the sums, and so every bit, depends on the sizes only. Results may
/// differ between processors with and without fused multiply-add.
/// </remarks>
internal static unsafe class Gemm
{
    public const int PanelWidth = 16, TileHeight = 6;
    private const int DepthBlock = 256, RowBlock = 72;   // 16 KB of a panel, 72 KB of A

    /// <summary>C = A·B, or C += A·B. A is given by its rows: element (m, k) = row m, column k.</summary>
    public static void Multiply(MatrixRows a, int rows, PackedMatrix b, MatrixRows c, bool accumulate)
        => Blocks(a, byColumns: false, rows, b, c, accumulate);

    /// <summary>C = Aᵀ·B, or C += Aᵀ·B. A is given transposed: element (m, k) = row k, column m.</summary>
    public static void MultiplyTransposed(MatrixRows a, int rows, PackedMatrix b, MatrixRows c, bool accumulate)
        => Blocks(a, byColumns: true, rows, b, c, accumulate);

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks(MatrixRows a, bool byColumns, int rows, PackedMatrix b, MatrixRows c, bool accumulate)
    {
        if (b.Depth == 0 && !accumulate)
        {
            for (var m = 0; m < rows; m++)
                new Span<float>(c.Row(m), b.Columns).Clear();
        }
        var packed = stackalloc float[RowBlock * DepthBlock + 16];
        packed = (float*)(((nint)packed + 63) & ~63);
        for (var k = 0; k < b.Depth; k += DepthBlock)
        {
            var depth = Math.Min(DepthBlock, b.Depth - k);
            for (var m = 0; m < rows; m += RowBlock)
            {
                var height = Math.Min(RowBlock, rows - m);
                Pack(a, byColumns, m, height, k, depth, packed);
                for (var p = 0; p < b.PanelCount; p++)
                {
                    var panel = b.Panel(p, k);
                    var width = Math.Min(PanelWidth, b.Columns - p * PanelWidth);
                    for (var i = 0; i < height; i += TileHeight)
                        Tile(packed + (long)i * depth, panel, depth, c, m + i, Math.Min(TileHeight, height - i), p * PanelWidth, width, accumulate || k > 0);
                }
            }
        }
    }

    /// <summary>Copies a block of A tile by tile, k-major within a tile; rows beyond the block are 0. May write two floats beyond the last tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(MatrixRows a, bool byColumns, int m, int height, int k, int depth, float* packed)
    {
        for (var tile = 0; tile < height; tile += TileHeight)
        {
            var to = packed + (long)tile * depth;
            var valid = Math.Min(TileHeight, height - tile);
            if (valid < TileHeight)
                PackPart(a, byColumns, m + tile, valid, k, depth, to);
            else if (byColumns)
                PackColumns(a, m + tile, k, depth, to);
            else
                PackRows(a, m + tile, k, depth, to);
        }
    }

    private static void PackRows(MatrixRows a, int m, int k, int depth, float* to)
    {
        float* r0 = a.Row(m) + k, r1 = a.Row(m + 1) + k, r2 = a.Row(m + 2) + k, r3 = a.Row(m + 3) + k, r4 = a.Row(m + 4) + k, r5 = a.Row(m + 5) + k;
        for (var j = 0; j < depth; j++, to += TileHeight)
        {
            to[0] = r0[j];
            to[1] = r1[j];
            to[2] = r2[j];
            to[3] = r3[j];
            to[4] = r4[j];
            to[5] = r5[j];
        }
    }

    private static void PackColumns(MatrixRows a, int m, int k, int depth, float* to)
    {
        // Eight floats are moved for six: the next step overwrites the other two. The last one reads no further than its row allows.
        for (var j = 0; j < depth - 1; j++, to += TileHeight)
            Vector256.Load(a.Row(k + j) + m).Store(to);
        var from = a.Row(k + depth - 1) + m;
        for (var i = 0; i < TileHeight; i++)
            to[i] = from[i];
    }

    private static void PackPart(MatrixRows a, bool byColumns, int m, int valid, int k, int depth, float* to)
    {
        for (var j = 0; j < depth; j++, to += TileHeight)
        {
            for (var i = 0; i < TileHeight; i++)
                to[i] = i >= valid ? 0 : byColumns ? a.Row(k + j)[m + i] : a.Row(m + i)[k + j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* a, float* b, int depth, MatrixRows c, int row, int height, int column, int width, bool accumulate)
    {
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        for (var k = 0; k < depth; k++, a += TileHeight, b += PanelWidth)
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
        if (height == TileHeight && width == PanelWidth)
        {
            Store(c.Row(row) + column, c00, c01, accumulate);
            Store(c.Row(row + 1) + column, c10, c11, accumulate);
            Store(c.Row(row + 2) + column, c20, c21, accumulate);
            Store(c.Row(row + 3) + column, c30, c31, accumulate);
            Store(c.Row(row + 4) + column, c40, c41, accumulate);
            Store(c.Row(row + 5) + column, c50, c51, accumulate);
            return;
        }
        var edge = stackalloc float[TileHeight * PanelWidth];
        Store(edge, c00, c01, false);
        Store(edge + 16, c10, c11, false);
        Store(edge + 32, c20, c21, false);
        Store(edge + 48, c30, c31, false);
        Store(edge + 64, c40, c41, false);
        Store(edge + 80, c50, c51, false);
        for (var i = 0; i < height; i++)
        {
            var to = c.Row(row + i) + column;
            for (var j = 0; j < width; j++)
                to[j] = accumulate ? to[j] + edge[i * PanelWidth + j] : edge[i * PanelWidth + j];
        }
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
