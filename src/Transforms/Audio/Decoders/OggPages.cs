using System.Buffers.Binary;

namespace MlNetSer.Audio.Decoders;

/// <summary>Pages of an Ogg file (RFC 3533), and the packets of the one stream in it.</summary>
internal static class OggPages
{
    private const int HeaderBytes = 27;
    private static readonly uint[] s_crc = [.. Enumerable.Range(0, 256).Select(i => CrcOf((uint)i << 24))];

    /// <param name="Granule">Where the stream is at the end of the last packet that ends here; −1 = none ends.</param>
    /// <param name="IsLast">It says that the stream ends.</param>
    /// <param name="Packets">Packets that end on this page, whole.</param>
    public readonly record struct Page(long Granule, bool IsLast, IReadOnlyList<byte[]> Packets);

    /// <summary>The first packet, which says what the stream is; as much of it as there is.</summary>
    public static ReadOnlySpan<byte> FirstPacket(ReadOnlySpan<byte> head)
        => head.Length > HeaderBytes && head.Length >= HeaderBytes + head[26] ? head[(HeaderBytes + head[26])..] : [];

    /// <summary>Refuses what has several streams, side by side or one after the other: to read the first and say nothing would lose
    /// sound.</summary>
    /// <exception cref="UnsupportedAudioException">There are several.</exception>
    public static void WantOneStream(Stream stream, string name)
    {
        var begins = 0;
        foreach (var (_, flags, _, _, _) in Raw(stream, name, withBodies: false))
            begins += (flags & 2) >> 1;
        if (begins > 1)
            throw new UnsupportedAudioException($"the Ogg file has {begins} streams");
    }

    /// <summary>All pages of a file of one stream, from its start.</summary>
    /// <exception cref="InvalidDataException">A page is damaged or missing.</exception>
    public static IEnumerable<Page> Read(Stream stream, string name)
    {
        List<byte> open = [];
        long? expected = null;
        foreach (var (at, flags, granule, sequence, page) in Raw(stream, name, withBodies: true))
        {
            if (sequence != (expected ?? sequence))
                throw Fault(name, at, $"page {expected} is missing; page {sequence} follows");
            expected = sequence + 1L;
            if ((flags & 1) == 0)
                open.Clear();   // a packet that has no end is not continued
            List<byte[]> packets = [];
            var body = HeaderBytes + page[26];
            foreach (var lace in page.AsSpan(HeaderBytes, page[26]).ToArray())
            {
                open.AddRange(page.AsSpan(body, lace));
                body += lace;
                if (lace == 255)
                    continue;
                packets.Add([.. open]);
                open.Clear();
            }
            yield return new Page(granule, (flags & 4) != 0, packets);
        }
    }

    private static IEnumerable<(long At, int Flags, long Granule, uint Sequence, byte[] Page)> Raw(Stream stream, string name,
        bool withBodies)
    {
        var at = 0L;
        var head = new byte[HeaderBytes + 255];
        while (at + HeaderBytes <= stream.Length)
        {
            stream.Position = at;
            var known = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            if (!head.AsSpan().StartsWith("OggS"u8) || head[4] != 0 || HeaderBytes + head[26] > known)
                throw Fault(name, at, "an Ogg page should begin here. The file is cut off or damaged");
            var laces = head.AsSpan(HeaderBytes, head[26]);
            var length = HeaderBytes + laces.Length;
            foreach (var lace in laces)
                length += lace;
            if (at + length > stream.Length)
                throw Fault(name, at,
                    $"an Ogg page claims {length:N0} bytes, but the file has {stream.Length - at:N0}. The file is cut off or damaged");
            var page = new byte[withBodies ? length : 0];
            if (withBodies)
            {
                stream.Position = at;
                stream.ReadExactly(page);
                var crc = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(22));
                page.AsSpan(22, 4).Clear();
                if (Crc(page) != crc)
                    throw Fault(name, at, "the checksum of an Ogg page is wrong. The file is damaged");
            }
            yield return (at, head[5], BinaryPrimitives.ReadInt64LittleEndian(head.AsSpan(6)),
                BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(18)), page);
            at += length;
        }
    }

    private static InvalidDataException Fault(string name, long at, string reason) => new($"'{name}', byte {at:N0}: {reason}.");

    /// <summary>CRC-32 by 0x04C11DB7, without reflection, from 0.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0u;
        foreach (var b in bytes)
            crc = crc << 8 ^ s_crc[crc >> 24 ^ b];
        return crc;
    }

    private static uint CrcOf(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 0x8000_0000) != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1;
        return value;
    }
}
