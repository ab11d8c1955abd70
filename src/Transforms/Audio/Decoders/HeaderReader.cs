namespace MlNetSer.Audio.Decoders;

/// <summary>Fields of a file's header, each with its place: errors name the byte.</summary>
internal sealed class HeaderReader(Stream stream, string name)
{
    public Stream Stream => stream;

    public long Length => stream.Length;

    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public byte[] Bytes(long at, int count)
    {
        var left = stream.Length - at;
        if (count > left)
            throw Fault(at, $"the file ends here: {count} bytes of a header are wanted, {Math.Max(0, left)} are left");
        var bytes = new byte[count];
        stream.Position = at;
        stream.ReadExactly(bytes);
        return bytes;
    }

    public InvalidDataException Fault(long offset, string reason) => new($"'{name}', byte {offset:N0}: {reason}.");

    public static string Printable(ReadOnlySpan<byte> bytes)
        => string.Concat(bytes.ToArray().Select(b => b is >= 32 and < 127 ? ((char)b).ToString() : $"\\x{b:x2}"));
}
