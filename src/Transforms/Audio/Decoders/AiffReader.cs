using System.Buffers.Binary;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio.Decoders;

/// <summary>Reads AIFF and AIFF-C: PCM of 8 to 32 bits in either byte order, float, A-law, mu-law. (Apple, AIFF 1.3 and AIFF-C draft
/// 8/26/91.)</summary>
internal sealed class AiffReader
{
    private readonly HeaderReader _file;
    private (SampleFormat Sample, int ChannelCount, int RateHz, long SampleCount)? _format;
    private (long Start, long Length, bool IsPlaceholder)? _sound;

    private AiffReader(Stream stream, string name) => _file = new HeaderReader(stream, name);

    public static bool Recognises(ReadOnlySpan<byte> head)
        => head.Length >= 12 && head.StartsWith("FORM"u8) && (head[8..12].SequenceEqual("AIFF"u8) || head[8..12].SequenceEqual("AIFC"u8));

    /// <inheritdoc cref="WavReader.Read(Stream, string, SampleCollector)"/>
    public static void Read(Stream stream, string name, SampleCollector to) => new AiffReader(stream, name).Read(to);

    private void Read(SampleCollector to)
    {
        var isCompressed = _file.Bytes(8, 4).AsSpan().SequenceEqual("AIFC"u8);
        var at = 12L;
        while (at + 8 <= _file.Length && (_format is null || _sound is null))
            at = Chunk(at, isCompressed);
        if (_format is not { } format)
            throw _file.Fault(at, "the file ends without a 'COMM' chunk, which says how samples are written");
        if (_sound is not { } sound)
            throw _file.Fault(at, "the file ends without an 'SSND' chunk, which holds the samples");
        // The count of samples is the truth where the sound's chunk is longer.
        var length = format.SampleCount * format.ChannelCount * format.Sample.Bytes;
        if (sound.IsPlaceholder || length == 0 || length > sound.Length)
            length = sound.Length;
        PcmSamples.Read(_file, sound.Start, length, sound.IsPlaceholder, format.Sample, format.ChannelCount, format.RateHz, to);
    }

    private long Chunk(long at, bool isCompressed)
    {
        var head = _file.Bytes(at, 8);
        var (id, start) = (HeaderReader.Printable(head.AsSpan(0, 4)), at + 8);
        var claimed = BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4));
        var left = _file.Length - start;
        var isPlaceholder = id == "SSND" && (claimed < 8 ? left > 8 : claimed > left && PlaceholderLength.Is(claimed));
        var length = isPlaceholder ? left : claimed;
        if (length > left)
            throw _file.Fault(at,
                $"chunk '{id}' claims {length:N0} bytes, but the file has {left:N0} after its header. The file is cut off or damaged");
        if (id == "COMM")
            _format = Format(start, _file.Bytes(start, (int)Math.Min(length, 22)), isCompressed);
        else if (id == "SSND")
            _sound = Sound(start, length, isPlaceholder);
        return start + length + length % 2;
    }

    private (long, long, bool) Sound(long start, long length, bool isPlaceholder)
    {
        if (length < 8)
            throw _file.Fault(start, "the 'SSND' chunk is empty: the file has no samples");
        var offset = BinaryPrimitives.ReadUInt32BigEndian(_file.Bytes(start, 4));
        return offset <= length - 8 ? (start + 8 + offset, length - 8 - offset, isPlaceholder)
            : throw _file.Fault(start, $"samples begin {offset:N0} bytes into a chunk of {length - 8:N0}. The file is damaged");
    }

    private (SampleFormat, int, int, long) Format(long at, ReadOnlySpan<byte> chunk, bool isCompressed)
    {
        if (chunk.Length < (isCompressed ? 22 : 18))
            throw _file.Fault(at, $"the 'COMM' chunk has {chunk.Length} bytes; wanted at least {(isCompressed ? 22 : 18)}");
        var channels = BinaryPrimitives.ReadUInt16BigEndian(chunk);
        var count = BinaryPrimitives.ReadUInt32BigEndian(chunk[2..]);
        var bytes = (BinaryPrimitives.ReadUInt16BigEndian(chunk[6..]) + 7) / 8;
        var rate = Extended(chunk[8..18]);
        if (channels == 0)
            throw _file.Fault(at, "the file claims 0 channels");
        if (rate is not (>= Resampler.LowestRateHz and <= Resampler.HighestRateHz))
            throw _file.Fault(at + 8,
                $"the sample rate is {rate:N0} Hz; wanted {Resampler.LowestRateHz:N0} to {Resampler.HighestRateHz:N0} Hz");
        var codec = isCompressed ? HeaderReader.Printable(chunk[18..22]) : "NONE";
        SampleFormat? sample = codec switch
        {
            "NONE" or "twos" when bytes is >= 1 and <= 4 => new(SampleCoding.Signed, bytes, BigEndian: true),
            "sowt" when bytes is >= 1 and <= 4 => new(SampleCoding.Signed, bytes),
            "in24" => new(SampleCoding.Signed, 3, BigEndian: true),
            "in32" => new(SampleCoding.Signed, 4, BigEndian: true),
            "raw " => new(SampleCoding.Unsigned, 1),
            "fl32" or "FL32" => new(SampleCoding.Float, 4, BigEndian: true),
            "fl64" or "FL64" => new(SampleCoding.Float, 8, BigEndian: true),
            "alaw" or "ALAW" => new(SampleCoding.ALaw, 1),
            "ulaw" or "ULAW" => new(SampleCoding.MuLaw, 1),
            _ => null,
        };
        return sample is { } known ? (known, channels, (int)Math.Round(rate), count)
            : throw new UnsupportedAudioException($"samples are written by codec '{codec}' with {bytes} bytes");
    }

    /// <summary>An 80-bit float: sign, 15 bits of exponent, 64 of mantissa with its leading 1.</summary>
    private static double Extended(ReadOnlySpan<byte> bytes)
    {
        var (exponent, mantissa) = (BinaryPrimitives.ReadUInt16BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]));
        return (exponent & 0x8000) != 0 ? -1 : mantissa * Math.Pow(2, exponent - 16383 - 63);   // no rate is negative
    }
}
