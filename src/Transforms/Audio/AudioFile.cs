namespace MlNetSer;

/// <summary>Reads audio files. Thread-safe.</summary>
public static class AudioFile
{
    /// <summary>Rate of every waveform in this library, in Hz: what speech encoders are trained on.</summary>
    public const int SampleRateHz = 16_000;

    /// <summary>Who makes the samples, for the identity of what is computed from them: to be raised when reader or resampler give other numbers.</summary>
    internal const string Version = "WAV reader 1, resampler 1";

    /// <summary>Reads a file as 16 kHz mono samples; channels are averaged, other rates resampled without aliasing.</summary>
    /// <param name="path">WAV (read by our own code), or anything ffmpeg can decode, when it is installed.</param>
    /// <returns>Samples, full scale = ±1. Floating-point files may exceed it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not audio, is damaged, is empty, or needs an ffmpeg that is not installed.</exception>
    public static float[] ReadMono(string path)
    {
        var (samples, rate) = Read(path);
        return Resampler.Resample(samples, rate, SampleRateHz);
    }

    /// <summary>Reads a WAV stream as 16 kHz mono samples, for audio that is not a file.</summary>
    /// <param name="wav">A seekable stream at the start of a WAV file; a network stream is copied to memory first.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>Samples, full scale = ±1.</returns>
    /// <exception cref="InvalidDataException">The stream is not WAV, is damaged or is empty.</exception>
    public static float[] ReadMono(Stream wav, string name)
    {
        ArgumentNullException.ThrowIfNull(wav);
        var (samples, rate) = WavReader.Read(wav, name);
        return Resampler.Resample(samples, rate, SampleRateHz);
    }

    /// <summary>Reads a file as mono samples at its own rate.</summary>
    internal static (float[] Samples, int RateHz) Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new InvalidDataException($"'{path}' is a folder; an audio file is wanted. List the files of a folder in a manifest.");
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no audio file '{path}'. Paths in a manifest are relative to the manifest's own folder.", path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        var head = new byte[12];
        var known = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        file.Position = 0;
        if (known == 0)
            throw new InvalidDataException($"'{path}', byte 0: the file is empty; audio is wanted.");
        return WavReader.Recognises(head.AsSpan(0, known)) || !FfmpegDecoder.MayDecode(path, head.AsSpan(0, known))
            ? WavReader.Read(file, path)
            : FfmpegDecoder.Read(path);
    }
}
