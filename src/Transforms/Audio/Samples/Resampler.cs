using System.Numerics.Tensors;

namespace MlNetSer.Audio.Samples;

/// <summary>Band-limited resampling by a polyphase bank: <c>y(n) = Σ_j x(j) g(j − n · in/out)</c>, g a Kaiser-windowed sinc.</summary>
/// <remarks>
/// With f the lower of the two Nyquist frequencies the response is flat within 0.01 dB to 0.875 f and below −100 dB from f on: nothing
/// aliases, no image remains. 44.1 or 48 kHz to 16 kHz keeps 7 kHz. Silence is assumed before and after the signal; no delay is added. One
/// phase for each distinct fraction of a sample where there are at most 512; beyond, 512 phases and linear interpolation (error below −100
/// dB).
/// </remarks>
internal sealed class Resampler
{
    public const int LowestRateHz = 4_000, HighestRateHz = 192_000;
    private const double PassEdge = 0.875, StopDecibel = 100;
    private const int MostPhases = 512;

    private readonly int _up, _down, _half, _phaseCount;
    private readonly float[][] _phases;   // phase p: the taps for a fraction of p / _phaseCount of an input sample

    private Resampler(int fromHz, int toHz)
    {
        var divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(fromHz, toHz);
        (_up, _down) = (toHz / divisor, fromHz / divisor);
        _phaseCount = Math.Min(_up, MostPhases);

        var nyquist = 0.5 * Math.Min(1, (double)toHz / fromHz);                         // in cycles per input sample
        var transition = (1 - PassEdge) * nyquist;
        var cutoff = nyquist - transition / 2;
        _half = (int)Math.Ceiling((StopDecibel - 7.95) / (2.285 * 2 * Math.PI * transition) / 2) + 1;   // Kaiser's estimate of the length
        _phases = [.. Enumerable.Range(0, _phaseCount + 1).Select(p => Taps((double)p / _phaseCount, cutoff))];
    }

    /// <summary>Both rates in lowest terms, and how many input samples before and after its place an output sample depends on.</summary>
    public static (int Up, int Down, int Reach) Geometry(int fromHz, int toHz)
    {
        if (fromHz == toHz)
            return (1, 1, 0);
        Check(fromHz);
        var made = Cached(fromHz, toHz);
        return (made._up, made._down, made._half);
    }

    /// <summary>Converts between two rates, in Hz; equal rates give the samples back as they are.</summary>
    public static float[] Resample(float[] samples, int fromHz, int toHz)
    {
        Check(fromHz);
        return fromHz == toHz ? samples : Cached(fromHz, toHz).Run(samples);
    }

    private static void Check(int fromHz)
    {
        if (fromHz is < LowestRateHz or > HighestRateHz)
            throw new ArgumentOutOfRangeException(nameof(fromHz),
                $"The sample rate is {fromHz:N0} Hz; wanted {LowestRateHz:N0} to {HighestRateHz:N0} Hz.");
    }

    // As many as there are usual rates: a file may claim any, and each has tables of its own.
    private static readonly BoundedCache<(int FromHz, int ToHz), Resampler> s_made = new(16, rates => new(rates.FromHz, rates.ToHz));

    private static Resampler Cached(int fromHz, int toHz) => s_made.Get((fromHz, toHz));

    /// <summary>Samples that an output needs on either side.</summary>
    public int Half => _half;

    /// <summary>The resampler between two rates; null = they are equal.</summary>
    public static Resampler? Between(int fromHz, int toHz)
    {
        Check(fromHz);
        return fromHz == toHz ? null : Cached(fromHz, toHz);
    }

    /// <summary>Samples that come out of so many.</summary>
    public long OutputCount(long inputCount) => (inputCount * _up + _down - 1) / _down;

    /// <summary>The first sample that output n and later ones need, counted from half before the first of all.</summary>
    public long FirstNeeded(long n) => n * _down / _up + 1;

    private float[] Run(float[] samples)
    {
        var padded = new float[samples.Length + 2 * _half];
        samples.CopyTo(padded, _half);
        var result = new float[OutputCount(samples.Length)];
        Run(padded, 0, 0, result);
        return result;
    }

    /// <summary>Outputs from one on.</summary>
    /// <param name="padded">Input with half of silence before the first sample, or the end of it.</param>
    /// <param name="dropped">Samples of the padded input that are not there any more.</param>
    /// <param name="first">The first output.</param>
    /// <param name="result">Takes them.</param>
    public void Run(ReadOnlySpan<float> padded, long dropped, long first, Span<float> result)
    {
        for (var i = 0; i < result.Length; i++)
        {
            var position = (first + i) * _down;
            var fraction = (int)(position % _up);
            var around = padded.Slice((int)(position / _up + 1 - dropped), 2 * _half);   // samples whole − half + 1 ... whole + half
            var exact = (double)fraction * _phaseCount / _up;
            var phase = (int)exact;
            var value = TensorPrimitives.Dot(around, _phases[phase]);
            if (exact > phase)
                value += (float)(exact - phase) * (TensorPrimitives.Dot(around, _phases[phase + 1]) - value);
            result[i] = value;
        }
    }

    /// <summary>g(j − fraction) for j = −half + 1 ... half, scaled to a sum of 1: a constant stays a constant.</summary>
    private float[] Taps(double fraction, double cutoff)
    {
        const double beta = 0.1102 * (StopDecibel - 8.7);                // Kaiser 1974
        var taps = new double[2 * _half];
        for (var i = 0; i < taps.Length; i++)
        {
            var t = i - _half + 1 - fraction;
            var inWindow = 1 - t / _half * (t / _half);
            var sinc = t == 0 ? 2 * cutoff : Math.Sin(2 * Math.PI * cutoff * t) / (Math.PI * t);
            taps[i] = inWindow <= 0 ? 0 : sinc * BesselI0(beta * Math.Sqrt(inWindow));
        }
        var sum = taps.Sum();
        return [.. taps.Select(tap => (float)(tap / sum))];
    }

    /// <summary>The modified Bessel function of order zero, by its power series.</summary>
    private static double BesselI0(double x)
    {
        var (sum, term) = (1.0, 1.0);
        for (var k = 1; term > 1e-17 * sum; k++)
            sum += term *= x * x / (4.0 * k * k);
        return sum;
    }
}
