using System.Numerics.Tensors;

namespace MlNetSer;

/// <summary>Kaldi-compatible log-Mel filterbank: <c>log(max(ε, M · |DFT(w ⊙ preemphasis(frame − mean))|²))</c> for each frame.</summary>
/// <remarks>
/// Follows Kaldi's <c>compute-fbank-feats --dither=0 --use-energy=false</c>: DC removal, pre-emphasis and window per frame, DFT of the next power of two,
/// HTK Mel scale 1127·ln(1 + f/700), triangles linear in Mel over the bins below Nyquist, natural logarithm with the floor ε = 1.1920929e-7.
/// Results may differ between processors by rounding: agreement with Kaldi is tested to 0.002 on average. Thread-safe.
/// </remarks>
public sealed class LogMelFilterbank
{
    private const float Floor = 1.1920929e-7f;   // Kaldi: std::numeric_limits<float>::epsilon()

    private readonly LogMelFilterbankOptions _options;
    private readonly float[] _window;
    private readonly RealFft _fft;
    private readonly (int First, float[] Weights)[] _triangles;

    /// <summary>Prepares window, DFT and Mel triangles.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or there are more bins than the DFT can tell apart.</exception>
    public LogMelFilterbank(LogMelFilterbankOptions? options = null)
    {
        _options = options ?? new LogMelFilterbankOptions();
        _options.Check();
        _window = MakeWindow(_options.Window, _options.FrameLength);
        _fft = new RealFft((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)_options.FrameLength));
        _triangles = MelTriangles(_options, _fft.Size);
    }

    /// <summary>Frames that a waveform of so many samples gives; 0 when it is shorter than one frame and edges are snipped.</summary>
    public int FrameCount(int sampleCount)
    {
        var (length, shift) = (_options.FrameLength, _options.FrameShift);
        if (_options.SnipEdges)
            return sampleCount < length ? 0 : 1 + (sampleCount - length) / shift;
        return (sampleCount + shift / 2) / shift;
    }

    /// <summary>Samples in [−1, 1] to features, <c>frames x bins</c>, row-major.</summary>
    /// <exception cref="ArgumentException">The waveform is shorter than one frame.</exception>
    public float[] Compute(ReadOnlySpan<float> samples)
    {
        var frameCount = samples.Length < _options.FrameLength ? 0 : FrameCount(samples.Length);
        if (frameCount == 0)
        {
            throw new ArgumentException($"The waveform has {samples.Length} samples ({1000.0 * samples.Length / _options.SampleRateHz:0.#} ms); "
                + $"one frame needs {_options.FrameLength} ({_options.FrameLengthMs} ms). Leave such utterances out, or pad them with silence.", nameof(samples));
        }

        var bins = _options.MelBinCount;
        var features = new float[frameCount * bins];
        var frame = new float[_fft.Size];
        var power = new float[_fft.Size / 2 + 1];
        for (var f = 0; f < frameCount; f++)
        {
            CutFrame(samples, f, frame);
            ProcessWindow(frame.AsSpan(0, _options.FrameLength));
            _fft.PowerSpectrum(frame, power);
            var row = features.AsSpan(f * bins, bins);
            for (var b = 0; b < bins; b++)
            {
                var (first, weights) = _triangles[b];
                row[b] = MathF.Log(MathF.Max(Floor, TensorPrimitives.Dot(power.AsSpan(first, weights.Length), weights)));
            }
        }
        Normalize(features, frameCount, bins, _options.Normalization);
        return features;
    }

    /// <summary>Copies frame f, scaled; beyond the ends the signal is mirrored (Kaldi's <c>snip_edges=false</c>).</summary>
    private void CutFrame(ReadOnlySpan<float> samples, int f, Span<float> frame)
    {
        var (length, shift) = (_options.FrameLength, _options.FrameShift);
        var start = _options.SnipEdges ? f * shift : f * shift + shift / 2 - length / 2;
        frame[length..].Clear();
        var scale = (float)_options.SampleScale;
        if (start >= 0 && start + length <= samples.Length)
        {
            TensorPrimitives.Multiply(samples.Slice(start, length), scale, frame[..length]);
            return;
        }
        for (var i = 0; i < length; i++)
        {
            var at = start + i;
            while (at < 0 || at >= samples.Length)
                at = at < 0 ? -at - 1 : 2 * samples.Length - 1 - at;
            frame[i] = samples[at] * scale;
        }
    }

    /// <summary>DC removal, pre-emphasis y[n] = x[n] − k·x[n−1] with x[−1] := x[0], window: in this order, in place.</summary>
    private void ProcessWindow(Span<float> frame)
    {
        if (_options.RemoveDcOffset)
        {
            var sum = 0.0;
            foreach (var x in frame)
                sum += x;
            TensorPrimitives.Subtract(frame, (float)(sum / frame.Length), frame);
        }
        var k = (float)_options.PreEmphasis;
        for (var i = frame.Length - 1; i > 0; i--)
            frame[i] -= k * frame[i - 1];
        frame[0] -= k * frame[0];
        TensorPrimitives.Multiply(frame, _window, frame);
    }

    private static float[] MakeWindow(FrameWindow window, int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++)
        {
            var cosine = Math.Cos(2 * Math.PI * i / (length - 1));
            values[i] = (float)(window switch
            {
                FrameWindow.Povey => Math.Pow(0.5 - 0.5 * cosine, 0.85),
                FrameWindow.Hann => 0.5 - 0.5 * cosine,
                FrameWindow.Hamming => 0.54 - 0.46 * cosine,
                _ => 1.0,
            });
        }
        return values;
    }

    private static (int First, float[] Weights)[] MelTriangles(LogMelFilterbankOptions options, int fftSize)
    {
        static double Mel(double hz) => 1127.0 * Math.Log(1.0 + hz / 700.0);

        var (low, high) = (Mel(options.LowFrequencyHz), Mel(options.HighEdgeHz));
        var step = (high - low) / (options.MelBinCount + 1);
        var triangles = new (int, float[])[options.MelBinCount];
        for (var b = 0; b < triangles.Length; b++)
        {
            var (left, center, right) = (low + b * step, low + (b + 1) * step, low + (b + 2) * step);
            var weights = new List<float>();
            var first = -1;
            for (var i = 0; i < fftSize / 2; i++)   // Kaldi leaves the Nyquist bin out
            {
                var mel = Mel(i * (double)options.SampleRateHz / fftSize);
                if (mel <= left || mel >= right)
                    continue;
                if (first < 0)
                    first = i;
                weights.Add((float)(mel <= center ? (mel - left) / (center - left) : (right - mel) / (right - center)));
            }
            // Kaldi refuses an empty triangle too: such a bin would be silence for every input.
            if (first < 0)
                throw new ArgumentException($"Mel bin {b} of {options.MelBinCount} lies between two DFT frequencies ({(double)options.SampleRateHz / fftSize:0.##} Hz apart). "
                    + $"Lower {nameof(options.MelBinCount)}, or raise {nameof(options.FrameLengthMs)}.", nameof(options));
            triangles[b] = (first, [.. weights]);
        }
        return triangles;
    }

    private static void Normalize(Span<float> features, int frames, int bins, UtteranceNormalization normalization)
    {
        if (normalization == UtteranceNormalization.None)
            return;
        for (var b = 0; b < bins; b++)
        {
            double sum = 0, squares = 0;
            for (var f = 0; f < frames; f++)
                sum += features[f * bins + b];
            var mean = sum / frames;
            for (var f = 0; f < frames; f++)
                squares += (features[f * bins + b] - mean) * (features[f * bins + b] - mean);
            var scale = normalization == UtteranceNormalization.Mean ? 1.0 : 1.0 / (Math.Sqrt(squares / frames) + 1e-5);
            for (var f = 0; f < frames; f++)
                features[f * bins + b] = (float)((features[f * bins + b] - mean) * scale);
        }
    }
}
