using System.Diagnostics;
using MlNetSer.Kernels;
using MlNetSer.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Benchmarks;

/// <summary>One training step of CTA-RNN: our network against the form one would write first, N <c>nn.GRU</c> modules in a loop over packed sequences.</summary>
internal static class TrainingStep
{
    public sealed record Size(string Name, int Batch, int Blocks, int Frames, int FeatureSize, int Hidden);

    public static readonly Size[] Sizes =
    [
        new("paper, hidden 256", 32, 12, 110, 512, 256),
        new("NeMo small, hidden 256", 32, 16, 70, 176, 256),
        new("NeMo small, hidden 64", 32, 16, 70, 176, 64),
    ];

    /// <summary>One step of a real epoch: lengths spread as in a corpus, mean about 70 frames, the longest 220.</summary>
    public static string Spread(int threads)
    {
        Threads.Count = threads;
        set_num_threads(1);
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        using var network = new CtaRnn(16, 176, 4, new NetworkSizes(64, 2, 8, 32, 0.3));
        var optimizer = optim.Adam(network.parameters(), 1e-3);
        var draw = new Random(1);
        var total = 0.0;
        for (var step = 0; step < 20; step++)
        {
            using var inner = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            var lengths = Enumerable.Range(0, 32).Select(_ => (long)Math.Clamp(62 * Math.Exp(0.4 * (draw.NextDouble() + draw.NextDouble() + draw.NextDouble() - 1.5) * 2), 20, 220)).ToArray();
            var features = randn(16, lengths.Sum(), 176);
            var batch = clock.Elapsed.TotalMilliseconds;
            clock.Restart();
            var logits = network.call([new Sequences(features, tensor(lengths))]);
            var forward = clock.Elapsed.TotalMilliseconds;
            clock.Restart();
            optimizer.zero_grad();
            nn.functional.cross_entropy(logits, zeros(32, ScalarType.Int64)).backward();
            var backward = clock.Elapsed.TotalMilliseconds;
            clock.Restart();
            optimizer.step();
            total += forward + backward;
            Console.WriteLine($"max {lengths.Max()} mean {lengths.Average():F0}: batch {batch:F0} forward {forward:F0} backward {backward:F0} adam {clock.Elapsed.TotalMilliseconds:F0}");
        }
        return $"{total / 20:F0} ms";
    }

    public static IEnumerable<string> Run(int threads, int rounds, string? only)
    {
        Threads.Count = threads;
        set_num_threads(1);
        yield return $"| training step, {threads} threads | frames | naive, padded (ms) | naive, packed (ms) | ours (ms) | ours vs packed | ours vs padded | inference: naive packed (ms) | ours (ms) | ratio |";
        yield return "|--|--|--|--|--|--|--|--|--|--|";
        foreach (var size in Sizes.Where(s => only is null || s.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            foreach (var equal in new[] { true, false })
            {
                var (padded, packed, ours) = (Time(size, Form.Padded, equal, true, rounds), Time(size, Form.Packed, equal, true, rounds), Time(size, Form.Ours, equal, true, rounds));
                var (packedInference, oursInference) = (Time(size, Form.Packed, equal, false, rounds), Time(size, Form.Ours, equal, false, rounds));
                yield return $"| {size.Name}: B {size.Batch}, N {size.Blocks}, d {size.FeatureSize} | {(equal ? $"{size.Frames}" : $"{size.Frames * 4 / 10}–{size.Frames}")} | {padded:F0} | {packed:F0} | {ours:F0} | **{packed / ours:F1} x** | {padded / ours:F1} x | {packedInference:F0} | {oursInference:F0} | {packedInference / oursInference:F1} x |";
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
        var optimizer = optim.Adam(network.parameters(), 1e-3);
        var random1 = new Random(1);
        var lengths = tensor(Enumerable.Range(0, size.Batch).Select(i => i == 0 || equalLengths ? size.Frames : (long)random1.Next(size.Frames * 4 / 10, size.Frames + 1)).ToArray());
        var features = randn(size.Batch, size.Blocks, size.Frames, size.FeatureSize);
        var ragged = Ragged.Pack(features, lengths);
        var labels = tensor(Enumerable.Range(0, size.Batch).Select(i => i % 4L).ToArray());
        network.train(train);

        set_num_threads(form == Form.Ours ? 1 : Threads.Count);   // as the training loop does; the naive form has all threads in libtorch
        double Step()
        {
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
                optimizer.zero_grad();
                nn.functional.cross_entropy(logits, labels).backward();
                optimizer.step();
            }
            return clock.Elapsed.TotalMilliseconds;
        }
        Step();
        return Enumerable.Range(0, rounds).Select(_ => Step()).Order().ElementAt(rounds / 2);
    }
}
