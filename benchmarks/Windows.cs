using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace MlNetSer.Benchmarks;

/// <summary>Long recordings in windows: how far they are from full context, block by block, and what the loop costs what is
/// short.</summary>
internal static class Windows
{
    private const int SampleRateHz = 16_000, Seconds = 60;
    private static readonly double[] s_contexts = [0, 1, 2, 4, 8];

    /// <param name="data">The folder shared/data.</param>
    /// <param name="rounds">Repetitions of the timings; the fastest counts.</param>
    /// <param name="longest">Seconds of a window.</param>
    public static IEnumerable<string> Run(string data, int rounds, double longest)
    {
        float[] speech = [.. Directory.GetFiles(Path.Combine(data, "lj"), "*.wav").Order(StringComparer.Ordinal)
            .SelectMany(clip => AudioFile.ReadMono(clip)).Take(Seconds * SampleRateHz)];
        var wenet = new ConformerOptions { BlockCount = 12, Dimension = 256, HeadCount = 4, FeedForwardSize = 1024 };
        (string Name, SpeechEncoder Encoder)[] encoders =
        [
            ("NeMo Conformer-CTC small, 16 x 176", SpeechEncoder.FromFile(Path.Combine(data, "nemo-conformer-ctc-small", "encoder.onnx"))),
            ("built in (SpeechEncoder.Untrained), 4 x 64", SpeechEncoder.Untrained()),
            ("WeNet Conformer, 12 x 256, seeded weights", SpeechEncoder.Untrained(1, wenet)),
        ];
        foreach (var (name, encoder) in encoders)
        {
            yield return $"### {name}: {Seconds} s in windows of {longest} s";
            yield return "";
            yield return "| context, s | "
                + $"{string.Join(" | ", Enumerable.Range(1, encoder.BlockCount ?? 0).Select(block => $"block {block}"))} |";
            yield return $"|--|{string.Concat(Enumerable.Repeat("--|", encoder.BlockCount ?? 0))}";
            var whole = Embed(encoder, speech, Seconds, 0);
            foreach (var context in s_contexts)
            {
                var windows = Embed(encoder, speech, longest, context);
                var errors = Enumerable.Range(0, whole.BlockCount).Select(block => Error(Block(whole, block), Block(windows, block)));
                yield return $"| {context} | {string.Join(" | ", errors.Select(error => $"{100 * error:0.0} %"))} |";
            }
            yield return "";
        }
        yield return "### What the loop costs an utterance of 4 s";
        yield return "";
        yield return "| encoder | without the loop, ms | with it, ms | ratio | same bits |";
        yield return "|--|--|--|--|--|";
        foreach (var (name, encoder) in encoders)
            yield return Cost(name, encoder, speech[..(4 * SampleRateHz)], rounds);
    }

    private static SpeechEmbedding Embed(SpeechEncoder encoder, float[] speech, double longest, double context)
    {
        var profile = encoder.Profile with { LongestSeconds = longest, ContextSeconds = context };
        using var extractor = new EmbeddingExtractor(SpeechEncoder.FromBytes(encoder.Model.ToArray(), profile));
        return extractor.Extract([speech]).Single();
    }

    private static ReadOnlySpan<float> Block(SpeechEmbedding embedding, int block)
        => embedding.Values.Span.Slice(block * embedding.FrameCount * embedding.Dimension, embedding.FrameCount * embedding.Dimension);

    /// <summary>Root mean square of the difference over that of the truth.</summary>
    private static double Error(ReadOnlySpan<float> truth, ReadOnlySpan<float> found)
    {
        var (error, power) = (0.0, 0.0);
        for (var i = 0; i < truth.Length; i++)
            (error, power) = (error + Math.Pow(found[i] - truth[i], 2), power + Math.Pow(truth[i], 2));
        return Math.Sqrt(error / power);
    }

    private static string Cost(string name, SpeechEncoder encoder, float[] speech, int rounds)
    {
        var filterbank = new LogMelFilterbank(encoder.Profile.Filterbank);
        var features = filterbank.Compute(speech);
        long[] shape = [1, features.Length / encoder.Profile.Filterbank.MelBinCount, encoder.Profile.Filterbank.MelBinCount];
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var plain = new InferenceSession(encoder.Wrap("mlnetser.in", "mlnetser.out", "mlnetser.sizes", "mlnetser.id", null,
            windowed: false), options);
        using var looped = new InferenceSession(encoder.Wrap("mlnetser.in", "mlnetser.out", "mlnetser.sizes", "mlnetser.id", null),
            options);
        (double Best, float[] Values) Time(InferenceSession session, double best)
        {
            using var run = new RunOptions();
            using var input = OrtValue.CreateTensorValueFromMemory(features, shape);
            var clock = Stopwatch.StartNew();
            using var results = session.Run(run, ["mlnetser.in"], [input], ["mlnetser.out"]);
            return (Math.Min(best, clock.Elapsed.TotalMilliseconds), results[0].GetTensorDataAsSpan<float>().ToArray());
        }
        var (without, with) = ((Best: double.MaxValue, Values: Array.Empty<float>()),
            (Best: double.MaxValue, Values: Array.Empty<float>()));
        for (var round = 0; round < 10 * rounds; round++)
            (without, with) = (Time(plain, without.Best), Time(looped, with.Best));
        return $"| {name} | {without.Best:0.0} | {with.Best:0.0} | {with.Best / without.Best:0.000} | "
            + $"{(without.Values.SequenceEqual(with.Values) ? "yes" : "no")} |";
    }
}
