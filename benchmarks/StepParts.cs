using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MlNetSer.Kernels;
using MlNetSer.Layers;
using MlNetSer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Benchmarks;

/// <summary>
/// Where the time of a training step goes on one thread: matrix products, packing for them, everything else; and how far the products are
/// from the machine's peak.
/// </summary>
internal static class StepParts
{
    public static IEnumerable<string> Run(int rounds, string? only)
    {
        Threads.Count = 1;
        set_num_threads(1);
        var peak = Peak();
        yield return $"Peak of fused multiply-adds in registers, one thread, vectors of {(Vector512.IsHardwareAccelerated ? 512 : 256)} "
            + $"bits: {peak:F0} GFLOP/s.";
        yield return "";
        yield return "| one thread | recurrent layers, both ways (ms) | of it products | packing | gates, dropout, sums, copies | head, "
            + "both ways (ms) | products (GFLOP/s) | of peak |";
        yield return "|--|--|--|--|--|--|--|--|";
        foreach (var size in TrainingStep.Sizes.Where(s => only is null || s.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            using var scope = NewDisposeScope();
            random.manual_seed(1);
            var blocks = Enumerable.Range(0, size.Blocks).Select(_ => new BiGru(size.FeatureSize, size.Hidden, 2, 0.3)).ToArray();
            var head = new CtaPooling(2 * size.Hidden, 8, 64);
            var features = randn(size.Blocks, size.Batch * size.Frames, size.FeatureSize);
            var lengths = full(size.Batch, size.Frames, dtype: ScalarType.Int64);
            var recurrent = Time(rounds, () => GroupedGru.Run(blocks, features, lengths));
            var states = randn(size.Blocks, size.Batch * size.Frames, 2 * size.Hidden).requires_grad_();
            var pooling = Time(rounds, () => head.call(states, lengths));
            var (products, packing, operations) = Products(size, rounds);
            var rest = recurrent - products - packing;
            yield return $"| {size.Name} | {recurrent:F0} | {products / recurrent:P0} | {packing / recurrent:P0} | {rest / recurrent:P0} "
                + $"| {pooling:F0} | {operations / products / 1e6:F0} | **{operations / products / 1e6 / peak:P0}** |";
        }
    }

    /// <summary>Median milliseconds of forward and backward.</summary>
    private static double Time(int rounds, Func<Tensor> run)
    {
        using var memory = new StepMemory();
        return Enumerable.Range(0, rounds + 1).Select(_ =>
        {
            memory.Begin();
            using var scope = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            var result = run();
            result.backward([ones_like(result)]);
            return clock.Elapsed.TotalMilliseconds;
        }).Skip(1).Order().ElementAt(rounds / 2);
    }

    /// <summary>
    /// The products of a step alone, with the packing of their right-hand factors, in the shapes that the kernels use: milliseconds, and
    /// floating-point operations.
    /// </summary>
    private static unsafe (double Products, double Packing, double Operations) Products(TrainingStep.Size size, int rounds)
    {
        var (rows, h, h3, steps) = (size.Batch * size.Frames, size.Hidden, 3 * size.Hidden, size.Frames);
        using var a = Noise((long)rows * Math.Max(h3, Math.Max(size.FeatureSize, 2 * h)));
        using var b = Noise((long)rows * Math.Max(h3, Math.Max(size.FeatureSize, 2 * h)));
        using var c = NativeBuffer.Zeros((long)rows * Math.Max(h3, Math.Max(size.FeatureSize, 2 * h)));
        var operations = 0.0;
        List<(double, double)> times = [];
        for (var round = 0; round <= rounds; round++)
        {
            double products = 0, packing = 0;
            operations = 0;
            void Multiply(int m, int depth, int n, int repeats, bool transposed = false)
            {
                var clock = Stopwatch.StartNew();
                using var packed = transposed ? PackedMatrix.FromRows(new MatrixRows(b.Data, n), depth, n)
                    : PackedMatrix.FromColumns(new MatrixRows(b.Data, depth), depth, n);
                packing += clock.Elapsed.TotalMilliseconds;
                clock.Restart();
                for (var i = 0; i < repeats; i++)
                {
                    if (transposed)
                        Gemm.MultiplyTransposed(new MatrixRows(a.Data, m), m, packed, new MatrixRows(c.Data, n), false);
                    else
                        Gemm.Multiply(new MatrixRows(a.Data, depth), m, packed, new MatrixRows(c.Data, n), false);
                }
                products += clock.Elapsed.TotalMilliseconds;
                operations += 2.0 * m * depth * n * repeats;
            }
            for (var direction = 0; direction < 2 * size.Blocks; direction++)
            {
                for (var layer = 0; layer < 2; layer++)
                {
                    var inputs = layer == 0 ? size.FeatureSize : 2 * h;
                    Multiply(rows, inputs, h3, 1);                            // W_i x, all frames
                    Multiply(size.Batch, h, h3, steps - 1);                   // W_h h, step by step
                    Multiply(size.Batch, h3, h, steps - 1);                   // back through time
                    Multiply(h3, rows, inputs, 1, transposed: true);          // gradient of W_i
                    Multiply(h3, rows - size.Batch, h, 1, transposed: true);  // gradient of W_h
                    if (layer == 1)
                        Multiply(rows, h3, inputs, 1);                        // gradient of the layer below
                }
            }
            times.Add((products, packing));
        }
        return (times.Skip(1).Select(t => t.Item1).Order().ElementAt(rounds / 2), times.Skip(1).Select(t => t.Item2).Order()
            .ElementAt(rounds / 2), operations);
    }

    private static unsafe NativeBuffer Noise(long length)
    {
        var buffer = new NativeBuffer(length);
        var random = new Random(1);
        for (var i = 0L; i < length; i++)
            buffer.Data[i] = random.NextSingle() - 0.5f;
        return buffer;
    }

    /// <summary>What twelve independent chains of fused multiply-adds reach, GFLOP/s.</summary>
    private static double Peak()
        => Vector512.IsHardwareAccelerated ? Rate(Vector512<float>.Count, Chains512) : Rate(Vector256<float>.Count, Chains256);

    private const int PeakRounds = 10_000_000, ChainCount = 12;

    private static double Rate(int lanes, Func<float> chains) => Enumerable.Range(0, 5).Max(_ =>
    {
        var clock = Stopwatch.StartNew();
        return chains() > 0 ? 2.0 * ChainCount * lanes * PeakRounds / clock.Elapsed.TotalSeconds / 1e9 : 0;
    });

    // No calls in or behind the loops, or the sums would live in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chains512()
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(1e-9f));
        Vector512<float> s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x, s8 = x, s9 = x, s10 = x, s11 = x;
        for (var i = 0; i < PeakRounds; i++)
        {
            s0 = Vector512.FusedMultiplyAdd(s0, x, y);
            s1 = Vector512.FusedMultiplyAdd(s1, x, y);
            s2 = Vector512.FusedMultiplyAdd(s2, x, y);
            s3 = Vector512.FusedMultiplyAdd(s3, x, y);
            s4 = Vector512.FusedMultiplyAdd(s4, x, y);
            s5 = Vector512.FusedMultiplyAdd(s5, x, y);
            s6 = Vector512.FusedMultiplyAdd(s6, x, y);
            s7 = Vector512.FusedMultiplyAdd(s7, x, y);
            s8 = Vector512.FusedMultiplyAdd(s8, x, y);
            s9 = Vector512.FusedMultiplyAdd(s9, x, y);
            s10 = Vector512.FusedMultiplyAdd(s10, x, y);
            s11 = Vector512.FusedMultiplyAdd(s11, x, y);
        }
        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).GetElement(0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Chains256()
    {
        var (x, y) = (Vector256.Create(0.999f), Vector256.Create(1e-9f));
        Vector256<float> s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x, s6 = x, s7 = x, s8 = x, s9 = x, s10 = x, s11 = x;
        for (var i = 0; i < PeakRounds; i++)
        {
            s0 = Vector256.FusedMultiplyAdd(s0, x, y);
            s1 = Vector256.FusedMultiplyAdd(s1, x, y);
            s2 = Vector256.FusedMultiplyAdd(s2, x, y);
            s3 = Vector256.FusedMultiplyAdd(s3, x, y);
            s4 = Vector256.FusedMultiplyAdd(s4, x, y);
            s5 = Vector256.FusedMultiplyAdd(s5, x, y);
            s6 = Vector256.FusedMultiplyAdd(s6, x, y);
            s7 = Vector256.FusedMultiplyAdd(s7, x, y);
            s8 = Vector256.FusedMultiplyAdd(s8, x, y);
            s9 = Vector256.FusedMultiplyAdd(s9, x, y);
            s10 = Vector256.FusedMultiplyAdd(s10, x, y);
            s11 = Vector256.FusedMultiplyAdd(s11, x, y);
        }
        return (s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11).GetElement(0);
    }
}
