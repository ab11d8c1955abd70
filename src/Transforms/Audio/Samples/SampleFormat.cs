using System.Buffers.Binary;

namespace MlNetSer.Audio.Samples;

/// <summary>How a sample is written.</summary>
internal enum SampleCoding
{
    Unsigned,
    Signed,
    Float,
    ALaw,
    MuLaw,
}

/// <summary>Samples of one channel as bytes: PCM of 8 to 32 bits, float of 32 or 64, A-law, mu-law. Full scale = ±1.</summary>
internal readonly record struct SampleFormat(SampleCoding Coding, int Bytes, bool BigEndian = false)
{
    private static readonly float[] s_aLaw = [.. Enumerable.Range(0, 256).Select(code => FromALaw((byte)code) / 32768f)];
    private static readonly float[] s_muLaw = [.. Enumerable.Range(0, 256).Select(code => FromMuLaw((byte)code) / 32768f)];

    /// <param name="bytes">As many samples as there is room for.</param>
    /// <param name="samples">Where they go.</param>
    public void Decode(ReadOnlySpan<byte> bytes, Span<float> samples)
    {
        switch (Coding, Bytes)
        {
            case (SampleCoding.Unsigned, _):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (bytes[i] - 128) / 128f;
                break;
            case (SampleCoding.Signed, 1):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (sbyte)bytes[i] / 128f;
                break;
            case (SampleCoding.Signed, 2):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (BigEndian ? BinaryPrimitives.ReadInt16BigEndian(bytes[(2 * i)..])
                        : BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..])) / 32768f;
                break;
            case (SampleCoding.Signed, 3):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = Three(bytes.Slice(3 * i, 3)) / 8388608f;
                break;
            case (SampleCoding.Signed, _):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (BigEndian ? BinaryPrimitives.ReadInt32BigEndian(bytes[(4 * i)..])
                        : BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..])) / 2147483648f;
                break;
            case (SampleCoding.Float, 4):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = BigEndian ? BinaryPrimitives.ReadSingleBigEndian(bytes[(4 * i)..])
                        : BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                break;
            case (SampleCoding.Float, _):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (float)(BigEndian ? BinaryPrimitives.ReadDoubleBigEndian(bytes[(8 * i)..])
                        : BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]));
                break;
            default:
                var table = Coding == SampleCoding.ALaw ? s_aLaw : s_muLaw;
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = table[bytes[i]];
                break;
        }
    }

    /// <summary>The mean of a frame's channels, summed in double: for two channels of 16 or 24 bits it is exact.</summary>
    public static float Mean(ReadOnlySpan<float> frame)
    {
        var sum = 0.0;
        foreach (var x in frame)
            sum += x;
        return (float)(sum / frame.Length);
    }

    private int Three(ReadOnlySpan<byte> b)
        => BigEndian ? (b[0] << 24 | b[1] << 16 | b[2] << 8) >> 8 : (b[2] << 24 | b[1] << 16 | b[0] << 8) >> 8;

    /// <summary>ITU-T G.711, table 1: sign, three bits of segment, four bits of step, every other bit inverted. 16-bit scale.</summary>
    private static int FromALaw(byte code)
    {
        code ^= 0x55;
        var (segment, step) = (code >> 4 & 7, code & 15);
        var magnitude = segment == 0 ? (step << 4) + 8 : ((step << 4) + 0x108) << (segment - 1);
        return (code & 0x80) != 0 ? magnitude : -magnitude;
    }

    /// <summary>ITU-T G.711, table 2: the same fields, all bits inverted, with a bias of 132. 16-bit scale.</summary>
    private static int FromMuLaw(byte code)
    {
        code = (byte)~code;
        var magnitude = (((code & 15) << 3) + 132 << (code >> 4 & 7)) - 132;
        return (code & 0x80) != 0 ? -magnitude : magnitude;
    }
}
