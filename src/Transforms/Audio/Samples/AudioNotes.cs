using MlNetSer.Audio.Decoders;

namespace MlNetSer;

/// <summary>What a reader noticed about a recording. None of it is an error: the samples are there, and someone should know.</summary>
[Flags]
public enum AudioNotes
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Every sample is zero (up to 2^-12, which is A-law's zero).</summary>
    DigitalSilence = 1,

    /// <summary>Every sample has the same value, other than zero, within 2^-13.</summary>
    Constant = 2,

    /// <summary>Fewer than five windows of 20 ms are louder than −60 dB of full scale (RMS without DC): there is nearly no sound. In a
    /// shorter file, fewer than half.</summary>
    NearlyEmpty = 4,

    /// <summary>The channels cancel each other in their mean, in the whole recording or in a quarter of it. Ask for one channel.</summary>
    ChannelsCancel = 8,

    /// <summary>The channels hold different sounds, such as one speaker each. Ask for one channel.</summary>
    ChannelsDiffer = 16,

    /// <summary>A channel is silent (40 dB below the loudest one), so that the mean is weaker than the sound.</summary>
    ChannelSilent = 32,

    /// <summary>Flat tops: at least 0.1 % of the samples, and ten, lie in runs of three equal values at 0.95 of full scale or
    /// above.</summary>
    Clipped = 64,

    /// <summary>Samples are beyond eight times full scale: floats that were never divided by 32,768, or worse.</summary>
    FarBeyondFullScale = 128,

    /// <summary>The length in the file is one that pipes and recorders write when they do not know it; the file was read to its
    /// end.</summary>
    PlaceholderLength = 256,

    /// <summary>Such a file ends in the middle of a sample, which was dropped.</summary>
    PartialSampleDropped = 512,

    /// <summary>A decoder met errors or an early end and went on; sound may be missing.</summary>
    DecodedWithErrors = 1024,
}

/// <summary>Notes as text.</summary>
public static class AudioNotesText
{
    private static readonly (AudioNotes Note, string Text)[] s_texts =
    [
        (AudioNotes.DigitalSilence, "digital silence"),
        (AudioNotes.Constant, "constant value"),
        (AudioNotes.NearlyEmpty, "nearly empty"),
        (AudioNotes.ChannelsCancel, "channels cancel"),
        (AudioNotes.ChannelsDiffer, "channels differ"),
        (AudioNotes.ChannelSilent, "a channel is silent"),
        (AudioNotes.Clipped, "clipped"),
        (AudioNotes.FarBeyondFullScale, "far beyond full scale"),
        (AudioNotes.PlaceholderLength, "placeholder length"),
        (AudioNotes.PartialSampleDropped, "partial sample dropped"),
        (AudioNotes.DecodedWithErrors, "decoded with errors"),
    ];

    /// <summary>Short fixed texts with "; " between them, as in the column <c>(waveform).Notes</c>; empty where there is nothing.</summary>
    public static string ToText(this AudioNotes notes)
        => string.Join("; ", s_texts.Where(text => notes.HasFlag(text.Note)).Select(text => text.Text));
}
