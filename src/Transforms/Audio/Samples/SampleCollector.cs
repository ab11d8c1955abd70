namespace MlNetSer.Audio.Samples;

/// <summary>Takes interleaved samples from any decoder, keeps the wanted channel or the mean of all, and looks at what goes by. One file,
/// one collector.</summary>
internal sealed class SampleCollector(string name, AudioChannel channel)
{
    /// <summary>Decoded sound may be far larger than its file: here it ends, whatever decodes it. 2^30 samples are 4 GB.</summary>
    private const int LongestHours = 6, MostDecoded = 1 << 30;

    private ResampledSamples? _samples;
    private float[] _heard = [];
    private long _count;
    private long _most = Array.MaxLength;
    private AudioNotes _notes;
    private SoundStatistics? _statistics;

    public int ChannelCount { get; private set; }

    public int RateHz { get; private set; }

    /// <summary>Samples of each channel that came.</summary>
    public long SampleCount => _count;

    /// <summary>The sound itself cannot be taken, whoever decodes it: no use in asking another decoder.</summary>
    public bool Refused { get; private set; }

    /// <summary>What is to come.</summary>
    /// <param name="channelCount">Channels.</param>
    /// <param name="rateHz">Their rate.</param>
    /// <param name="sampleCount">Samples of each channel, where the file's own size vouches for them; null = unknown.</param>
    /// <exception cref="InvalidDataException">The rate is out of range, or the wanted channel is not there.</exception>
    public void Begin(int channelCount, int rateHz, long? sampleCount = null)
    {
        if (channelCount < 1)
            throw Refusal("the file claims 0 channels");
        if (rateHz is < Resampler.LowestRateHz or > Resampler.HighestRateHz)
            throw Refusal($"the sample rate is {rateHz:N0} Hz; wanted {Resampler.LowestRateHz:N0} to {Resampler.HighestRateHz:N0} Hz");
        if (channel.Number > channelCount)
            throw Refusal($"channel {channel.Number} is wanted, but the file has {channelCount}. Ask for AudioChannel.Mean, or for a "
                + $"number from 1 to {channelCount}");
        (ChannelCount, RateHz) = (channelCount, rateHz);
        var room = Math.Min(Array.MaxLength, (long)Array.MaxLength * rateHz / AudioRecording.SampleRateHz);
        _most = sampleCount is null ? Math.Min(Math.Min(MostDecoded, LongestHours * 3600L * rateHz), room) : room;
        if (sampleCount > _most)
            throw TooLong();
        _samples = new ResampledSamples(rateHz, sampleCount);
        _statistics = new SoundStatistics(channelCount, rateHz);
    }

    public void Note(AudioNotes note) => _notes |= note;

    /// <summary>Takes whole sample frames. Returns the index of the first value that is not finite, else −1.</summary>
    public int Add(ReadOnlySpan<float> interleaved)
    {
        for (var i = 0; i < interleaved.Length; i++)
        {
            if (!float.IsFinite(interleaved[i]))
                return i;
        }
        var frames = interleaved.Length / ChannelCount;
        if (_count + frames > _most)
            throw TooLong();
        if (_heard.Length < frames)
            _heard = new float[frames];
        var heard = _heard.AsSpan(0, frames);
        Choose(interleaved, heard);
        _statistics!.Add(interleaved, heard);
        _samples!.Add(heard);
        _count += frames;
        return -1;
    }

    /// <summary>The same where no better place can be named.</summary>
    /// <exception cref="InvalidDataException">A sample is not a finite number.</exception>
    public void AddFinite(ReadOnlySpan<float> interleaved)
    {
        if (Add(interleaved) >= 0)
            throw new InvalidDataException($"'{name}': a sample is not a finite number.");
    }

    /// <summary>All of it at 16 kHz.</summary>
    /// <exception cref="InvalidDataException">There is nothing.</exception>
    public AudioRecording Finish(string format)
    {
        if (_count == 0)
            throw new InvalidDataException($"'{name}': the file has no samples.");
        var notes = _notes | _statistics!.Find(channel == AudioChannel.Mean);
        return new AudioRecording(_samples!.Finish(), format, RateHz, ChannelCount, notes);
    }

    private void Choose(ReadOnlySpan<float> interleaved, Span<float> heard)
    {
        if (ChannelCount == 1)
        {
            interleaved.CopyTo(heard);
            return;
        }
        for (var i = 0; i < heard.Length; i++)
        {
            var frame = interleaved.Slice(i * ChannelCount, ChannelCount);
            heard[i] = channel.Number > 0 ? frame[channel.Number - 1] : SampleFormat.Mean(frame);
        }
    }

    private InvalidDataException TooLong()
        => Refusal($"it holds more than {_most:N0} samples ({_most / 3600.0 / RateHz:0.#} hours). Cut it into pieces");

    private InvalidDataException Refusal(string reason)
    {
        Refused = true;
        return new InvalidDataException($"'{name}': {reason}.");
    }
}
