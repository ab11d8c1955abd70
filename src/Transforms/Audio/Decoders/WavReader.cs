using System.Buffers.Binary;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio.Decoders;

/// <summary>Reads RIFF, RF64 and BW64 WAV, the chunks in any order. What a length field says is checked before it is believed.</summary>
/// <remarks>
/// Formats: see <see cref="WavFormat"/>. Differs from strict readers in three points: a chunk after the samples may be cut off, the RIFF
/// length is not looked
/// at, and a data length that is a placeholder (<see cref="PlaceholderLength"/>) means "to the end of the file". (Microsoft RIFF; EBU
/// Tech 3306 for RF64.)
/// </remarks>
internal sealed class WavReader
{
    private const uint SeeDs64 = 0xFFFFFFFF;
    private readonly HeaderReader _file;
    private readonly Dictionary<string, long> _longLengths = [];   // of an RF64 file's ds64 chunk
    private WavFormat? _format;
    private (long Start, long Length, bool IsPlaceholder)? _data;

    private WavReader(Stream stream, string name) => _file = new HeaderReader(stream, name);

    /// <summary>True where the first twelve bytes are those of a WAV file.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head)
        => head.Length >= 12 && (head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8) || head.StartsWith("BW64"u8))
            && head[8..12].SequenceEqual("WAVE"u8);

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="UnsupportedAudioException">Its codec is none of ours.</exception>
    public static void Read(Stream stream, string name, SampleCollector to) => new WavReader(stream, name).Read(to);

    private void Read(SampleCollector to)
    {
        var head = _file.Bytes(0, 12);
        if (!Recognises(head))
            throw _file.Fault(0, $"a WAV file starts with RIFF....WAVE, but this one with '{HeaderReader.Printable(head)}'");
        var at = 12L;
        while (at + 8 <= _file.Length && (_format is null || _data is null))
            at = Chunk(at);
        if (_format is not { } format)
            throw _file.Fault(at, "the file ends without a 'fmt ' chunk, which says how samples are written");
        if (_data is not { } data)
            throw _file.Fault(at, "the file ends without a 'data' chunk, which holds the samples");
        PcmSamples.Read(_file, data.Start, data.Length, data.IsPlaceholder, format.Sample, format.ChannelCount, format.RateHz, to);
    }

    /// <summary>Takes in the chunk at an offset; returns where the next one starts, always further on.</summary>
    private long Chunk(long at)
    {
        var head = _file.Bytes(at, 8);
        var (id, start) = (HeaderReader.Printable(head.AsSpan(0, 4)), at + 8);
        var claimed = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
        var left = _file.Length - start;
        var (length, isPlaceholder) = id == "data" ? DataLength(claimed, start, left)
            : (claimed == SeeDs64 && _longLengths.TryGetValue(id, out var longLength) ? longLength : claimed, false);
        if (length < 0 || length > left)
            throw _file.Fault(at,
                $"chunk '{id}' claims {length:N0} bytes, but the file has {left:N0} after its header. The file is cut off or damaged");
        if (id == "ds64")
            ReadLongLengths(start, length);
        else if (id == "fmt ")
            _format = WavFormat.Parse(_file.Bytes(start, (int)Math.Min(length, WavFormat.LongestBytes)),
                reason => _file.Fault(start, reason));
        else if (id == "data")
            _data = (start, length, isPlaceholder);
        return start + length + length % 2;   // chunks are padded to an even length
    }

    private (long Length, bool IsPlaceholder) DataLength(uint claimed, long start, long left)
    {
        if (claimed == SeeDs64 && _longLengths.TryGetValue("data", out var length))
            return PlaceholderLength.Is(length) ? (left, true) : (length, false);
        if (claimed == 0)
            return left > 0 && !AreChunks(start) ? (left, true) : (0, false);
        return claimed > left && PlaceholderLength.Is(claimed) ? (left, true) : (claimed, false);
    }

    /// <summary>Whether the rest of the file is chunks after an empty one, and not samples after a length that was never filled
    /// in.</summary>
    private bool AreChunks(long at)
    {
        while (at + 8 <= _file.Length)
        {
            var head = _file.Bytes(at, 8);
            long length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            if (head.AsSpan(0, 4).ContainsAnyExceptInRange((byte)32, (byte)126) || at + 8 + length > _file.Length)
                return false;
            at += 8 + length + length % 2;
        }
        return at >= _file.Length;
    }

    private void ReadLongLengths(long start, long length)
    {
        if (length < 28)
            throw _file.Fault(start, $"the 'ds64' chunk has {length} bytes; wanted at least 28");
        var bytes = _file.Bytes(start, 28);
        _longLengths["data"] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8));
        var entries = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(24));
        if (entries > (length - 28) / 12)
            throw _file.Fault(start + 24,
                $"the 'ds64' table claims {entries:N0} entries, but its chunk has room for {(length - 28) / 12:N0}");
        for (var i = 0; i < entries; i++)
        {
            var entry = _file.Bytes(start + 28 + 12 * i, 12);
            _longLengths[HeaderReader.Printable(entry.AsSpan(0, 4))] = BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(4));
        }
    }
}
