using System.Text;
using System.Text.Unicode;

namespace MlNetSer.Text;

/// <summary>Reads text files without guessing: UTF-8, what a byte order mark says, or a declared encoding. No byte is replaced in
/// silence.</summary>
internal static class StrictText
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly (byte[] Mark, Encoding? Encoding)[] s_marks =
    [
        ([0xEF, 0xBB, 0xBF], s_utf8),
        ([0xFF, 0xFE, 0, 0], null),   // UTF-32, before the mark of UTF-16 that it begins with
        ([0, 0, 0xFE, 0xFF], null),
        ([0xFF, 0xFE], new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true)),
        ([0xFE, 0xFF], new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true)),
    ];

    /// <summary>The text of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What errors call it.</param>
    /// <param name="declared">Its encoding; null = UTF-8. A byte order mark wins.</param>
    /// <param name="wayOut">How a caller declares another encoding; empty = not at all.</param>
    /// <exception cref="InvalidDataException">Bytes are not of the encoding, or there is a NUL.</exception>
    public static string Read(string path, string what, Encoding? declared = null, string wayOut = "")
        => Decode(File.ReadAllBytes(path), what, declared, wayOut);

    /// <inheritdoc cref="Read"/>
    public static string Decode(byte[] bytes, string what, Encoding? declared = null, string wayOut = "")
    {
        var (mark, marked) = s_marks.FirstOrDefault(entry => bytes.AsSpan().StartsWith(entry.Mark));
        if (mark is not null && marked is null)
            throw new InvalidDataException($"{what} is UTF-32. Save it as UTF-8.");
        var encoding = Strict(marked ?? declared ?? s_utf8);
        var begin = mark?.Length ?? 0;
        string text;
        try
        {
            text = encoding.GetString(bytes, begin, bytes.Length - begin);
        }
        catch (DecoderFallbackException error)
        {
            throw Fault(bytes, begin, encoding, error, what, wayOut);
        }
        if (text.IndexOf('\0') is >= 0 and var nul)
        {
            var (line, column) = Place(text, nul);
            throw new InvalidDataException($"{what}, line {line}, character {column}: there is a NUL (U+0000), which no text has. "
                + "Is it UTF-16 without a byte order mark, or cut off? Save it as UTF-8.");
        }
        return text;
    }

    /// <summary>Whether bytes are UTF-8.</summary>
    public static bool IsUtf8(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes);

    /// <summary>The encoding with an error for what it cannot read.</summary>
    public static Encoding Strict(Encoding encoding)
    {
        if (encoding.DecoderFallback is DecoderExceptionFallback)
            return encoding;
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return strict;
    }

    /// <summary>Line and character of a position, both from 1.</summary>
    public static (int Line, int Column) Place(ReadOnlySpan<char> text, int at)
        => (1 + text[..at].Count('\n'), at - text[..at].LastIndexOf('\n'));

    private static InvalidDataException Fault(byte[] bytes, int begin, Encoding encoding, DecoderFallbackException error, string what,
        string wayOut)
    {
        var at = encoding is UTF8Encoding ? begin + FirstInvalid(bytes.AsSpan(begin))
            : Math.Clamp(begin + error.Index, 0, bytes.Length - 1);
        ReadOnlySpan<byte> before = bytes.AsSpan(0, at);
        var (line, lineStart) = (1 + before.Count((byte)'\n'), before.LastIndexOf((byte)'\n') + 1);
        var rest = bytes.AsSpan(lineStart);
        var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        var seen = Windows1252.Encoding.GetString(end < 0 ? rest : rest[..end]);
        return new InvalidDataException($"{what}, line {line}, byte {at - lineStart + 1} (offset {at}): 0x{bytes[at]:X2} is not "
            + $"{Name(encoding)}. "
            + $"In Windows-1252 the line would read '{(seen.Length > 80 ? seen[..80] + "..." : seen)}'. Save the file as "
            + $"UTF-8{(wayOut.Length > 0 ? ", or " + wayOut : "")}.");
    }

    private static string Name(Encoding encoding) => encoding is UTF8Encoding ? "UTF-8" : encoding.WebName;

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
            at += length;
        return Math.Min(at, bytes.Length - 1);
    }
}
