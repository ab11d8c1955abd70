using System.Diagnostics;
using MlNetSer.Kernels;
using MlNetSer.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Benchmarks;

/// <summary>Where the time of a training step goes: recurrent layers, dropout, attention head, and the product kernel's share of the machine's peak.</summary>
internal static class StepParts
{
    public static IEnumerable<string> Run(int rounds, string? only)
    {
        set_num_threads(1);
        yield return "| part of a step | recurrent layers forward (ms) | backward (ms) | head both ways (ms) |";
        yield return "|--|--|--|--|";
        foreach (var size in TrainingStep.Sizes.Where(s => only is null || s.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            using var scope = NewDisposeScope();
            random.manual_seed(1);
            var blocks = Enumerable.Range(0, size.Blocks).Select(_ => new BiGru(size.FeatureSize, size.Hidden, 2, 0)).ToArray();
            var head = new CtaPooling(2 * size.Hidden, 8, 64);
            var features = randn(size.Blocks, size.Batch * size.Frames, size.FeatureSize);
            var lengths = full(size.Batch, size.Frames, dtype: ScalarType.Int64);
            var (forward, backward) = Time(rounds, () => GroupedGru.Run(blocks, features, lengths));
            var states = randn(size.Blocks, size.Batch * size.Frames, 2 * size.Hidden).requires_grad_();
            var pooling = Time(rounds, () => head.call(states, lengths));
            yield return $"| {size.Name} | {forward:F0} | {backward:F0} | {pooling.Forward + pooling.Backward:F0} |";
        }
        foreach (var (rows, depth, columns) in new[] { (3520, 512, 768), (32, 256, 768), (1600, 176, 192), (32, 64, 192) })
            yield return $"product {rows} x {depth} x {columns}, 1 thread: {Product(rows, depth, columns):F1} GFLOP/s";
    }

    private static (double Forward, double Backward) Time(int rounds, Func<Tensor> run)
    {
        var times = Enumerable.Range(0, rounds + 1).Select(_ =>
        {
            using var scope = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            var result = run();
            var forward = clock.Elapsed.TotalMilliseconds;
            var gradient = ones_like(result);
            clock.Restart();
            result.backward([gradient]);
            return (Forward: forward, Backward: clock.Elapsed.TotalMilliseconds);
        }).Skip(1).ToArray();
        return (times.Select(t => t.Forward).Order().ElementAt(rounds / 2), times.Select(t => t.Backward).Order().ElementAt(rounds / 2));
    }

    private static unsafe double Product(int rows, int depth, int columns)
    {
        using var a = NativeBuffer.Zeros((long)rows * depth);
        using var b = NativeBuffer.Zeros((long)columns * depth);
        using var c = NativeBuffer.Zeros((long)rows * columns);
        using var packed = PackedMatrix.FromColumns(new MatrixRows(b.Data, depth), depth, columns);
        var repeats = (int)Math.Max(3, 2e9 / ((double)rows * depth * columns));
        Gemm.Multiply(new MatrixRows(a.Data, depth), rows, packed, new MatrixRows(c.Data, columns), false);
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < repeats; i++)
            Gemm.Multiply(new MatrixRows(a.Data, depth), rows, packed, new MatrixRows(c.Data, columns), false);
        return 2.0 * rows * depth * columns * repeats / clock.Elapsed.TotalSeconds / 1e9;
    }
}
