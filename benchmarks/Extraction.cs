using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace MlNetSer.Benchmarks;

/// <summary>Bulk extraction from files, beside ONNX Runtime driven bare on features that were computed before: the floor.</summary>
internal static class Extraction
{
    private const int SampleRateHz = 16_000;

    /// <param name="rounds">Rounds; every way runs once in each, so that all of them see the same machine, and the fastest counts: what is
    /// slower is other people's work.</param>
    /// <param name="only">Part of an encoder's name; null = all.</param>
    public static IEnumerable<string> Run(int rounds, string? only)
    {
        yield return "| encoder | threads | batch | bare ONNX Runtime (x real time) | EmbeddingExtractor, from files (x real time) | "
            + "speed, of bare | processor time, of bare |";
        yield return "|--|--|--|--|--|--|--|";
        var data = Environment.GetEnvironmentVariable("MLNETSER_DATA") ?? "../shared/data";
        var nemo = Path.Combine(data, "nemo-conformer-ctc-small", "encoder.onnx");
        (string Name, Func<SpeechEncoder> Make, int Utterances)[] encoders =
        [
            .. File.Exists(nemo) ? [("NeMo Conformer-CTC small, 16 x 176", () => SpeechEncoder.FromFile(nemo), 48)]
            : Array.Empty<(string, Func<SpeechEncoder>, int)>(),
            ("WeNet Conformer, 12 x 512, seeded weights", () => SpeechEncoder.Untrained(1, new ConformerOptions()), 12),
        ];
        foreach (var (name, make, count) in encoders.Where(
            encoder => only is null || encoder.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            var encoder = make();
            var paths = Speech(Path.Combine(data, "emodb"), count);
            foreach (var threads in new[] { 1, 2 })
            {
                foreach (var batch in new[] { 1, 4 })
                {
                    var (bare, ours, work) = Rates(encoder, paths, threads, batch, rounds);
                    yield return $"| {name} | {threads} | {batch}{(encoder.Profile.MasksPadding ? "" : ", equal lengths")} | {bare:0.0} | "
                        + $"{ours:0.0} | {100 * ours / bare:0} % | {100 * work:0} % |";
                }
            }
        }
    }

    /// <returns>Seconds of speech per second, and the least processor time of ours over that of the bare run: what other people's work
    /// disturbs least.</returns>
    private static (double Bare, double Ours, double Work) Rates(SpeechEncoder encoder, string[] paths, int threads, int batch, int rounds)
    {
        var waves = paths.Select(AudioFile.ReadMono).ToList();
        var filterbank = new LogMelFilterbank(encoder.Profile.Filterbank);
        var features = waves.Select(wave => filterbank.Compute(wave)).ToList();
        var seconds = waves.Sum(wave => wave.Length) / (double)SampleRateHz;
        var file = Path.GetTempFileName();
        encoder.Save(file);
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        using var session = new InferenceSession(file, options);
        using var extractor = new EmbeddingExtractor(encoder, new() { ThreadCount = threads, BatchSize = batch });
        File.Delete(file);
        string[] outputs = [.. session.OutputNames.Where(
            name => name == encoder.Profile.StackedOutput || name == encoder.Profile.LengthOutput
            || name.StartsWith("block_", StringComparison.Ordinal))];

        List<double> bareRates = [], ourRates = [], bareWork = [], ourWork = [];
        for (var round = 0; round <= rounds; round++)
        {
            var (start, work) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            Bare(session, encoder.Profile, features, outputs, batch);
            var (middle, middleWork) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            foreach (var embedding in extractor.Extract(paths))
                _ = embedding.Values.Length;
            if (round == 0)
                continue;   // the first round warms up
            bareRates.Add(seconds / Stopwatch.GetElapsedTime(start, middle).TotalSeconds);
            ourRates.Add(seconds / Stopwatch.GetElapsedTime(middle).TotalSeconds);
            bareWork.Add((middleWork - work).TotalSeconds);
            ourWork.Add((Environment.CpuUsage.TotalTime - middleWork).TotalSeconds);
        }
        return (bareRates.Max(), ourRates.Max(), ourWork.Min() / bareWork.Min());
    }

    /// <summary>One run after another, sorted by length; in batches where the encoder masks its padding.</summary>
    private static void Bare(InferenceSession session, EncoderProfile profile, List<float[]> features, string[] outputs, int batch)
    {
        var bins = profile.Filterbank.MelBinCount;
        using var run = new RunOptions();
        foreach (var some in features.OrderByDescending(values => values.Length).Chunk(profile.MasksPadding ? batch : 1))
        {
            var padded = new float[some.Length * some[0].Length];
            for (var i = 0; i < some.Length; i++)
                some[i].CopyTo(padded, i * some[0].Length);
            using var x = OrtValue.CreateTensorValueFromMemory(padded, [some.Length, some[0].Length / bins, bins]);
            using var n = OrtValue.CreateTensorValueFromMemory(some.Select(values => (long)values.Length / bins).ToArray(), [some.Length]);
            using var results = profile.LengthInput is { } length
                ? session.Run(run, [profile.Input, length], [x, n], outputs) : session.Run(run, [profile.Input], [x], outputs);
        }
    }

    /// <summary>The first utterances of EMO-DB, or noise of 2 to 4 seconds where it is absent.</summary>
    private static string[] Speech(string corpus, int count)
    {
        if (Directory.Exists(corpus))
            return [.. Directory.GetFiles(corpus, "*.wav", SearchOption.AllDirectories).OrderBy(Path.GetFileName, StringComparer.Ordinal)
                .Take(count)];
        var folder = Directory.CreateTempSubdirectory("mlnetser-benchmark").FullName;
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i => Noise(Path.Combine(folder, $"{i}.wav"), random))];
    }

    private static string Noise(string path, Random random)
    {
        var samples = Enumerable.Range(0, SampleRateHz * (20 + random.Next(20)) / 10).Select(_ => (short)random.Next(-3000, 3000))
            .ToArray();
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("RIFF"u8);
        writer.Write(36 + 2 * samples.Length);
        writer.Write("WAVEfmt "u8);
        // size, PCM and mono, rate, bytes a second, frame size and bits
        foreach (var field in new[] { 16, 1 | 1 << 16, SampleRateHz, 2 * SampleRateHz, 2 | 16 << 16 })
            writer.Write(field);
        writer.Write("data"u8);
        writer.Write(2 * samples.Length);
        foreach (var sample in samples)
            writer.Write(sample);
        return path;
    }
}
