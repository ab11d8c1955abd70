using System.Runtime.InteropServices;
using MlNetSer.Kernels;

namespace MlNetSer.Tests.Kernels;

/// <summary>Products against three loops, at sizes that no tile, panel or block divides.</summary>
public sealed unsafe class GemmTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 3, 5)]
    [InlineData(8, 256, 32)]
    [InlineData(6, 257, 16)]
    [InlineData(75, 300, 33)]
    [InlineData(32, 64, 192)]
    [InlineData(13, 0, 20)]
    public void Equal_three_loops(int rows, int depth, int columns)
    {
        foreach (var accumulate in new[] { false, true })
        {
            foreach (var transposed in new[] { false, true })
            {
                var random = new Random(1);
                NativeBuffer Draw(int length)
                {
                    var buffer = NativeBuffer.Zeros(Math.Max(1, length));
                    for (var i = 0; i < length; i++)
                        buffer.Data[i] = (float)(random.NextDouble() - 0.5);
                    return buffer;
                }
                using NativeBuffer a = Draw(rows * depth), b = Draw(depth * columns), c = Draw(rows * columns);
                var before = new Span<float>(c.Data, rows * columns).ToArray();
                using var packed = PackedMatrix.FromRows(new MatrixRows(b.Data, columns), depth, columns);

                if (transposed)
                    Gemm.MultiplyTransposed(new MatrixRows(a.Data, rows), rows, packed, new MatrixRows(c.Data, columns), accumulate);
                else
                    Gemm.Multiply(new MatrixRows(a.Data, depth), rows, packed, new MatrixRows(c.Data, columns), accumulate);

                for (var m = 0; m < rows; m++)
                {
                    for (var n = 0; n < columns; n++)
                    {
                        var sum = accumulate ? before[m * columns + n] : 0.0;
                        for (var k = 0; k < depth; k++)
                            sum += (double)(transposed ? a.Data[k * rows + m] : a.Data[m * depth + k]) * b.Data[k * columns + n];
                        Assert.Equal(sum, c.Data[m * columns + n], 1e-5);
                    }
                }
            }
        }
    }

    [Fact]
    public void Columns_pack_as_rows_do()
    {
        using var b = NativeBuffer.Zeros(6 * 37);
        for (var i = 0; i < 6 * 37; i++)
            b.Data[i] = i;
        using var turned = NativeBuffer.Zeros(6 * 37);
        for (var k = 0; k < 6; k++)
        {
            for (var n = 0; n < 37; n++)
                turned.Data[n * 6 + k] = b.Data[k * 37 + n];
        }

        using PackedMatrix rows = PackedMatrix.FromRows(new MatrixRows(b.Data, 37), 6, 37),
            columns = PackedMatrix.FromColumns(new MatrixRows(turned.Data, 6), 6, 37);

        for (var p = 0; p < rows.PanelCount; p++)
            Assert.Equal(new Span<float>(rows.Panel(p, 0), 6 * Gemm.PanelWidth).ToArray(),
                new Span<float>(columns.Panel(p, 0), 6 * Gemm.PanelWidth).ToArray());
    }

    /// <summary>The row that is last in memory is walked first, and the page after it must not be touched.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(48)]
    public void Transposed_factor_is_not_read_past_its_rows(int rows)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SKIPPED: pages are guarded by mmap and mprotect of Linux.");
        const int Depth = 3, Columns = 16, PageBytes = 4096, NoAccess = 0, ReadWrite = 3, PrivateAnonymous = 0x22;
        var page = (byte*)MemoryMap(0, 2 * PageBytes, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.Equal(0, ProtectMemory((nint)(page + PageBytes), PageBytes, NoAccess));
        var a = (float*)(page + PageBytes) - Depth * rows;
        var order = stackalloc long[Depth];
        for (var k = 0; k < Depth; k++)
            order[k] = (long)(Depth - 1 - k) * rows;
        for (var i = 0; i < Depth * rows; i++)
            a[i] = i;
        using NativeBuffer b = NativeBuffer.Zeros(Depth * Columns), c = NativeBuffer.Zeros(rows * Columns);
        new Span<float>(b.Data, Depth * Columns).Fill(1);
        using var packed = PackedMatrix.FromRows(new MatrixRows(b.Data, Columns), Depth, Columns);

        Gemm.MultiplyTransposed(new MatrixRows(a, 0, order), rows, packed, new MatrixRows(c.Data, Columns), accumulate: false);

        for (var m = 0; m < rows; m++)
            Assert.Equal(3 * rows + 3 * m, c.Data[m * Columns]);   // m + (m + rows) + (m + 2 rows)
        Assert.Equal(0, UnmapMemory((nint)page, 2 * PageBytes));
    }

    [DllImport("libc", EntryPoint = "mmap")]
    private static extern nint MemoryMap(nint address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    private static extern int ProtectMemory(nint address, nint length, int protection);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int UnmapMemory(nint address, nint length);
}
