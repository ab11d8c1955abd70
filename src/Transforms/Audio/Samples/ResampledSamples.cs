namespace MlNetSer.Audio.Samples;

/// <summary>
/// Samples at 16 kHz out of blocks at any rate, as they come: the same bits as those of the whole resampled at once, in the memory of the
/// result.
/// </summary>
internal sealed class ResampledSamples
{
    private readonly Resampler? _resampler;   // null = the rate is right already
    private float[] _pending = [];            // what outputs to come depend on, with silence in front of the first sample
    private int _pendingCount;
    private long _received, _dropped;         // samples that came; of these and the silence, those that are needed no more
    private float[] _samples;
    private int _count;

    /// <param name="rateHz">Rate of what will come.</param>
    /// <param name="sampleCount">How many samples will come; null = unknown.</param>
    public ResampledSamples(int rateHz, long? sampleCount)
    {
        _resampler = Resampler.Between(rateHz, AudioRecording.SampleRateHz);
        var half = _resampler?.Half ?? 0;
        (_pending, _pendingCount) = (new float[half], half);
        _samples = new float[sampleCount is { } count ? _resampler?.OutputCount(count) ?? count : 0];
    }

    public void Add(ReadOnlySpan<float> block)
    {
        _received += block.Length;
        if (_resampler is null)
        {
            block.CopyTo(Room(block.Length));
            _count += block.Length;
            return;
        }
        Append(block);
        // Output n depends on samples up to floor(n · in / out) + half.
        Produce(Math.Max(0, _resampler.OutputCount(Math.Max(0, _received - _resampler.Half))));
    }

    /// <summary>All of it; nothing may come after.</summary>
    public float[] Finish()
    {
        if (_resampler is not null)
        {
            Append(new float[_resampler.Half]);
            Produce(_resampler.OutputCount(_received));
        }
        Array.Resize(ref _samples, _count);
        return _samples;
    }

    private void Produce(long until)
    {
        var fresh = (int)(until - _count);
        if (fresh <= 0)
            return;
        _resampler!.Run(_pending.AsSpan(0, _pendingCount), _dropped, _count, Room(fresh));
        _count += fresh;
        var unneeded = (int)(_resampler.FirstNeeded(_count) - _dropped);
        _pending.AsSpan(unneeded, _pendingCount - unneeded).CopyTo(_pending);
        (_pendingCount, _dropped) = (_pendingCount - unneeded, _dropped + unneeded);
    }

    private void Append(ReadOnlySpan<float> block)
    {
        if (_pending.Length < _pendingCount + block.Length)
            Array.Resize(ref _pending, _pendingCount + block.Length);
        block.CopyTo(_pending.AsSpan(_pendingCount));
        _pendingCount += block.Length;
    }

    private Span<float> Room(int count)
    {
        if (_samples.Length < _count + count)
            Array.Resize(ref _samples, (int)Math.Min(Array.MaxLength, Math.Max(_samples.Length * 3L / 2, _count + count)));
        return _samples.AsSpan(_count, count);
    }
}
