using System.Diagnostics;
using MlNetSer.Kernels;
using MlNetSer.Layers;
using MlNetSer.Networks;
using MlNetSer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Benchmarks;

/// <summary>
/// One training step of CTA-RNN: our network against the form one would write first, N <c>nn.GRU</c> modules in a loop over packed
/// sequences.
/// </summary>
internal static class TrainingStep
{
    public sealed record Size(string Name, int Batch, int Blocks, int Frames, int FeatureSize, int Hidden);

    public static readonly Size[] Sizes =
    [
        new("paper, hidden 256", 32, 12, 110, 512, 256),
        new("NeMo small, hidden 256", 32, 16, 70, 176, 256),
        new("NeMo small, hidden 64", 32, 16, 70, 176, 64),
    ];

    public static IEnumerable<string> Run(int rounds, string? only)
    {
        yield return $"| training step, {Threads.Count} threads | frames | naive, padded (ms) | naive, packed (ms) | ours (ms) | ours vs "
            + "packed | ours vs padded | inference: naive packed (ms) | ours (ms) | ratio |";
        yield return "|--|--|--|--|--|--|--|--|--|--|";
        foreach (var size in Sizes.Where(s => only is null || s.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            foreach (var equal in new[] { true, false })
            {
                var (padded, packed, ours) = (Time(size, Form.Padded, equal, true, rounds), Time(size, Form.Packed, equal, true, rounds),
                    Time(size, Form.Ours, equal, true, rounds));
                var (packedInference, oursInference) = (Time(size, Form.Packed, equal, false, rounds),
                    Time(size, Form.Ours, equal, false, rounds));
                yield return $"| {size.Name}: B {size.Batch}, N {size.Blocks}, d {size.FeatureSize} | "
                    + $"{(equal ? $"{size.Frames}" : $"{size.Frames * 4 / 10}–{size.Frames}")} | {padded:F0} | {packed:F0} | {ours:F0} | "
                    + $"**{packed / ours:F1} x** | {padded / ours:F1} x | {packedInference:F0} | {oursInference:F0} | "
                    + $"{packedInference / oursInference:F1} x |";
            }
        }
    }

    private enum Form { Padded, Packed, Ours }

    /// <summary>Median milliseconds after one warm-up.</summary>
    private static double Time(Size size, Form form, bool equalLengths, bool train, int rounds)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var network = new CtaRnn(size.Blocks, size.FeatureSize, 4, new NetworkSizes(size.Hidden, 2, 8, 64, 0.3));
        using var optimizer = new AdamOptimizer(network.parameters());
        var random1 = new Random(1);
        var lengths = tensor(Enumerable.Range(0, size.Batch)
            .Select(i => i == 0 || equalLengths ? size.Frames : (long)random1.Next(size.Frames * 4 / 10, size.Frames + 1)).ToArray());
        var features = randn(size.Batch, size.Blocks, size.Frames, size.FeatureSize);
        var ragged = Ragged.Pack(features, lengths);
        var labels = tensor(Enumerable.Range(0, size.Batch).Select(i => i % 4L).ToArray());
        network.train(train);

        set_num_threads(form == Form.Ours ? 1 : Threads.Count);   // as the training loop does; the naive form has all threads in libtorch
        using var memory = new StepMemory();
        double Step()
        {
            memory.Begin();
            using var inner = NewDisposeScope();
            using var mode = set_grad_enabled(train);
            var clock = Stopwatch.StartNew();
            var logits = form switch
            {
                Form.Ours => network.call([new Sequences(ragged, lengths)]),
                _ => network.Naive(features, lengths, packed: form == Form.Packed),
            };
            if (train)
            {
                optimizer.ZeroGradients();
                nn.functional.cross_entropy(logits, labels).backward();
                optimizer.Step(1e-3);
            }
            return clock.Elapsed.TotalMilliseconds;
        }
        Step();
        return Enumerable.Range(0, rounds).Select(_ => Step()).Order().ElementAt(rounds / 2);
    }
}
