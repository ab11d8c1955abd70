using MlNetSer.TestKit;

namespace MlNetSer.Tests.Filterbank;

/// <summary>Against the definition in double precision, with a plain Fourier sum.</summary>
public sealed class PrecisionTests
{
    // Single precision leaves rounding noise under each frame's loudest bins: torchaudio's own largest difference is 3.4e-4 from 10 up,
    // 1.5e-2 in quiet bins.
    private const double MeanTolerance = 2e-5, LoudTolerance = 1e-3, MiddleTolerance = 5e-3, QuietTolerance = 2e-2;

    [Fact]
    public void Synthetic_speech_keeps_to_single_precision() => Check(Sounds.Speak(2 * 16_000));

    [Fact]
    public void Recorded_speech_keeps_to_single_precision()
    {
        var folder = SharedData.Find("emodb");
        Assert.SkipWhen(folder is null, SharedData.Absent);
        Check(AudioFile.ReadMono(Directory.EnumerateFiles(folder!, "*.wav", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .First()));
    }

    private static void Check(float[] samples)
    {
        var ours = new LogMelFilterbank().Compute(samples);

        var exact = Exact(samples);
        Assert.Equal(exact.Length, ours.Length);
        var differences = exact.Zip(ours, (e, o) => (Level: e, Distance: Math.Abs(e - o))).ToArray();
        Assert.InRange(differences.Average(d => d.Distance), 0, MeanTolerance);
        Assert.All(differences, d => Assert.InRange(d.Distance, 0, d.Level >= 10
            ? LoudTolerance : d.Level >= 5 ? MiddleTolerance : QuietTolerance));
    }

    /// <summary>The default options spelled out: 400 samples every 160, 512-point DFT, 80 triangles from 20 to 8000 Hz.</summary>
    private static double[] Exact(float[] samples)
    {
        var frames = 1 + (samples.Length - 400) / 160;
        var features = new double[frames * 80];
        for (var f = 0; f < frames; f++)
        {
            var x = samples.AsSpan(f * 160, 400).ToArray().Select(s => s * 32768.0).ToArray();
            var mean = x.Average();
            var y = x.Select((_, i) => (x[i] - mean - 0.97 * (x[Math.Max(0, i - 1)] - mean))
                * Math.Pow(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / 399), 0.85)).ToArray();
            var power = Enumerable.Range(0, 256).Select(k => Power(y, k)).ToArray();
            for (var b = 0; b < 80; b++)
                features[f * 80 + b] = Math.Log(Math.Max(LogMelFilterbank.Floor, power.Zip(s_triangles[b], (p, weight) => p * weight)
                    .Sum()));
        }
        return features;
    }

    private static readonly double[][] s_triangles =
        [.. Enumerable.Range(0, 80).Select(b => Enumerable.Range(0, 256).Select(k => Weight(b, k)).ToArray())];

    private static readonly (double Sin, double Cos)[] s_circle =
        [.. Enumerable.Range(0, 512).Select(i => Math.SinCos(2 * Math.PI * i / 512))];

    private static double Power(double[] signal, int k)
    {
        double re = 0, im = 0;
        for (var i = 0; i < signal.Length; i++)
        {
            var (sin, cos) = s_circle[k * i % 512];
            (re, im) = (re + signal[i] * cos, im - signal[i] * sin);
        }
        return re * re + im * im;
    }

    private static double Weight(int b, int k)
    {
        static double Mel(double hz) => 1127 * Math.Log(1 + hz / 700);

        var step = (Mel(8000) - Mel(20)) / 81;
        var position = (Mel(k * 16_000 / 512.0) - Mel(20)) / step - b;   // the triangle rises from 0 to 1 and falls to 2
        return Math.Max(0, 1 - Math.Abs(position - 1));
    }
}
