using FFMpegCore;
using FFMpegCore.Exceptions;
using FFMpegCore.Pipes;

namespace MlNetSer;

/// <summary>Decodes what is not WAV with the ffmpeg of this machine; resampling and the mean of the channels stay ours.</summary>
internal static class FfmpegDecoder
{
    /// <summary>True unless the file calls itself WAV and starts like no other known format.</summary>
    public static bool MayDecode(string path, ReadOnlySpan<byte> head)
        => head.StartsWith("fLaC"u8) || head.StartsWith("OggS"u8) || head.StartsWith("ID3"u8) || head.StartsWith("FORM"u8)
            || head.Length > 8 && head[4..].StartsWith("ftyp"u8)
            || Path.GetExtension(path).ToUpperInvariant() is ".FLAC" or ".MP3" or ".OGG" or ".OGA" or ".OPUS" or ".M4A" or ".AAC" or ".MP4" or ".WEBM" or ".WMA" or ".AIFF" or ".AIF" or ".AMR" or ".SPH" or ".W64" or ".CAF";

    public static (float[] Samples, int RateHz) Read(string path)
    {
        if (!IsInstalled())
            throw new InvalidDataException($"'{path}' is not WAV, and decoding other formats takes ffmpeg, which is not installed (searched: PATH). "
                + "Install it (Debian, Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg), or convert the file to WAV.");
        using var wav = new MemoryStream();
        try
        {
            FFMpegArguments.FromFileInput(path)
                .OutputToPipe(new StreamPipeSink(wav), output => output.WithCustomArgument("-vn").WithAudioCodec("pcm_f32le").ForceFormat("wav"))
                .ProcessSynchronously();
        }
        catch (FFMpegException error)
        {
            throw new InvalidDataException($"'{path}': ffmpeg could not decode it: {LastLine(error)}.", error);
        }
        wav.Position = 0;
        return WavReader.Read(wav, path);
    }

    private static bool IsInstalled()
    {
        var names = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Prepend(GlobalFFOptions.Current.BinaryFolder);
        return folders.Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, names)));
    }

    private static string LastLine(FFMpegException error) => error.Message.Trim().Split('\n')[^1].Trim().TrimEnd('.');
}
