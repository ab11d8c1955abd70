using MlNetSer.Audio.Samples;
using NVorbis;

namespace MlNetSer.Audio.Decoders;

/// <summary>Ogg Vorbis by NVorbis.</summary>
internal static class VorbisFile
{
    public static bool Recognises(ReadOnlySpan<byte> firstPacket) => firstPacket.StartsWith("\x01vorbis"u8);

    public static void Read(Stream stream, string name, SampleCollector to)
    {
        OggPages.WantOneStream(stream, name);
        stream.Position = 0;
        using var vorbis = new VorbisReader(stream, closeOnDispose: false) { ClipSamples = false };
        var channels = vorbis.Channels;
        to.Begin(channels, vorbis.SampleRate);
        var buffer = new float[4096 * channels];
        for (int count; (count = vorbis.ReadSamples(buffer, 0, buffer.Length)) > 0;)
            to.AddFinite(buffer.AsSpan(0, count));
    }
}
