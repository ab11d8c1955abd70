using MlNetSer.Decoders;

namespace MlNetSer;

/// <summary>The one way to samples: content decides who reads; what our readers refuse goes to ffmpeg.</summary>
internal static class AudioReader
{
    /// <param name="stream">The whole file, seekable, from its start.</param>
    /// <param name="path">Where it lies; null = nowhere.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="channel">What is heard.</param>
    /// <exception cref="InvalidDataException">Nobody can read it; names the file and the reason.</exception>
    public static AudioRecording Read(Stream stream, string? path, string name, AudioChannel channel)
    {
        var kind = AudioKind.Of(stream, name);
        if (kind.Read is null)
            return ByFfmpeg(kind, null);
        try
        {
            return ByUs(kind, stream, name, channel, out var refusal) ?? ByFfmpeg(kind, refusal);
        }
        catch (UnsupportedAudioException error) when (error.FormatTag == WavFormat.Mp3)
        {
            return ByUs(AudioKind.Mp3, stream, name, channel, out var refusal) ?? ByFfmpeg(kind, refusal);
        }
        catch (UnsupportedAudioException error)
        {
            return ByFfmpeg(kind, error.Message);
        }

        AudioRecording ByFfmpeg(AudioKind kind, string? reason)
        {
            var to = new SampleCollector(name, channel);
            FfmpegDecoder.Read(stream, path, name, kind, reason, to);
            return to.Finish(kind.Name ?? "unknown, by ffmpeg");
        }
    }

    /// <summary>Reads by our reader. Null where it fails and another may not.</summary>
    private static AudioRecording? ByUs(AudioKind kind, Stream stream, string name, AudioChannel channel, out string? refusal)
    {
        var to = new SampleCollector(name, channel);
        refusal = null;
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
            // Decoders of others throw whatever they run into; a broken file is all that it means.
            refusal = $"our reader of {kind.Name} failed: {error.Message.TrimEnd('.')}";
            return null;
        }
    }
}
