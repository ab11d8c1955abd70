namespace MlNetSer.Audio.Samples;

/// <summary>What a recording is like, in windows of 20 ms, computed as the samples go by: energies of the channels and of what is heard,
/// peaks, flat tops.</summary>
/// <remarks>Thresholds are those that <see cref="AudioNotes"/> states.</remarks>
internal sealed class SoundStatistics
{
    private const double WindowSeconds = 0.02, Audible = 1e-3, FullScale = 0.95, FarBeyond = 8;
    private const float Zero = 1f / 4096, Steady = 1f / 8192;
    private const int AudibleWindows = 5, FlatRun = 3, FewestFlat = 10;

    private readonly int _channels, _windowLength;
    private readonly double[] _energy;         // of the open window, by channel
    private readonly float[] _last;
    private readonly int[] _run;
    private readonly List<double> _windows = [];   // mean squares: of each channel, then of what is heard
    private int _inWindow, _windowCount, _audible;
    private double _heard, _heardSum;
    private long _flat, _total;
    private float _peak, _least = float.MaxValue, _most = float.MinValue;

    public SoundStatistics(int channels, int rateHz)
    {
        (_channels, _windowLength) = (channels, (int)(WindowSeconds * rateHz));
        (_energy, _last, _run) = (new double[channels], new float[channels], new int[channels]);
    }

    /// <param name="interleaved">Whole frames of all channels.</param>
    /// <param name="heard">What is kept of them.</param>
    public void Add(ReadOnlySpan<float> interleaved, ReadOnlySpan<float> heard)
    {
        _total += interleaved.Length;
        for (var done = 0; done < heard.Length;)
        {
            var count = Math.Min(heard.Length - done, _windowLength - _inWindow);
            AddChannels(interleaved.Slice(done * _channels, count * _channels));
            AddHeard(heard.Slice(done, count));
            (done, _inWindow) = (done + count, _inWindow + count);
            if (_inWindow == _windowLength)
                CloseWindow();
        }
    }

    /// <summary>What is to be said, at the end.</summary>
    /// <param name="isMean">The mean of the channels is heard: how they go together matters.</param>
    public AudioNotes Find(bool isMean)
    {
        if (_inWindow > 0 && (_windowCount == 0 || 2 * _inWindow >= _windowLength))
            CloseWindow();
        var notes = Level();
        if (_flat >= FewestFlat && _flat * 1000 >= _total)
            notes |= AudioNotes.Clipped;
        if (_peak > FarBeyond)
            notes |= AudioNotes.FarBeyondFullScale;
        return isMean && _channels > 1 ? notes | new ChannelComparison(_windows, _channels).Find() : notes;
    }

    private AudioNotes Level()
    {
        if (_least >= -Zero && _most <= Zero && _most - _least == 0)
            return AudioNotes.DigitalSilence;
        if (_most - _least <= Steady && Math.Abs(_most) > Steady)
            return AudioNotes.Constant;
        return _audible < Math.Min(AudibleWindows, Math.Max(1, (_windowCount + 1) / 2)) ? AudioNotes.NearlyEmpty : AudioNotes.None;
    }

    private void AddChannels(ReadOnlySpan<float> interleaved)
    {
        for (var i = 0; i < interleaved.Length;)
        {
            for (var c = 0; c < _channels; c++, i++)
            {
                var x = interleaved[i];
                _energy[c] += (double)x * x;
                var size = Math.Abs(x);
                if (size > _peak)
                    _peak = size;
                if (size >= FullScale)
                    AddLoud(c, x);
                else
                    _run[c] = 0;
            }
        }
    }

    private void AddLoud(int channel, float x)
    {
        _run[channel] = _run[channel] > 0 && x == _last[channel] ? _run[channel] + 1 : 1;
        _last[channel] = x;
        if (_run[channel] >= FlatRun)
            _flat += _run[channel] == FlatRun ? FlatRun : 1;
    }

    private void AddHeard(ReadOnlySpan<float> heard)
    {
        foreach (var x in heard)
        {
            (_heard, _heardSum) = (_heard + (double)x * x, _heardSum + x);
            (_least, _most) = (Math.Min(_least, x), Math.Max(_most, x));
        }
    }

    private void CloseWindow()
    {
        foreach (var energy in _energy)
            _windows.Add(energy / _inWindow);
        _windows.Add(_heard / _inWindow);
        var mean = _heardSum / _inWindow;
        if (_heard / _inWindow - mean * mean > Audible * Audible)
            _audible++;
        Array.Clear(_energy);
        (_heard, _heardSum, _inWindow) = (0, 0, 0);
        _windowCount++;
    }
}
