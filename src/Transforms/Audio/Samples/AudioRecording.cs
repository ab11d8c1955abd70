using MlNetSer.Marks;

namespace MlNetSer;

/// <summary>A recording that was read.</summary>
public sealed class AudioRecording
{
    internal AudioRecording(float[] samples, string format, int sourceRateHz, int channelCount, AudioNotes notes)
        => (Samples, Format, SourceRateHz, ChannelCount, Notes) = (samples, format, sourceRateHz, channelCount, notes);

    /// <summary>Rate of <see cref="Samples"/>, in Hz.</summary>
    internal const int SampleRateHz = IdentityMarks.LoadAudioRateHz;

    /// <summary>Samples, 16 kHz mono, full scale = ±1. Floating-point files may exceed it.</summary>
    public float[] Samples { get; }

    /// <summary>Length of the sound.</summary>
    public double DurationSeconds => Samples.Length / (double)SampleRateHz;

    /// <summary>What the file is, by its content: <c>WAV</c>, <c>MP3</c>, <c>FLAC</c> ...</summary>
    public string Format { get; }

    /// <summary>The file's own sampling rate, in Hz.</summary>
    public int SourceRateHz { get; }

    /// <summary>Channels of the file.</summary>
    public int ChannelCount { get; }

    /// <summary>What the reader noticed.</summary>
    public AudioNotes Notes { get; }
}
