namespace MlNetSer;

/// <summary>Samples as bytes, as decoders and sound cards give them, to mono samples. The format is a WAV file's 'fmt ' chunk.</summary>
internal sealed class SampleBytes
{
    private readonly WavFormat _format;
    private readonly string _name;
    private byte[] _rest = [];

    /// <exception cref="InvalidDataException">The format is none that <see cref="WavFormat"/> knows.</exception>
    public SampleBytes(ReadOnlySpan<byte> formatChunk, string name)
        => (_format, _name) = (WavFormat.Parse(formatChunk, reason => new InvalidDataException($"'{name}': {reason}.")), name);

    public int RateHz => _format.RateHz;

    /// <summary>Mono samples of what has come; the bytes of a sample that is not whole yet wait for the next call.</summary>
    public float[] Add(ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _rest, .. bytes];
        var samples = new float[all.Length / _format.FrameBytes];
        _rest = all[(samples.Length * _format.FrameBytes)..];
        return _format.Decode(all, samples) < 0 ? samples : throw new InvalidDataException($"'{_name}': a sample is not a finite number.");
    }

    /// <summary>All of a stream, whatever it gives at a time. Its length is not asked for: decoders guess it.</summary>
    /// <exception cref="InvalidDataException">The stream is empty, ends in the middle of a sample, or has a sample that is not finite.</exception>
    public static DecodedAudio ReadAll(Stream stream, ReadOnlySpan<byte> formatChunk, string name)
    {
        var decoder = new SampleBytes(formatChunk, name);
        List<float[]> parts = [];
        var buffer = new byte[(1 << 16) / decoder._format.FrameBytes * decoder._format.FrameBytes];
        for (int count; (count = stream.Read(buffer, 0, buffer.Length)) > 0;)
            parts.Add(decoder.Add(buffer.AsSpan(0, count)));
        if (parts.Count == 0 || decoder._rest.Length > 0)
            throw new InvalidDataException($"'{name}': {(parts.Count == 0 ? "the file has no samples" : $"the last sample is cut off: {decoder._rest.Length} bytes of {decoder._format.FrameBytes} are left")}.");
        return new DecodedAudio([.. parts.SelectMany(part => part)], decoder.RateHz);
    }
}
