namespace MlNetSer;

/// <summary>
/// Decodes audio files that this library does not read by itself; <see cref="AudioFile.AddDecoder"/> takes it. Must be thread-safe: several
/// files are read at a time.
/// </summary>
public interface IAudioDecoder
{
    /// <summary>Whether it takes a file.</summary>
    /// <param name="path">The file, which exists.</param>
    /// <param name="head">Its first bytes, up to twelve.</param>
    bool CanDecode(string path, ReadOnlySpan<byte> head);

    /// <summary>Reads all of it. Resampling and the choice of channels stay ours.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is damaged. Any other exception becomes one of these, with the file's name.</exception>
    DecodedAudio Decode(string path);
}

/// <summary>Decoded audio.</summary>
/// <param name="Samples">Samples, full scale = ±1: of all channels, interleaved.</param>
/// <param name="SampleRateHz">Their rate, 4,000 to 192,000 Hz.</param>
/// <param name="ChannelCount">Channels; 1 = mono.</param>
public sealed record DecodedAudio(float[] Samples, int SampleRateHz, int ChannelCount = 1)
{
    /// <inheritdoc/>
    public bool Equals(DecodedAudio? other)
        => other is not null && (SampleRateHz, ChannelCount) == (other.SampleRateHz, other.ChannelCount)
        && Samples.AsSpan().SequenceEqual(other.Samples);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SampleRateHz, ChannelCount, Samples.Length);
}
