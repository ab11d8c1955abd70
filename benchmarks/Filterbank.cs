using System.Diagnostics;
using System.Globalization;
using MlNetSer.Tests.Filterbank;

namespace MlNetSer.Benchmarks;

/// <summary>
/// Ten minutes of speech through the filterbank: sixteen frames per SIMD step against one frame and one number at a time.
/// </summary>
internal static class Filterbank
{
    private const int SampleRateHz = 16_000, UtteranceCount = 150, UtteranceSeconds = 4;

    private delegate void Extraction(ReadOnlySpan<float> samples, Span<float> features);

    public static IEnumerable<string> Run(int rounds)
    {
        var speech = Enumerable.Range(0, UtteranceCount).Select(Speak).ToArray();
        var options = new LogMelFilterbankOptions();
        var (ours, scalar) = (new LogMelFilterbank(options), new ScalarFilterbank(options));

        yield return $"| 150 x 4 s, 80 bins, best of {rounds} | ours vs scalar | ours (x real time) | median | ours, a new array each | "
            + "scalar reference |";
        yield return "|--|--|--|--|--|--|";
        foreach (var threads in new[] { 1, 2 })
        {
            // Turn by turn, so that a busy moment of the machine meets all three alike.
            var times = Enumerable.Range(0, rounds).Select(_ => (
                Ours: Time(ours, speech, threads, ours.Compute),
                Arrays: Time(ours, speech, threads, (samples, _) => ours.Compute(samples)),
                Scalar: Time(ours, speech, threads, scalar.Compute))).ToArray();
            var (best, arrays, slow) = (times.Min(t => t.Ours), times.Min(t => t.Arrays), times.Min(t => t.Scalar));
            var median = times.Select(t => t.Ours).Order().ElementAt(rounds / 2);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"| threads: {threads} | **{slow / best:F1} x** | **{Rate(best):N0}** | {Rate(median):N0} | {Rate(arrays):N0} | "
                    + $"{Rate(slow):N0} |");
        }
    }

    private static double Rate(double seconds) => UtteranceCount * UtteranceSeconds / seconds;

    /// <summary>
    /// Seconds from the first thread's start to the last one's end; utterances are dealt in turn, each thread writes into memory of its
    /// own.
    /// </summary>
    private static double Time(LogMelFilterbank filterbank, float[][] speech, int threads, Extraction extract)
    {
        using var start = new Barrier(threads);
        var (starts, ends) = (new long[threads], new long[threads]);
        var workers = Enumerable.Range(0, threads).Select(t => new Thread(() =>
        {
            var features = new float[filterbank.FrameCount(speech[t].Length) * 80];
            start.SignalAndWait();
            starts[t] = Stopwatch.GetTimestamp();
            for (var i = t; i < speech.Length; i += threads)
                extract(speech[i], features);
            ends[t] = Stopwatch.GetTimestamp();
        })).ToArray();
        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
        return Stopwatch.GetElapsedTime(starts.Min(), ends.Max()).TotalSeconds;
    }

    /// <summary>A voice: falling harmonics of a gliding pitch, in syllables, over a little noise.</summary>
    private static float[] Speak(int seed)
    {
        var random = new Random(seed);
        var samples = new float[SampleRateHz * UtteranceSeconds];
        var phase = 0.0;
        for (var i = 0; i < samples.Length; i++)
        {
            var seconds = (double)i / SampleRateHz;
            phase += 2 * Math.PI * (120 + seed + 30 * Math.Sin(3 * seconds)) / SampleRateHz;
            var loudness = Math.Max(0, Math.Sin(2 * Math.PI * 3 * seconds));
            var voice = Enumerable.Range(1, 12).Sum(h => Math.Sin(h * phase) / h);
            samples[i] = (float)(0.1 * loudness * voice + 0.003 * (random.NextDouble() - 0.5));
        }
        return samples;
    }
}
