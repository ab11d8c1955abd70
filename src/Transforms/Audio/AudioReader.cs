using MlNetSer.Audio.Decoders;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio;

/// <summary>The one way to samples: content decides who reads; what our readers refuse goes to ffmpeg.</summary>
internal static class AudioReader
{
    /// <param name="stream">The whole file, seekable, from its start.</param>
    /// <param name="path">Where it lies; null = nowhere.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="channel">What is heard.</param>
    /// <exception cref="InvalidDataException">No reader can read it; names the file and the reason.</exception>
    public static AudioRecording Read(Stream stream, string? path, string name, AudioChannel channel)
    {
        var kind = AudioKind.Of(stream, name);
        string? refusal = null;
        var isDamaged = false;
        for (var reader = kind; reader?.Read is not null;)
        {
            try
            {
                if (ByUs(reader, stream, name, channel, out refusal, out isDamaged) is { } recording)
                    return recording;
                break;
            }
            catch (UnsupportedAudioException error)
            {
                refusal = error.Message;
                reader = error.FormatTag == WavFormat.Mp3 ? AudioKind.Mp3 : null;
            }
        }
        var to = new SampleCollector(name, channel);
        if (isDamaged)
            to.Note(AudioNotes.DecodedWithErrors);   // ffmpeg passes over much in silence
        FfmpegDecoder.Read(stream, path, name, kind, refusal, to);
        return to.Finish(kind.Name ?? "unknown, by ffmpeg");
    }

    /// <summary>Reads by our reader. Null where it fails and another may not.</summary>
    private static AudioRecording? ByUs(AudioKind kind, Stream stream, string name, AudioChannel channel, out string? refusal,
        out bool isDamaged)
    {
        var to = new SampleCollector(name, channel);
        (refusal, isDamaged) = (null, false);
        try
        {
            kind.Read!(stream, name, to);
            if (to.SampleCount > 0 || kind.IsPlain)
                return to.Finish(kind.Name!);
            refusal = $"our reader of {kind.Name} found no samples";
            return null;
        }
        catch (Exception error) when (!kind.IsPlain && !to.Refused && error is not (UnsupportedAudioException or OutOfMemoryException))
        {
            // Decoders of others throw whatever they run into; InvalidDataException alone says that the file is at fault.
            isDamaged = error is InvalidDataException;
            refusal = $"our reader of {kind.Name} failed: {error.Message.TrimEnd('.')}";
            return null;
        }
    }
}
