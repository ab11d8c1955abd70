using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Kernels;

/// <summary>A matrix in memory: row i starts at <c>Data + (Rows is null ? i · Stride : Rows[i])</c>, so rows may lie anywhere.</summary>
internal readonly unsafe struct MatrixRows(float* data, long stride, long* rows = null)
{
    public float* Data => data;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Row(int i) => rows is null ? data + i * stride : data + rows[i];

    /// <summary>The matrix without its first rows.</summary>
    public MatrixRows From(int row)
        => rows is null ? new MatrixRows(data + row * stride, stride) : new MatrixRows(data, stride, rows + row);
}

/// <summary>
/// The right-hand factor of products, copied into panels of <see cref="Gemm.PanelWidth"/> columns: what the inner kernel reads is
/// contiguous.
/// </summary>
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

    /// <summary>Panel p from depth k on: (Depth − k) x PanelWidth, row-major.</summary>
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

    /// <summary>
    /// Packs B given by its columns: element (k, n) = row n of <paramref name="transposed"/>, column k. A weight [out, in] enters this way.
    /// </summary>
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
/// Blocked as Goto and van de Geijn do: panels of B in the first-level cache, a block of A in the second, a tile of C in registers: 8 x 32
/// where 512-bit vectors are fast (<see cref="GemmTile512"/>), else 6 x 16 (<see cref="GemmTile256"/>). Portable code; an element's sum
/// runs over the depth in order, whatever the tile. Results may differ between processors with and without fused multiply-add.
/// </remarks>
internal static unsafe class Gemm
{
    private const int DepthBlock = 256, RowBlock = 72;   // 16 or 32 KB of a panel, 72 KB of A: a multiple of both tiles' heights

    // Constants to the compiler: it knows the processor.
    public static int PanelWidth => Vector512.IsHardwareAccelerated ? GemmTile512.Width : GemmTile256.Width;
    public static int TileHeight => Vector512.IsHardwareAccelerated ? GemmTile512.Height : GemmTile256.Height;

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
        var edge = stackalloc float[TileHeight * PanelWidth];   // a tile of which not all is there
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
                    {
                        var tile = packed + (long)i * depth;
                        var (tileHeight, sum) = (Math.Min(TileHeight, height - i), accumulate || k > 0);
                        if (tileHeight == TileHeight && width == PanelWidth)
                        {
                            Tile(tile, panel, depth, c, m + i, p * PanelWidth, sum);
                        }
                        else
                        {
                            Tile(tile, panel, depth, new MatrixRows(edge, PanelWidth), 0, 0, accumulate: false);
                            StoreEdge(edge, c, m + i, tileHeight, p * PanelWidth, width, sum);
                        }
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile(float* a, float* b, int depth, MatrixRows c, int row, int column, bool accumulate)
    {
        if (Vector512.IsHardwareAccelerated)
            GemmTile512.Multiply(a, b, depth, c, row, column, accumulate);
        else
            GemmTile256.Multiply(a, b, depth, c, row, column, accumulate);
    }

    /// <summary>Copies a block of A tile by tile, k-major within a tile; rows beyond the block are 0.</summary>
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
        float* r0 = a.Row(m) + k, r1 = a.Row(m + 1) + k, r2 = a.Row(m + 2) + k, r3 = a.Row(m + 3) + k, r4 = a.Row(m + 4) + k,
            r5 = a.Row(m + 5) + k;
        float* r6 = TileHeight > 6 ? a.Row(m + 6) + k : null, r7 = TileHeight > 6 ? a.Row(m + 7) + k : null;
        for (var j = 0; j < depth; j++, to += TileHeight)
        {
            to[0] = r0[j];
            to[1] = r1[j];
            to[2] = r2[j];
            to[3] = r3[j];
            to[4] = r4[j];
            to[5] = r5[j];
            if (TileHeight > 6)
            {
                to[6] = r6[j];
                to[7] = r7[j];
            }
        }
    }

    private static void PackColumns(MatrixRows a, int m, int k, int depth, float* to)
    {
        // A row may be the last thing in its memory: exactly the tile's height is read, 8 floats or 4 + 2.
        for (var j = 0; j < depth; j++, to += TileHeight)
        {
            var from = a.Row(k + j) + m;
            if (TileHeight == 8)
            {
                Vector256.Load(from).Store(to);
            }
            else
            {
                Vector128.Load(from).Store(to);
                Vector64.Load(from + 4).Store(to + 4);
            }
        }
    }

    private static void PackPart(MatrixRows a, bool byColumns, int m, int valid, int k, int depth, float* to)
    {
        for (var j = 0; j < depth; j++, to += TileHeight)
        {
            for (var i = 0; i < TileHeight; i++)
                to[i] = i >= valid ? 0 : byColumns ? a.Row(k + j)[m + i] : a.Row(m + i)[k + j];
        }
    }

    /// <summary>Copies, or adds, the part of a tile that is there.</summary>
    private static void StoreEdge(float* tile, MatrixRows c, int row, int height, int column, int width, bool accumulate)
    {
        for (var i = 0; i < height; i++)
        {
            var to = c.Row(row + i) + column;
            for (var j = 0; j < width; j++)
                to[j] = accumulate ? to[j] + tile[i * PanelWidth + j] : tile[i * PanelWidth + j];
        }
    }
}
