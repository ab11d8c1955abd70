using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Kernels;
using MlNetSer.Layers;
using MlNetSer.Networks;
using MlNetSer.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Benchmarks;

/// <summary>Training on whole corpora, read from an embedding store as apps do it.</summary>
internal static class CorpusRuns
{
    private static readonly MLContext Ml = new(1);
    private static readonly StepMemory s_memory = new();

    /// <summary>One epoch of CTA-RNN over EMO-DB: ours against the naive loop on packed sequences, batch by batch in turn.</summary>
    /// <param name="data">The folder shared/data.</param>
    /// <param name="store">Where the embeddings are, or are written first.</param>
    /// <param name="hidden">GRU units of each direction.</param>
    public static IEnumerable<string> Epoch(string data, string store, int hidden)
    {
        var speech = CorpusManifest.Load(Path.Combine(data, "emodb", "manifest.csv")).ToDataView(Ml);
        var encoder = SpeechEncoder.FromFile(Path.Combine(data, "nemo-conformer-ctc-small", "encoder.onnx"));
        var features = Ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(Ml.Transforms.EmbedSpeech("Embedding", encoder));
        var rows = Utterances.Read(features.Fit(speech).Transform(speech).Cached(store), new CtaRnnOptions(), default);
        var shape = rows.Streams[0].Shape;
        using var network = new CtaRnn(shape.BlockCount, shape.FeatureSize, rows.Classes.Count, new NetworkSizes(hidden, 2, 8, 64, 0.3));
        using var optimizer = new AdamOptimizer(network.parameters());
        double ours = 0, naive = 0;
        using var reader = new BatchReader(rows, CPU);
        foreach (var batch in reader.Read(Plan(rows)))
        {
            using (batch)
            {
                ours += Step(optimizer, batch, () => network.call(batch.Streams), kernels: true);
                naive += Step(optimizer, batch, () => network.Naive(
                    Ragged.Pad(batch.Streams[0].Features, batch.Streams[0].Lengths), batch.Streams[0].Lengths,
                    packed: true), kernels: false);
            }
        }
        yield return "| an epoch of CTA-RNN on EMO-DB | ours vs naive | ours (s) | naive, packed (s) | steps |";
        yield return "|--|--|--|--|--|";
        yield return $"| N {shape.BlockCount}, d {shape.FeatureSize}, hidden {hidden}, {rows.Count} utterances, {Threads.Count} threads | "
            + $"**{naive / ours:F1} x** | {ours:F1} | {naive:F1} | {Plan(rows).Count} |";
    }

    /// <summary>
    /// As many frames as IEMOCAP has (5,531 utterances of 12 x 512, lengths log-normal with mean 4.55 s, longest 34 s; synthetic values):
    /// peak memory, and what reading from disk costs a step.
    /// </summary>
    /// <param name="store">Where the 7.7 GB of embeddings are, or are written first.</param>
    /// <param name="system"><c>cta-rnn</c> or <c>cta</c>.</param>
    /// <param name="hidden">GRU units of each direction.</param>
    /// <param name="steps">Steps to time.</param>
    public static IEnumerable<string> Memory(string store, string system, int hidden, int steps)
    {
        var speech = Ml.Data.LoadFromEnumerable(SyntheticRow.Corpus());
        var keyed = new EmbeddingStoreOptions { AudioPathColumnName = null, KeyColumnNames = [nameof(SyntheticRow.Name)] };
        var rows = Utterances.Read(speech.Cached(store, "synthetic values of CorpusRuns", keyed), new CtaRnnOptions(), default);
        using SpeechNetwork network = system == "cta" ? new ChannelTemporalAttention(SyntheticRow.FeatureSize, 4, 8, 64)
            : new CtaRnn(SyntheticRow.BlockCount, SyntheticRow.FeatureSize, 4, new NetworkSizes(hidden, 2, 8, 64, 0.3));
        using var optimizer = new AdamOptimizer(network.parameters());
        using var reader = new BatchReader(rows, CPU);
        var plan = Plan(rows);
        double Train(IReadOnlyList<int[]> batches)
        {
            var clock = Stopwatch.StartNew();
            foreach (var batch in reader.Read(batches))
            {
                using (batch)
                    Step(optimizer, batch, () => network.call(batch.Streams), kernels: true);
            }
            return clock.Elapsed.TotalSeconds;
        }
        IReadOnlyList<int[]> timed = [.. plan.Take(steps)];
        Train(timed);                                                     // memory for the longest batch, and compiled code
        var inMemory = 0.0;                                               // each batch complete before the clock starts
        foreach (var one in timed)
        {
            foreach (var batch in reader.Read([one]))
            {
                using (batch)
                    inMemory += Step(optimizer, batch, () => network.call(batch.Streams), kernels: true);
            }
        }
        var fromDisk = Train(timed);
        var peak = Peak();
        yield return "| training on an IEMOCAP-sized store | reading costs | peak resident memory | from disk (s/step) | from memory "
            + "(s/step) | steps |";
        yield return "|--|--|--|--|--|--|";
        yield return $"| {system}{(system == "cta" ? "" : $", hidden {hidden}")}, {rows.Count} utterances, {Threads.Count} threads | "
            + $"**{100 * (fromDisk / inMemory - 1):F1} %** | **{peak / 1024.0 / 1024.0:F2} GB** | {fromDisk / steps:F3} | "
            + $"{inMemory / steps:F3} | {steps} |";
    }

    private static IReadOnlyList<int[]> Plan(Utterances rows)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        new Random(1).Shuffle(order);
        return BatchPlan.InOrder(order, 32);
    }

    private static double Step(AdamOptimizer optimizer, Batch batch, Func<Tensor> forward, bool kernels)
    {
        s_memory.Begin();
        set_num_threads(kernels ? 1 : Threads.Count);   // as the training loop does; the naive form has all threads in libtorch
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        optimizer.ZeroGradients();
        nn.functional.cross_entropy(forward(), batch.Labels).backward();
        optimizer.Step(1e-3);
        return clock.Elapsed.TotalSeconds;
    }

    /// <summary>VmHWM in kB.</summary>
    private static long Peak()
        => long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private sealed class SyntheticRow
    {
        public const int BlockCount = 12, FeatureSize = 512;

        public string Name { get; set; } = "";

        [KeyType(4)]
        public uint Label { get; set; }

        [VectorType]
        public float[] Embedding { get; set; } = [];

        [VectorType(3), ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];

        public static IEnumerable<SyntheticRow> Corpus()
        {
            var random = new Random(1);
            double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var noise = Enumerable.Range(0, 1 << 16).Select(_ => (float)Normal()).ToArray();
            for (var i = 0; i < 5531; i++)
            {
                var frames = (int)Math.Clamp(90 * Math.Exp(0.69 * Normal()), 14, 850);
                var values = new float[BlockCount * frames * FeatureSize];
                for (var at = 0; at < values.Length; at += noise.Length)
                    noise.AsSpan(0, Math.Min(noise.Length, values.Length - at)).CopyTo(values.AsSpan(at));
                yield return new SyntheticRow
                {
                    Name = i.ToString(CultureInfo.InvariantCulture),
                    Label = (uint)(i % 4),
                    Embedding = values,
                    Shape = [BlockCount, frames, FeatureSize]
                };
            }
        }
    }
}
