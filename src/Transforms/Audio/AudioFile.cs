using System.Collections.Immutable;

namespace MlNetSer;

/// <summary>Reads audio files. Thread-safe.</summary>
public static class AudioFile
{
    /// <summary>Rate of every waveform in this library, in Hz: what speech encoders are trained on.</summary>
    public const int SampleRateHz = 16_000;

    /// <summary>Who makes the samples, for the identity of what is computed from them: to be raised when reader or resampler give other numbers.</summary>
    internal const string Version = "WAV reader 1, resampler 1";

    private static ImmutableArray<IAudioDecoder> s_decoders = [];

    /// <summary>Adds a decoder for files that it says it can decode: for <see cref="ReadMono(string)"/>, <c>LoadAudio</c> and models that begin with it, loaded ones too. Those added first are asked first, before our own readers.</summary>
    /// <remarks>It lives in the process, not in a saved model: a program that serves such a model adds it as well.</remarks>
    /// <returns>Disposing of it takes the decoder out again.</returns>
    public static IDisposable AddDecoder(IAudioDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ImmutableInterlocked.Update(ref s_decoders, (all, added) => all.Add(added), decoder);
        return new Removal(decoder);
    }

    /// <summary>Reads a file as 16 kHz mono samples; channels are averaged, other rates resampled without aliasing.</summary>
    /// <param name="path">WAV (read by our own code), or anything that an added decoder takes, or that ffmpeg can decode, when it is installed.</param>
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
        if (Decoder(path, head.AsSpan(0, known)) is { } decoder)
        {
            var (samples, rateHz) = decoder.Decode(path);
            return samples.Length > 0 ? (samples, rateHz) : throw new InvalidDataException($"'{path}': {decoder.GetType().Name} found no samples in it.");
        }
        return WavReader.Recognises(head.AsSpan(0, known)) || !FfmpegDecoder.MayDecode(path, head.AsSpan(0, known))
            ? WavReader.Read(file, path)
            : FfmpegDecoder.Read(path);
    }

    private static IAudioDecoder? Decoder(string path, ReadOnlySpan<byte> head)
    {
        foreach (var decoder in s_decoders)
        {
            if (decoder.CanDecode(path, head))
                return decoder;
        }
        return null;
    }

    private sealed class Removal(IAudioDecoder decoder) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref s_decoders, (all, removed) => all.Remove(removed), decoder);
    }
}
