using System.Buffers.Binary;

namespace MlNetSer;

/// <summary>Reads RIFF, RF64 and BW64 WAV: the chunks in any order, the samples as mono floats. What a length field says is checked before it is believed.</summary>
/// <remarks>
/// Formats: see <see cref="WavFormat"/>. Differs from strict readers in three points: a chunk after the samples may be cut off, bytes beyond the RIFF length are
/// ignored, and a data length of 0xFFFFFFFF (what a pipe writes) means "to the end of the file". (Microsoft RIFF; EBU Tech 3306 for RF64.)
/// </remarks>
internal sealed class WavReader
{
    private const uint UnknownLength = 0xFFFFFFFF;
    private readonly Stream _stream;
    private readonly string _name;
    private readonly Dictionary<string, long> _longLengths = [];   // of an RF64 file's ds64 chunk
    private WavFormat? _format;
    private (long Start, long Length)? _data;

    private WavReader(Stream stream, string name) => (_stream, _name) = (stream, name);

    /// <summary>True where the first twelve bytes are those of a WAV file.</summary>
    public static bool Recognises(ReadOnlySpan<byte> head)
        => head.Length >= 12 && (head.StartsWith("RIFF"u8) || head.StartsWith("RF64"u8) || head.StartsWith("BW64"u8)) && head[8..12].SequenceEqual("WAVE"u8);

    /// <summary>Mono samples (the mean of the channels) and their rate.</summary>
    public static (float[] Samples, int RateHz) Read(Stream stream, string name)
    {
        if (stream.CanSeek)
            return new WavReader(stream, name).Read();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        memory.Position = 0;
        return new WavReader(memory, name).Read();
    }

    private (float[] Samples, int RateHz) Read()
    {
        var head = Bytes(0, 12);
        if (!Recognises(head))
            throw Fault(0, $"a WAV file starts with RIFF....WAVE, but this one with '{Printable(head)}'. Is it another format, or text?");
        var at = 12L;
        while (at + 8 <= _stream.Length && (_format is null || _data is null))
            at = Chunk(at);
        if (_format is not { } format)
            throw Fault(at, "the file ends without a 'fmt ' chunk, which says how samples are written");
        if (_data is not { } data)
            throw Fault(at, "the file ends without a 'data' chunk, which holds the samples");
        return (Samples(format, data.Start, data.Length), format.RateHz);
    }

    /// <summary>Takes in the chunk at an offset; returns where the next one starts, always further on.</summary>
    private long Chunk(long at)
    {
        var head = Bytes(at, 8);
        var (id, start) = (Printable(head[..4]), at + 8);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
        var left = _stream.Length - start;
        if (length == UnknownLength)
            length = _longLengths.TryGetValue(id, out var longLength) ? longLength : id == "data" ? left : length;
        if (length < 0 || length > left)
            throw Fault(at, $"chunk '{id}' claims {length:N0} bytes, but the file has {left:N0} after its header. The file is cut off or damaged");
        if (id == "ds64")
        {
            ReadLongLengths(start, length);
        }
        else if (id == "fmt ")
        {
            _format = WavFormat.Parse(Bytes(start, (int)Math.Min(length, WavFormat.LongestBytes)), reason => Fault(start, reason));
        }
        else if (id == "data")
        {
            _data = (start, length);
        }
        return start + length + length % 2;   // chunks are padded to an even length
    }

    private void ReadLongLengths(long start, long length)
    {
        if (length < 28)
            throw Fault(start, $"the 'ds64' chunk has {length} bytes; wanted at least 28");
        var bytes = Bytes(start, 28);
        _longLengths["data"] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8));
        var entries = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(24));
        if (entries > (length - 28) / 12)
            throw Fault(start + 24, $"the 'ds64' table claims {entries:N0} entries, but its chunk has room for {(length - 28) / 12:N0}");
        for (var i = 0; i < entries; i++)
        {
            var entry = Bytes(start + 28 + 12 * i, 12);
            _longLengths[Printable(entry[..4])] = BinaryPrimitives.ReadInt64LittleEndian(entry.AsSpan(4));
        }
    }

    private float[] Samples(WavFormat format, long start, long length)
    {
        var frameBytes = format.FrameBytes;
        if (length == 0)
            throw Fault(start, "the 'data' chunk is empty: the file has no samples");
        if (length % frameBytes != 0)
            throw Fault(start + length / frameBytes * frameBytes, $"the last sample is cut off: {length:N0} bytes of samples are no multiple of {frameBytes} ({format.ChannelCount} channels of {format.SampleBytes} bytes)");
        if (length / frameBytes > Array.MaxLength)
            throw Fault(start, $"the file has {length / frameBytes:N0} samples per channel, more than {Array.MaxLength:N0}. Cut it into utterances");
        var samples = new float[length / frameBytes];
        var buffer = new byte[Math.Max(1, Math.Min(length, 1 << 20) / frameBytes) * frameBytes];
        _stream.Position = start;
        for (var done = 0; done < samples.Length;)
        {
            var count = Math.Min(samples.Length - done, buffer.Length / frameBytes);
            _stream.ReadExactly(buffer, 0, count * frameBytes);
            var bad = format.Decode(buffer.AsSpan(0, count * frameBytes), samples.AsSpan(done, count));
            if (bad >= 0)
                throw Fault(start + (long)done * frameBytes + bad, "a sample is not a finite number");
            done += count;
        }
        return samples;
    }

    private byte[] Bytes(long at, int count)
    {
        var left = _stream.Length - at;
        if (count > left)
            throw Fault(at, $"the file ends here: {count} bytes of a WAV header are wanted, {Math.Max(0, left)} are left");
        var bytes = new byte[count];
        _stream.Position = at;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private InvalidDataException Fault(long offset, string reason) => new($"'{_name}', byte {offset:N0}: {reason}.");

    private static string Printable(ReadOnlySpan<byte> bytes)
        => string.Concat(bytes.ToArray().Select(b => b is >= 32 and < 127 ? ((char)b).ToString() : $"\\x{b:x2}"));
}
