using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio.Decoders;

/// <summary>Reads a file; throws what says why not.</summary>
internal delegate void AudioReading(Stream stream, string name, SampleCollector to);

/// <summary>What a file is, by its first bytes; its name does not count.</summary>
/// <param name="Name">As people call it; null = not known.</param>
/// <param name="Read">Our reader, if there is one.</param>
/// <param name="IsPlain">Ours alone reads it: a fault that it finds is the file's.</param>
/// <param name="Demuxer">ffmpeg's reader, for formats that must be read back and forth, and so not from a pipe.</param>
internal sealed record AudioKind(string? Name, AudioReading? Read = null, bool IsPlain = false, string? Demuxer = null)
{
    /// <summary>Bytes that are looked at.</summary>
    public const int HeadBytes = 4096;

    private static readonly AudioKind s_wav = new("WAV", WavReader.Read, IsPlain: true);
    private static readonly AudioKind s_aiff = new("AIFF", AiffReader.Read, IsPlain: true);
    private static readonly AudioKind s_au = new("AU", AuReader.Read, IsPlain: true);
    private static readonly AudioKind s_vorbis = new("Ogg Vorbis", VorbisFile.Read);
    private static readonly AudioKind s_opus = new("Ogg Opus", OpusFile.Read);
    private static readonly AudioKind s_mov = new("MP4 or QuickTime", Demuxer: "mov");

    private static readonly (byte[] Start, AudioKind Kind)[] s_starts =
    [
        ("fLaC"u8.ToArray(), new("FLAC")),
        ("OggS"u8.ToArray(), new("Ogg")),
        ([0x1A, 0x45, 0xDF, 0xA3], new("Matroska or WebM")),
        ([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], new("WMA (ASF)")),
        ("NIST_1A"u8.ToArray(), new("NIST SPHERE")),
        ("#!AMR"u8.ToArray(), new("AMR")),
        ("caff"u8.ToArray(), new("CAF", Demuxer: "caf")),
        ("wvpk"u8.ToArray(), new("WavPack", Demuxer: "wv")),
        ("riff"u8.ToArray(), new("W64")),
        ("MAC "u8.ToArray(), new("Monkey's Audio", Demuxer: "ape")),
        ("TTA1"u8.ToArray(), new("TTA")),
        ("FLV"u8.ToArray(), new("FLV")),
        ("RIFX"u8.ToArray(), new("big-endian WAV")),
        ("FORM"u8.ToArray(), new("IFF")),
        ("Creative Voice File"u8.ToArray(), new("VOC")),
    ];

    /// <summary>MPEG audio in a RIFF file.</summary>
    public static AudioKind Mp3 { get; } = new("MP3", Mp3Decoder.Read);

    /// <exception cref="InvalidDataException">It is text, or empty.</exception>
    public static AudioKind Of(Stream stream, string name)
    {
        stream.Position = 0;
        var head = Head(stream);
        if (head.Length == 0)
            throw new InvalidDataException($"'{name}', byte 0: the file is empty; audio is wanted.");
        if (head.AsSpan().StartsWith("ID3"u8))
            return OfTagged(stream, head);
        if (WavReader.Recognises(head) || head.Length < 12 && head.AsSpan().StartsWith("RIFF"u8))
            return s_wav;
        if (AiffReader.Recognises(head))
            return s_aiff;
        if (AuReader.Recognises(head))
            return s_au;
        if (VorbisFile.Recognises(OggPages.FirstPacket(head)))
            return s_vorbis;
        if (OpusFile.Recognises(OggPages.FirstPacket(head)))
            return s_opus;
        foreach (var (start, kind) in s_starts)
        {
            if (head.AsSpan().StartsWith(start))
                return kind;
        }
        if (head.Length >= 12 && IsMovAtom(head.AsSpan(4, 4)))
            return s_mov;
        if (MpegFrame.Find(head) >= 0)
            return Mp3;
        return IsText(head) ? throw new InvalidDataException(Text(name, head)) : new AudioKind(Name: null);
    }

    private static AudioKind OfTagged(Stream stream, byte[] head)
    {
        stream.Position = Math.Min(Mp3Decoder.Id3Length(head), stream.Length);   // pictures make it larger than the head
        var behind = Head(stream);
        return MpegFrame.Find(behind) >= 0 ? Mp3 : new AudioKind(Name: behind.AsSpan().StartsWith("fLaC"u8) ? "FLAC" : null);
    }

    private static byte[] Head(Stream stream)
    {
        var head = new byte[HeadBytes];
        return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
    }

    private static bool IsMovAtom(ReadOnlySpan<byte> id)
        => id.SequenceEqual("ftyp"u8) || id.SequenceEqual("moov"u8) || id.SequenceEqual("mdat"u8) || id.SequenceEqual("wide"u8)
            || id.SequenceEqual("free"u8) || id.SequenceEqual("skip"u8);

    /// <summary>No control characters, and mostly ASCII; or marked as UTF-16.</summary>
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return true;
        var ascii = 0;
        foreach (var b in head)
        {
            if (b < 32 && b is not (9 or 10 or 12 or 13 or 27) || b == 127)
                return false;
            ascii += b < 128 ? 1 : 0;
        }
        return 4 * ascii >= 3 * head.Length;
    }

    private static string Text(string name, ReadOnlySpan<byte> head)
    {
        var start = HeaderReader.Printable(head[..Math.Min(head.Length, 40)]);
        var hint = start switch
        {
            _ when start.StartsWith("version https://git-lfs", StringComparison.Ordinal)
                => " It takes the place of a file that Git LFS keeps: run 'git lfs pull'.",
            _ when start.StartsWith("#EXTM3U", StringComparison.Ordinal) || start.StartsWith("ffconcat", StringComparison.Ordinal)
                => " Playlists are not followed: give the recordings themselves.",
            _ when start.TrimStart().StartsWith('<') => " A web page in place of a download?",
            _ => "",
        };
        return $"'{name}' is text, not audio: it starts with '{start}'.{hint}";
    }
}
