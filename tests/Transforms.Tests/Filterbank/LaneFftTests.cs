using System.Runtime.Intrinsics;
using MlNetSer.Filterbank;

namespace MlNetSer.Tests.Filterbank;

public sealed class LaneFftTests
{
    // Rounding grows with the number of steps, here at most 11: amplitudes to a few parts in 10^7 of the signal's norm.
    private const double Tolerance = 1e-6;

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(256)]
    [InlineData(512)]
    [InlineData(2048)]
    public void Sixteen_spectra_agree_with_the_definition_in_double_precision(int size)
    {
        var random = new Random(size);
        var signals = Enumerable.Range(0, 16).Select(_ => Enumerable.Range(0, size).Select(_ => (float)(random.NextDouble() - 0.5))
            .ToArray()).ToArray();

        var power = Spectra(new LaneFft(size), signals);

        foreach (var lane in new[] { 0, 7, 15 })
        {
            var norm = Math.Sqrt(signals[lane].Sum(x => (double)x * x));
            for (var k = 0; k <= size / 2; k++)
                Assert.Equal(Amplitude(signals[lane], k), Math.Sqrt(power[k][lane]), Tolerance * norm);
        }
    }

    private static float[][] Spectra(LaneFft fft, float[][] signals)
    {
        var z = new Vector512<float>[fft.Size];
        var power = new Vector512<float>[fft.Size / 2 + 1];
        for (var i = 0; i < fft.Size; i++)
            z[fft.Order[i]] = Vector512.Create([.. signals.Select(s => 0.5f * s[i])]);

        fft.PowerSpectra(z, power);

        return [.. power.Select(p => Enumerable.Range(0, 16).Select(lane => p[lane]).ToArray())];
    }

    private static double Amplitude(float[] signal, int k)
    {
        double re = 0, im = 0;
        for (var i = 0; i < signal.Length; i++)
        {
            var (sin, cos) = Math.SinCos(-2 * Math.PI * ((long)k * i % signal.Length) / signal.Length);
            (re, im) = (re + signal[i] * cos, im + signal[i] * sin);
        }
        return Math.Sqrt(re * re + im * im);
    }
}
