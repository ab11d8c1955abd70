using System.Numerics.Tensors;
using MlNetSer.Filterbank;

namespace MlNetSer.Tests.Filterbank;

/// <summary>The filterbank one frame and one number at a time: the reference that <see cref="FrameKernel"/> is tested against.</summary>
internal sealed class ScalarFilterbank
{
    private const float Floor = LogMelFilterbank.Floor;

    private readonly LogMelFilterbankOptions _options;
    private readonly FilterbankTables _tables;
    private readonly RealFft _fft;

    public ScalarFilterbank(LogMelFilterbankOptions options)
    {
        _options = options;
        _tables = new FilterbankTables(options);
        _fft = new RealFft(_tables.FftSize);
    }

    /// <summary>Samples in [−1, 1] to features, <c>FrameCount(samples.Length) x bins</c>, row-major.</summary>
    public void Compute(ReadOnlySpan<float> samples, Span<float> features)
    {
        var bins = _options.MelBinCount;
        var frameCount = features.Length / bins;
        var frame = new float[_fft.Size];
        var power = new float[_fft.Size / 2 + 1];
        for (var f = 0; f < frameCount; f++)
        {
            CutFrame(samples, f, frame);
            ProcessWindow(frame.AsSpan(0, _options.FrameLength));
            _fft.PowerSpectrum(frame, power);
            var row = features.Slice(f * bins, bins);
            for (var b = 0; b < bins; b++)
            {
                var (first, weights) = _tables.Triangles[b];
                row[b] = MathF.Log(MathF.Max(Floor, TensorPrimitives.Dot(power.AsSpan(first, weights.Length), weights)));
            }
        }
        Normalize(features, frameCount, bins, _options.Normalization);
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
        TensorPrimitives.Multiply(frame, _tables.Window, frame);
    }

    public static void Normalize(Span<float> features, int frames, int bins, UtteranceNormalization normalization)
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
            var scale = normalization == UtteranceNormalization.Mean ? 1.0 : 1.0 / (Math.Sqrt(squares / Math.Max(1, frames - 1)) + 1e-5);
            for (var f = 0; f < frames; f++)
                features[f * bins + b] = (float)((features[f * bins + b] - mean) * scale);
        }
    }
}
