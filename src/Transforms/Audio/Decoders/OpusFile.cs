using System.Buffers.Binary;
using Concentus.Structs;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio.Decoders;

/// <summary>Ogg Opus by Concentus: channel mapping family 0, which is mono and stereo (RFC 7845). Always decoded at 48 kHz.</summary>
internal static class OpusFile
{
    private const int RateHz = 48_000, LongestPacket = 5760;

    public static bool Recognises(ReadOnlySpan<byte> firstPacket) => firstPacket.StartsWith("OpusHead"u8);

    public static void Read(Stream stream, string name, SampleCollector to)
    {
        OggPages.WantOneStream(stream, name);
        using var pages = OggPages.Read(stream, name).GetEnumerator();
        var (channels, preSkip, gain) = Head(pages.MoveNext() && pages.Current.Packets is [var first, ..] ? first : [], name);
        to.Begin(channels, RateHz);
        // The factory that the compiler advises would take a native libopus where there is one: other samples on other machines.
#pragma warning disable CS0618
        using var decoder = new OpusDecoder(RateHz, channels);
#pragma warning restore CS0618
        var buffer = new float[LongestPacket * channels];
        var hasTags = false;
        (long decoded, long skip, long? start) = (0, preSkip, null);
        while (pages.MoveNext())
        {
            var page = pages.Current;
            List<float[]> sound = [];
            foreach (var packet in page.Packets)
            {
                if (hasTags)
                    sound.Add(Decode(decoder, packet, buffer, channels, gain));
                hasTags = true;   // the second packet is a comment, and may take many pages
            }
            var samples = sound.Sum(part => (long)part.Length / channels);
            if (samples == 0)
                continue;
            // A stream that was joined late begins with another position than 0; one that ends on its first page was cut there.
            start ??= page.IsLast ? 0 : Math.Max(0, page.Granule - samples);
            var end = page.IsLast && page.Granule >= 0 ? Math.Min(decoded + samples, page.Granule - start.Value) : decoded + samples;
            foreach (var part in sound)
            {
                var (from, until) = (Math.Max(decoded, skip), Math.Min(decoded + part.Length / channels, end));
                if (until > from)
                    to.AddFinite(part.AsSpan((int)(from - decoded) * channels, (int)(until - from) * channels));
                decoded += part.Length / channels;
            }
        }
    }

    private static float[] Decode(OpusDecoder decoder, byte[] packet, float[] buffer, int channels, float gain)
    {
        var count = decoder.Decode(packet, buffer, LongestPacket, false);
        float[] samples = [.. buffer.AsSpan(0, count * channels)];
        if (gain != 1)
            System.Numerics.Tensors.TensorPrimitives.Multiply(samples, gain, samples);
        return samples;
    }

    private static (int Channels, int PreSkip, float Gain) Head(ReadOnlySpan<byte> packet, string name)
    {
        if (packet.Length < 19 || !Recognises(packet))
            throw new InvalidDataException($"'{name}': the header of the Opus stream is damaged.");
        if (packet[18] != 0)
            throw new UnsupportedAudioException($"the Opus stream has {packet[9]} channels in mapping family {packet[18]}");
        var gain = BinaryPrimitives.ReadInt16LittleEndian(packet[16..]) / 256.0;   // in dB
        return (packet[9], BinaryPrimitives.ReadUInt16LittleEndian(packet[10..]), (float)Math.Pow(10, gain / 20));
    }
}
