using System.Collections.Immutable;
using MlNetSer.Audio;
using MlNetSer.Audio.Samples;

namespace MlNetSer;

/// <summary>Reads audio, whatever it is called: the content decides (docs/audio.md). Thread-safe.</summary>
public static class AudioFile
{
    /// <summary>Rate of every waveform in this library, in Hz: what speech encoders are trained on.</summary>
    public const int SampleRateHz = 16_000;

    /// <summary>
    /// Who makes the samples, for the identity of what is computed from them: to be raised when reader or resampler give other numbers.
    /// </summary>
    internal const string Version = "audio reader 2, resampler 1";

    private const int DecoderHeadBytes = 12;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private static ImmutableArray<IAudioDecoder> s_decoders = [];

    /// <summary>Adds a decoder for files that it says it can decode: for reading by path, for <c>LoadAudio</c> and for models that begin
    /// with it, loaded ones too. Those added first are asked first, before our own readers.</summary>
    /// <remarks>It lives in the process, not in a saved model: a program that serves such a model adds it as well.</remarks>
    /// <returns>Disposing of it takes the decoder out again.</returns>
    public static IDisposable AddDecoder(IAudioDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ImmutableInterlocked.Update(ref s_decoders, (all, added) => all.Add(added), decoder);
        return new Removal(decoder);
    }

    /// <summary>Reads a file as 16 kHz mono samples; other rates are resampled without aliasing.</summary>
    /// <param name="path">WAV, AIFF, AU, MP3, Ogg Vorbis or Ogg Opus, anything that an added decoder takes, or that ffmpeg can decode,
    /// where it is installed.</param>
    /// <param name="options">Which channel; null = the mean of all.</param>
    /// <returns>The samples, and what was noticed about them.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not audio, is damaged, is empty, may not be read, lacks the channel, or needs
    /// an ffmpeg that is not installed.</exception>
    public static AudioRecording Read(string path, AudioReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path))
            throw new InvalidDataException($"'{path}' is a folder; an audio file is wanted. List the files of a folder in a manifest.");
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"There is no audio file '{path}'. Paths in a manifest are relative to the manifest's own folder.", path);
        }
        using var file = Open(path);
        if (!file.CanSeek)
            return Read(file, path, options);   // a named pipe, or what a shell puts in its place
        var channel = options?.Channel ?? AudioChannel.Mean;
        return Decoder(path, file) is { } decoder ? Decode(decoder, path, channel) : AudioReader.Read(file, path, path, channel);
    }

    /// <summary>Reads audio that is not a file. Added decoders are not asked: they read by path.</summary>
    /// <param name="stream">From where it is, to its end; one that cannot seek is copied to memory first.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">Which channel; null = the mean of all.</param>
    /// <inheritdoc cref="Read(string, AudioReadOptions)" path="/returns|/exception[@cref='T:System.IO.InvalidDataException']"/>
    public static AudioRecording Read(Stream stream, string name, AudioReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var channel = options?.Channel ?? AudioChannel.Mean;
        if (stream.CanSeek && stream.Position == 0)
            return AudioReader.Read(stream, null, name, channel);
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return AudioReader.Read(memory, null, name, channel);
    }

    /// <summary>Reads the bytes of an audio file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">Which channel; null = the mean of all.</param>
    /// <inheritdoc cref="Read(Stream, string, AudioReadOptions)" path="/returns|/exception"/>
    public static AudioRecording Read(byte[] bytes, string name, AudioReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return Read(new MemoryStream(bytes, writable: false), name, options);
    }

    /// <summary>The samples of <see cref="Read(string, AudioReadOptions)"/>, the mean of the channels.</summary>
    /// <inheritdoc cref="Read(string, AudioReadOptions)" path="/param|/exception"/>
    /// <returns>Samples, full scale = ±1. Floating-point files may exceed it.</returns>
    public static float[] ReadMono(string path) => Read(path).Samples;

    /// <summary>The samples of <see cref="Read(Stream, string, AudioReadOptions)"/>, the mean of the channels.</summary>
    /// <inheritdoc cref="Read(Stream, string, AudioReadOptions)" path="/param|/exception"/>
    /// <returns>Samples, full scale = ±1.</returns>
    public static float[] ReadMono(Stream stream, string name) => Read(stream, name).Samples;

    private static FileStream Open(string path)
    {
        if (RegularFile.Length(path) > 0)
            return OpenNow(path);
        // A named pipe opens when somebody writes to it, which may be never.
        var opening = Task.Factory.StartNew(() => OpenNow(path), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        return Task.WaitAny([opening], s_patience) == 0 ? opening.GetAwaiter().GetResult() : throw new InvalidDataException(
            $"'{path}' is a named pipe that nothing has written to for {s_patience.TotalSeconds:0} s.");
    }

    private static FileStream OpenNow(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 16);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new InvalidDataException($"'{path}' may not be read: {error.Message}", error);
        }
    }

    private static IAudioDecoder? Decoder(string path, FileStream file)
    {
        if (s_decoders.IsEmpty)
            return null;
        Span<byte> head = stackalloc byte[DecoderHeadBytes];
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        foreach (var decoder in head.Length > 0 ? s_decoders : [])
        {
            if (decoder.CanDecode(path, head))
                return decoder;
        }
        return null;
    }

    private static AudioRecording Decode(IAudioDecoder decoder, string path, AudioChannel channel)
    {
        var who = decoder.GetType().Name;
        DecodedAudio sound;
        try
        {
            sound = decoder.Decode(path);
        }
        catch (Exception error) when (error is not (InvalidDataException or OutOfMemoryException or OperationCanceledException))
        {
            throw new InvalidDataException($"'{path}': {who} could not decode it: {error.Message}", error);
        }
        if (sound.Samples.Length == 0)
            throw new InvalidDataException($"'{path}': {who} found no samples in it.");
        if (sound.ChannelCount < 1 || sound.Samples.Length % sound.ChannelCount != 0)
            throw new InvalidDataException($"'{path}': {who} gave {sound.Samples.Length:N0} samples of {sound.ChannelCount} channels.");
        var to = new SampleCollector(path, channel);
        to.Begin(sound.ChannelCount, sound.SampleRateHz, sound.Samples.Length / sound.ChannelCount);
        const int BlockFrames = 1 << 16;   // a copy of one block, not of all
        foreach (var block in sound.Samples.Chunk(BlockFrames * sound.ChannelCount))
            to.AddFinite(block);
        return to.Finish(who);
    }

    private sealed class Removal(IAudioDecoder decoder) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref s_decoders, (all, removed) => all.Remove(removed), decoder);
    }
}
