using System.Buffers.Binary;
using MlNetSer.Audio.Samples;
using NLayer;

namespace MlNetSer.Audio.Decoders;

/// <summary>MP3 (and MP2) by NLayer, without the silence that encoder and decoder add where the encoder wrote how much that is.</summary>
/// <remarks>
/// The frame with Xing's or Info's tag is cut out before NLayer sees it: NLayer 3.0.1 removes the encoder's delay but not the decoder's
/// 529 samples, and does it for
/// LAME's own tag only. Delay and padding are removed here as ffmpeg does it (libavformat/mp3dec.c).
/// </remarks>
internal static class Mp3Decoder
{
    private const int DecoderDelay = 529;

    /// <summary>NLayer 3.0.1 gives noise 8 dB under the sound at 8 kHz (the frequency lines of its bands are wrong there); from 11,025 Hz
    /// on it agrees with ffmpeg to 118 dB.</summary>
    private const int LowestGoodRateHz = 11_025;

    public static void Read(Stream stream, string name, SampleCollector to)
    {
        if (stream.Length > Array.MaxLength)
            throw new UnsupportedAudioException("it is larger than 2 GB");
        stream.Position = 0;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var start = AfterId3(bytes);
        var found = MpegFrame.Find(bytes.AsSpan(start));
        if (found < 0)
            throw new InvalidDataException($"'{name}': no frame of MPEG audio was found in it.");
        start += found;
        var first = MpegFrame.Parse(bytes.AsSpan(start))!.Value;
        if (first.RateHz < LowestGoodRateHz)
            throw new UnsupportedAudioException($"NLayer decodes MP3 of {first.RateHz:N0} Hz wrongly");
        var (tagBytes, skip, most) = Tag(bytes.AsSpan(start), first);
        start += tagBytes;
        using var mp3 = new MpegFile(new MemoryStream(bytes, start, bytes.Length - start, writable: false));
        var channels = mp3.Channels;
        // It passes over frames that it does not take, such as MP2 of one channel at 384 kbit/s, and finds others where none are.
        if (mp3.SampleRate != first.RateHz || channels != first.ChannelCount)
            throw new UnsupportedAudioException($"NLayer reads {mp3.SampleRate:N0} Hz, {channels} channels, where the first frame says "
                + $"{first.RateHz:N0} Hz, {first.ChannelCount}");
        to.Begin(channels, mp3.SampleRate);
        var buffer = new float[4608 * channels];
        for (int count; most > 0 && (count = mp3.ReadSamples(buffer.AsSpan())) > 0;)
        {
            var frames = count / channels;
            var skipped = (int)Math.Min(skip, frames);
            var kept = (int)Math.Min(most, frames - skipped);
            to.AddFinite(buffer.AsSpan(skipped * channels, kept * channels));
            (skip, most) = (skip - skipped, most - kept);
        }
        if (most > 2 * first.SampleCount && most < long.MaxValue / 2)
            to.Note(AudioNotes.DecodedWithErrors);   // frames that the tag counted are not there
    }

    /// <summary>Where sound may begin: behind ID3v2 tags.</summary>
    private static int AfterId3(ReadOnlySpan<byte> bytes)
    {
        long at = 0;
        for (int length; at < bytes.Length && (length = Id3Length(bytes[(int)at..])) > 0;)
            at += length;
        return (int)Math.Min(at, bytes.Length);
    }

    /// <summary>Length of an ID3v2 tag by its header of ten bytes; 0 = there is none. (ID3v2.4, 3.1: four times seven bits.)</summary>
    public static int Id3Length(ReadOnlySpan<byte> tag)
    {
        if (tag.Length < 10 || !tag.StartsWith("ID3"u8))
            return 0;
        var size = (tag[6] & 0x7F) << 21 | (tag[7] & 0x7F) << 14 | (tag[8] & 0x7F) << 7 | tag[9] & 0x7F;
        return 10 + size + ((tag[5] & 0x10) != 0 ? 10 : 0);   // a footer repeats the header
    }

    /// <returns>Bytes of a frame that holds a tag and no sound; samples to leave out before the sound; samples of sound.</returns>
    private static (int Bytes, long Skip, long Count) Tag(ReadOnlySpan<byte> bytes, MpegFrame frame)
    {
        if (frame.Layer != 3 || frame.ByteCount > bytes.Length)
            return (0, 0, long.MaxValue);
        var body = bytes[..frame.ByteCount];
        if (body.Length > 40 && body[36..].StartsWith("VBRI"u8))
            return (frame.ByteCount, 0, long.MaxValue);
        var at = 4 + frame.SideInformation;
        if (at + 8 > body.Length || !(body[at..].StartsWith("Xing"u8) || body[at..].StartsWith("Info"u8)))
            return (0, 0, long.MaxValue);
        var flags = body[at + 7];
        long count = (flags & 1) != 0 && at + 12 <= body.Length
            ? BinaryPrimitives.ReadUInt32BigEndian(body[(at + 8)..]) * (long)frame.SampleCount : 0;
        at += 8 + ((flags & 1) != 0 ? 4 : 0) + ((flags & 2) != 0 ? 4 : 0) + ((flags & 4) != 0 ? 100 : 0) + ((flags & 8) != 0 ? 4 : 0);
        if (at + 24 > body.Length
            || !(body[at..].StartsWith("LAME"u8) || body[at..].StartsWith("Lavc"u8) || body[at..].StartsWith("Lavf"u8)))
            return (frame.ByteCount, 0, long.MaxValue);
        var (delay, padding) = (body[at + 21] << 4 | body[at + 22] >> 4, (body[at + 22] & 15) << 8 | body[at + 23]);
        return (frame.ByteCount, delay + DecoderDelay, count > delay + padding ? count - delay - padding : long.MaxValue);
    }
}
