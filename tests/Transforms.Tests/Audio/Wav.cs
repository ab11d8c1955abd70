using System.Text;

namespace MlNetSer.Tests.Audio;

/// <summary>Writes WAV files field by field.</summary>
internal static class Wav
{
    private static readonly byte[] SubformatTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    public static byte[] File(params byte[][] chunks) => File("RIFF", null, chunks);

    public static byte[] File(string id, uint? length, params byte[][] chunks)
    {
        var body = chunks.SelectMany(c => c).ToArray();
        return [.. Encoding.ASCII.GetBytes(id), .. BitConverter.GetBytes(length ?? (uint)(4 + body.Length)), .. "WAVE"u8, .. body];
    }

    /// <summary>A chunk, padded to an even length as the format wants.</summary>
    public static byte[] Chunk(string id, byte[] body, uint? claimed = null)
        => [.. Encoding.ASCII.GetBytes(id), .. BitConverter.GetBytes(claimed ?? (uint)body.Length), .. body, .. new byte[body.Length % 2]];

    public static byte[] Format(int tag = 1, int channels = 1, uint rate = 16000, int bits = 16, int? align = null)
    {
        var frame = align ?? channels * ((bits + 7) / 8);
        return Chunk("fmt ", [.. Two(tag), .. Two(channels), .. BitConverter.GetBytes(rate), .. BitConverter.GetBytes(rate * (uint)frame),
            .. Two(frame), .. Two(bits)]);
    }

    public static byte[] Extensible(int tag, int channels, uint rate, int bits, byte[]? tail = null)
    {
        var frame = channels * ((bits + 7) / 8);
        return Chunk("fmt ",
        [
            .. Two(0xFFFE), .. Two(channels), .. BitConverter.GetBytes(rate), .. BitConverter.GetBytes(rate * (uint)frame), .. Two(frame),
            .. Two(bits),
            .. Two(22), .. Two(bits), .. BitConverter.GetBytes(0u), .. Two(tag), .. tail ?? SubformatTail,
        ]);
    }

    public static byte[] Pcm16(params short[] samples) => [.. samples.SelectMany(BitConverter.GetBytes)];

    public static byte[] Two(int value) => BitConverter.GetBytes((ushort)value);
}
