using Microsoft.ML.Data;
using MlNetSer.Audio.Samples;

namespace MlNetSer;

/// <summary>A stretch of live sound, as a row for a pipeline that starts at <c>Waveform</c>.</summary>
public sealed class WaveformWindow
{
    /// <summary>Where it begins in the recording.</summary>
    public double StartSeconds { get; set; }

    /// <summary>Samples, 16 kHz mono, full scale = ±1.</summary>
    [VectorType]
    public float[] Waveform { get; set; } = [];
}

/// <summary>
/// Cuts sound, as it comes, into overlapping windows of 16 kHz mono. Each has the same samples as that stretch of the whole recording
/// resampled at once. Not thread-safe.
/// </summary>
/// <remarks>A window is given when the filter's reach after its end has come too: 3 ms at 44.1 kHz.</remarks>
public sealed class WaveformWindows
{
    private readonly int _rateHz, _window, _hop, _up, _down, _reach;
    private readonly List<float> _samples = [];   // from _first on
    private long _first, _next;

    /// <summary>Begins a recording.</summary>
    /// <param name="sampleRateHz">Rate of what will come, 4,000 to 192,000 Hz.</param>
    /// <param name="windowSeconds">Length of a window.</param>
    /// <param name="hopSeconds">From the start of one window to the next.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is out of its range, or a duration not above 0.</exception>
    public WaveformWindows(int sampleRateHz, double windowSeconds = 3, double hopSeconds = 1)
    {
        (_window, _hop) = ((int)Math.Round(windowSeconds * AudioFile.SampleRateHz), (int)Math.Round(hopSeconds * AudioFile.SampleRateHz));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_window, nameof(windowSeconds));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_hop, nameof(hopSeconds));
        _rateHz = sampleRateHz;
        (_up, _down, _reach) = Resampler.Geometry(sampleRateHz, AudioFile.SampleRateHz);
    }

    /// <summary>Takes in samples; gives the windows that they complete.</summary>
    /// <param name="mono">Samples at the recording's own rate.</param>
    public IReadOnlyList<WaveformWindow> Add(ReadOnlySpan<float> mono)
    {
        _samples.AddRange(mono);
        List<WaveformWindow> windows = [];
        while (_first + _samples.Count > (_next + _window - 1) * _down / _up + _reach)
        {
            windows.Add(Cut());
            _next += _hop;
            var passed = (int)Math.Min(SegmentStart() - _first, _samples.Count);
            _samples.RemoveRange(0, passed);
            _first += passed;
        }
        return windows;
    }

    private WaveformWindow Cut()
    {
        var start = SegmentStart();
        var length = (int)((_next + _window - 1) * _down / _up + _reach - start) + 1;
        var resampled = Resampler.Resample(_samples.Skip((int)(start - _first)).Take(length).ToArray(), _rateHz, AudioFile.SampleRateHz);
        var offset = (int)(_next - start / _down * _up);
        return new WaveformWindow
        {
            StartSeconds = (double)_next / AudioFile.SampleRateHz,
            Waveform = resampled[offset..(offset + _window)]
        };
    }

    /// <summary>The last source sample at which both rates meet, before all that the next window needs.</summary>
    private long SegmentStart() => Math.Max(0, _next * _down / _up - _reach) / _down * _down;
}
