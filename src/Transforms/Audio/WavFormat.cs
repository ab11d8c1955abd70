using System.Buffers.Binary;

namespace MlNetSer;

/// <summary>How a WAV file writes its samples: PCM of 8, 16, 24 or 32 bits, float of 32 or 64, A-law or mu-law, plain or in WAVE_FORMAT_EXTENSIBLE.</summary>
internal sealed class WavFormat
{
    /// <summary>No more of a 'fmt ' chunk than this is read.</summary>
    public const int LongestBytes = 64;

    private const int Pcm = 1, Float = 3, ALaw = 6, MuLaw = 7, Extensible = 0xFFFE;
    private static readonly byte[] SubformatTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
    private readonly int _tag;

    private WavFormat(int tag, int channelCount, int rateHz, int sampleBytes)
        => (_tag, ChannelCount, RateHz, SampleBytes) = (tag, channelCount, rateHz, sampleBytes);

    public int ChannelCount { get; }

    public int RateHz { get; }

    /// <summary>Bytes of one sample of one channel.</summary>
    public int SampleBytes { get; }

    /// <summary>Bytes of one sample of all channels.</summary>
    public int FrameBytes => ChannelCount * SampleBytes;

    public static WavFormat Parse(ReadOnlySpan<byte> chunk, Func<string, Exception> fault)
    {
        if (chunk.Length < 16)
            throw fault($"the 'fmt ' chunk has {chunk.Length} bytes; wanted at least 16");
        int tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        int channelCount = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        var rateHz = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        int frameBytes = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (tag == Extensible)
        {
            if (chunk.Length < 40)
                throw fault($"a WAVE_FORMAT_EXTENSIBLE 'fmt ' chunk has {chunk.Length} bytes; wanted 40");
            if (!chunk[26..40].SequenceEqual(SubformatTail))
                throw fault("the sample format is none of Microsoft's (unknown GUID). Convert the file to PCM");
            tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
        }
        if (channelCount == 0)
            throw fault("the file claims 0 channels");
        if (rateHz < Resampler.LowestRateHz || rateHz > Resampler.HighestRateHz)
            throw fault($"the sample rate is {rateHz:N0} Hz; wanted {Resampler.LowestRateHz:N0} to {Resampler.HighestRateHz:N0} Hz");
        var sampleBytes = (bits + 7) / 8;
        if (!(tag switch { Pcm => sampleBytes is >= 1 and <= 4, Float => bits is 32 or 64, ALaw or MuLaw => bits == 8, _ => false }))
            throw fault($"samples are written in format {tag} with {bits} bits; wanted PCM (1) of 8 to 32 bits, float (3) of 32 or 64, A-law (6) or mu-law (7) of 8. Convert the file, or rename it to its true ending and let ffmpeg decode it");
        if (frameBytes != channelCount * sampleBytes)
            throw fault($"{channelCount} channels of {bits} bits take {channelCount * sampleBytes} bytes, but the block alignment is {frameBytes}");
        return new WavFormat(tag, channelCount, (int)rateHz, sampleBytes);
    }

    /// <summary>Averages the channels of whole sample frames. Returns the byte of the first value that is not finite, else −1.</summary>
    public int Decode(ReadOnlySpan<byte> bytes, Span<float> mono)
    {
        for (var i = 0; i < mono.Length; i++)
        {
            var sum = 0.0;
            for (var c = 0; c < ChannelCount; c++)
                sum += Sample(bytes[((i * ChannelCount + c) * SampleBytes)..]);
            mono[i] = (float)(sum / ChannelCount);
            if (!float.IsFinite(mono[i]))
                return i * FrameBytes;
        }
        return -1;
    }

    private double Sample(ReadOnlySpan<byte> bytes) => (_tag, SampleBytes) switch
    {
        (Pcm, 1) => (bytes[0] - 128) / 128.0,
        (Pcm, 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768.0,
        (Pcm, 3) => ((bytes[0] << 8 | bytes[1] << 16 | bytes[2] << 24) >> 8) / 8388608.0,
        (Pcm, _) => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648.0,
        (Float, 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (Float, _) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (ALaw, _) => FromALaw(bytes[0]) / 32768.0,
        _ => FromMuLaw(bytes[0]) / 32768.0,
    };

    /// <summary>ITU-T G.711, table 1: sign, three bits of segment, four bits of step, every other bit inverted. 16-bit scale.</summary>
    internal static int FromALaw(byte code)
    {
        code ^= 0x55;
        var (segment, step) = (code >> 4 & 7, code & 15);
        var magnitude = segment == 0 ? (step << 4) + 8 : ((step << 4) + 0x108) << (segment - 1);
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    }

    /// <summary>ITU-T G.711, table 2: the same fields, all bits inverted, with a bias of 132. 16-bit scale.</summary>
    internal static int FromMuLaw(byte code)
    {
        code = (byte)~code;
        var magnitude = (((code & 15) << 3) + 132 << (code >> 4 & 7)) - 132;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }
}
