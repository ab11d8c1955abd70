using MlNetSer.Audio.Decoders;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio;

/// <summary>Samples as bytes, as decoders and sound cards give them. The format is a WAV file's 'fmt ' chunk.</summary>
internal sealed class SampleBytes
{
    private readonly WavFormat _format;
    private readonly string _name;
    private byte[] _rest = [];

    /// <exception cref="InvalidDataException">The format is none that <see cref="WavFormat"/> knows.</exception>
    public SampleBytes(ReadOnlySpan<byte> formatChunk, string name)
    {
        _name = name;
        try
        {
            _format = WavFormat.Parse(formatChunk, Fault);
        }
        catch (UnsupportedAudioException error)
        {
            throw Fault(error.Message);
        }
    }

    public int RateHz => _format.RateHz;

    /// <summary>Mono samples, the mean of the channels, of what has come; the bytes of a sample that is not whole yet wait for the next
    /// call.</summary>
    public float[] Add(ReadOnlySpan<byte> bytes)
    {
        var interleaved = AddInterleaved(bytes);
        var mono = new float[interleaved.Length / _format.ChannelCount];
        for (var i = 0; i < mono.Length; i++)
            mono[i] = SampleFormat.Mean(interleaved.AsSpan(i * _format.ChannelCount, _format.ChannelCount));
        return mono;
    }

    /// <summary>All of a stream, whatever it gives at a time. Its length is not asked for: decoders guess it.</summary>
    /// <exception cref="InvalidDataException">The stream is empty, ends in the middle of a sample, or has a sample that is not
    /// finite.</exception>
    public static DecodedAudio ReadAll(Stream stream, ReadOnlySpan<byte> formatChunk, string name)
    {
        var decoder = new SampleBytes(formatChunk, name);
        List<float[]> parts = [];
        var frameBytes = decoder._format.FrameBytes;
        var buffer = new byte[Math.Max(1, (1 << 16) / frameBytes) * frameBytes];
        for (int count; (count = stream.Read(buffer, 0, buffer.Length)) > 0;)
            parts.Add(decoder.AddInterleaved(buffer.AsSpan(0, count)));
        if (parts.Count == 0)
            throw decoder.Fault("the file has no samples");
        if (decoder._rest.Length > 0)
            throw decoder.Fault($"the last sample is cut off: {decoder._rest.Length} bytes of {frameBytes} are left");
        return new DecodedAudio([.. parts.SelectMany(part => part)], decoder.RateHz, decoder._format.ChannelCount);
    }

    private float[] AddInterleaved(ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _rest, .. bytes];
        var frames = all.Length / _format.FrameBytes;
        var samples = new float[frames * _format.ChannelCount];
        _format.Sample.Decode(all, samples);
        _rest = all[(frames * _format.FrameBytes)..];
        return Array.TrueForAll(samples, float.IsFinite) ? samples : throw Fault("a sample is not a finite number");
    }

    private InvalidDataException Fault(string reason) => new($"'{_name}': {reason}.");
}
