using System.Buffers.Binary;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio.Decoders;

/// <summary>What the 'fmt ' chunk of a WAV file says: PCM of 8 to 32 bits, float of 32 or 64, A-law or mu-law, plain or in
/// WAVE_FORMAT_EXTENSIBLE.</summary>
internal sealed record WavFormat(SampleFormat Sample, int ChannelCount, int RateHz)
{
    /// <summary>No more of a 'fmt ' chunk than this is read.</summary>
    public const int LongestBytes = 64;

    /// <summary>MPEG audio layer 3 in RIFF.</summary>
    public const int Mp3 = 0x55;

    private const int Pcm = 1, Float = 3, ALaw = 6, MuLaw = 7, Extensible = 0xFFFE;
    private static readonly byte[] SubformatTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>Bytes of one sample of all channels.</summary>
    public int FrameBytes => ChannelCount * Sample.Bytes;

    /// <exception cref="UnsupportedAudioException">The samples are written by a codec that is not read here.</exception>
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
                throw new UnsupportedAudioException("the sample format is none of Microsoft's (unknown GUID)");
            tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
        }
        if (channelCount == 0)
            throw fault("the file claims 0 channels");
        if (rateHz < Resampler.LowestRateHz || rateHz > Resampler.HighestRateHz)
            throw fault($"the sample rate is {rateHz:N0} Hz; wanted {Resampler.LowestRateHz:N0} to {Resampler.HighestRateHz:N0} Hz");
        var sampleBytes = (bits + 7) / 8;
        if (!(tag switch { Pcm => sampleBytes is >= 1 and <= 4, Float => bits is 32 or 64, ALaw or MuLaw => bits == 8, _ => false }))
            throw new UnsupportedAudioException($"samples are written in format {tag} with {bits} bits, which is none of PCM (1) of 8 "
                + "to 32 bits, float (3) of 32 or 64, A-law (6) and mu-law (7)", tag);
        if (frameBytes != channelCount * sampleBytes)
            throw new UnsupportedAudioException($"{channelCount} channels of {bits} bits take {channelCount * sampleBytes} bytes, but "
                + $"the block alignment is {frameBytes}");
        var coding = tag switch
        {
            Pcm => sampleBytes == 1 ? SampleCoding.Unsigned : SampleCoding.Signed,
            Float => SampleCoding.Float,
            ALaw => SampleCoding.ALaw,
            _ => SampleCoding.MuLaw,
        };
        return new WavFormat(new SampleFormat(coding, sampleBytes), channelCount, (int)rateHz);
    }
}
