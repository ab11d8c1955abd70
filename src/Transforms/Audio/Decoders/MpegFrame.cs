using System.Buffers.Binary;

namespace MlNetSer.Audio.Decoders;

/// <summary>The four bytes that begin a frame of MPEG audio (ISO 11172-3, 2.4.2.3; 13818-3 for the low rates).</summary>
internal readonly record struct MpegFrame(int Version, int Layer, int RateHz, int ChannelCount, int ByteCount, int SampleCount)
{
    private const int FramesInARow = 3;

    // In kbit/s, for MPEG-1 layers 1 to 3, then for MPEG-2: layer 1, layers 2 and 3.
    private static readonly int[][] s_kiloBits =
    [
        [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
        [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];

    /// <summary>Bytes of side information after the header, in layer 3.</summary>
    public int SideInformation => (Version, ChannelCount) switch
    {
        (1, 1) => 17,
        (1, _) => 32,
        (_, 1) => 9,
        _ => 17,
    };

    /// <summary>Null where this is not a header, or is one of free bit rate.</summary>
    public static MpegFrame? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4)
            return null;
        var header = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        int version = (int)(header >> 19 & 3), layer = 4 - (int)(header >> 17 & 3);
        int bits = (int)(header >> 12 & 15), rate = (int)(header >> 10 & 3);
        if (header >> 21 != 0x7FF || version == 1 || layer == 4 || bits is 0 or 15 || rate == 3)
            return null;
        var isFirst = version == 3;
        var rateHz = new[] { 44100, 48000, 32000 }[rate] >> (isFirst ? 0 : version == 2 ? 1 : 2);
        var kiloBits = s_kiloBits[isFirst ? layer - 1 : layer == 1 ? 3 : 4][bits];
        var padding = (int)(header >> 9 & 1);
        var samples = layer == 1 ? 384 : layer == 2 || isFirst ? 1152 : 576;
        var count = layer == 1 ? (12_000 * kiloBits / rateHz + padding) * 4 : samples / 8 * 1000 * kiloBits / rateHz + padding;
        return new MpegFrame(isFirst ? 1 : 2, layer, rateHz, (header >> 6 & 3) == 3 ? 1 : 2, count, samples);
    }

    /// <summary>Where the first frame begins that like ones follow; −1 = nowhere. Other bytes may come before it.</summary>
    public static int Find(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at + 4 <= bytes.Length; at++)
        {
            if (bytes[at] == 0xFF && IsRow(bytes, at))
                return at;
        }
        return -1;
    }

    private static bool IsRow(ReadOnlySpan<byte> bytes, int at)
    {
        if (Parse(bytes[at..]) is not { } first)
            return false;
        var frame = first;
        for (var i = 1; i < FramesInARow; i++)
        {
            at += frame.ByteCount;
            if (at + 4 > bytes.Length)
                return i > 1 || at == bytes.Length;   // the file ends with the row
            if (Parse(bytes[at..]) is not { } next || (next.Version, next.Layer, next.RateHz) != (first.Version, first.Layer, first.RateHz))
                return false;
            frame = next;
        }
        return true;
    }
}
