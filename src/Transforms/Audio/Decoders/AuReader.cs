using System.Buffers.Binary;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio.Decoders;

/// <summary>Reads Sun and NeXT .au: PCM of 8 to 32 bits, float, A-law, mu-law. (Sun, audio_filehdr; the length may be unknown,
/// 0xFFFFFFFF.)</summary>
internal static class AuReader
{
    private const int HeaderBytes = 24;

    public static bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith(".snd"u8);

    /// <inheritdoc cref="WavReader.Read(Stream, string, SampleCollector)"/>
    public static void Read(Stream stream, string name, SampleCollector to)
    {
        var file = new HeaderReader(stream, name);
        var head = file.Bytes(0, HeaderBytes);
        uint Field(int i) => BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(4 * i));
        var (start, claimed, encoding, rate, channels) = (Field(1), Field(2), Field(3), Field(4), Field(5));
        if (start < HeaderBytes || start > file.Length)
            throw file.Fault(4,
                $"samples begin at byte {start:N0} of a file of {file.Length:N0}; wanted {HeaderBytes} or more. The file is cut off or "
                + "damaged");
        if (channels is 0 or > ushort.MaxValue)
            throw file.Fault(20, $"the file claims {channels:N0} channels");
        if (rate is < Resampler.LowestRateHz or > Resampler.HighestRateHz)
            throw file.Fault(16, $"the sample rate is {rate:N0} Hz; wanted {Resampler.LowestRateHz:N0} to {Resampler.HighestRateHz:N0} Hz");
        SampleFormat format = encoding switch
        {
            1 => new(SampleCoding.MuLaw, 1),
            2 or 3 or 4 or 5 => new(SampleCoding.Signed, (int)encoding - 1, BigEndian: true),
            6 => new(SampleCoding.Float, 4, BigEndian: true),
            7 => new(SampleCoding.Float, 8, BigEndian: true),
            27 => new(SampleCoding.ALaw, 1),
            _ => throw new UnsupportedAudioException($"samples are written in encoding {encoding}"),
        };
        var left = file.Length - start;
        var isPlaceholder = claimed == 0 ? left > 0 : claimed > left && PlaceholderLength.Is(claimed);
        if (claimed > left && !isPlaceholder)
            throw file.Fault(8,
                $"the header claims {claimed:N0} bytes of samples, but the file has {left:N0}. The file is cut off or damaged");
        PcmSamples.Read(file, start, isPlaceholder ? left : claimed, isPlaceholder, format, (int)channels, (int)rate, to);
    }
}
