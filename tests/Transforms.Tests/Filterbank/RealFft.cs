namespace MlNetSer.Tests.Filterbank;

/// <summary>Power spectrum of a real signal, <c>|X[k]|²</c> for k = 0..size/2, by a complex radix-2 FFT of half the size.</summary>
/// <remarks>Twiddle factors are rounded from double; the butterflies run in single precision. Thread-safe.</remarks>
internal sealed class RealFft
{
    private readonly int _half;
    private readonly int[] _reversed;
    private readonly (float Cos, float Sin)[] _twiddles;   // exp(−2πi·k/size)

    public RealFft(int size)
    {
        Size = size;
        _half = size / 2;
        var bits = System.Numerics.BitOperations.Log2((uint)_half);
        _reversed = new int[_half];
        for (var i = 0; i < _half; i++)
        {
            for (var b = 0; b < bits; b++)
                _reversed[i] |= (i >> b & 1) << (bits - 1 - b);
        }
        _twiddles = new (float, float)[size];
        for (var k = 0; k < size; k++)
            _twiddles[k] = ((float)Math.Cos(-2 * Math.PI * k / size), (float)Math.Sin(-2 * Math.PI * k / size));
    }

    public int Size { get; }

    /// <param name="signal"><see cref="Size"/> samples; overwritten.</param>
    /// <param name="power">size/2 + 1 values.</param>
    public void PowerSpectrum(Span<float> signal, Span<float> power)
    {
        // Even samples are the real part, odd ones the imaginary part of a half-size transform.
        for (var i = 0; i < _half; i++)
        {
            var j = _reversed[i];
            if (j > i)
            {
                (signal[2 * i], signal[2 * j]) = (signal[2 * j], signal[2 * i]);
                (signal[2 * i + 1], signal[2 * j + 1]) = (signal[2 * j + 1], signal[2 * i + 1]);
            }
        }
        for (var span = 1; span < _half; span *= 2)
        {
            var stride = Size / (2 * span);
            for (var start = 0; start < _half; start += 2 * span)
            {
                for (var k = 0; k < span; k++)
                {
                    var (cos, sin) = _twiddles[k * stride];
                    var (a, b) = (2 * (start + k), 2 * (start + k + span));
                    var re = signal[b] * cos - signal[b + 1] * sin;
                    var im = signal[b] * sin + signal[b + 1] * cos;
                    (signal[b], signal[b + 1]) = (signal[a] - re, signal[a + 1] - im);
                    (signal[a], signal[a + 1]) = (signal[a] + re, signal[a + 1] + im);
                }
            }
        }

        power[0] = (signal[0] + signal[1]) * (signal[0] + signal[1]);
        power[_half] = (signal[0] - signal[1]) * (signal[0] - signal[1]);
        for (var k = 1; k < _half; k++)
        {
            var (a, b) = (2 * k, 2 * (_half - k));
            var (evenRe, evenIm) = (0.5f * (signal[a] + signal[b]), 0.5f * (signal[a + 1] - signal[b + 1]));
            var (oddRe, oddIm) = (0.5f * (signal[a + 1] + signal[b + 1]), 0.5f * (signal[b] - signal[a]));
            var (cos, sin) = _twiddles[k];
            var re = evenRe + oddRe * cos - oddIm * sin;
            var im = evenIm + oddRe * sin + oddIm * cos;
            power[k] = re * re + im * im;
        }
    }
}
