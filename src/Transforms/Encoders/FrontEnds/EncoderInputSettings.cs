using System.Text.Json;
using MlNetSer.Composition;

namespace MlNetSer.Encoders.FrontEnds;

/// <summary>What must hold of an encoder's input, or of the waveform that it is made of: it travels inside a saved model, so that a loaded
/// one refuses in the same words.</summary>
internal sealed record EncoderInputSettings
{
    /// <summary>Name of the encoder's profile.</summary>
    public required string Profile { get; init; }

    /// <summary>What the values are, as errors call them.</summary>
    public required string What { get; init; }

    /// <summary>Values of a frame; 1 = samples.</summary>
    public required int Width { get; init; }

    /// <summary>Frames or samples of the shortest utterance.</summary>
    public required int Least { get; init; }

    /// <summary>Time of a frame or sample, in ms.</summary>
    public required double UnitMs { get; init; }

    /// <summary>Of the column that an encoder's front end begins with.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="fromWaveform">False = the column holds what the encoder takes.</param>
    public static EncoderInputSettings Of(SpeechEncoder encoder, bool fromWaveform)
        => FrontEnd.HasFilterbank(encoder.Profile, fromWaveform) ? OfWaveform(encoder) : OfInput(encoder);

    /// <summary>Of a waveform that a filterbank comes after.</summary>
    private static EncoderInputSettings OfWaveform(SpeechEncoder encoder)
    {
        var options = encoder.Profile.Filterbank;
        var filterbank = new LogMelFilterbank(options);
        var (below, least) = (0, options.FrameLength);
        var frames = encoder.Reach?.Least ?? 1;
        while (filterbank.FrameCount(least) < frames)
            (below, least) = (least, 2 * least);
        while (least - below > 1)
        {
            var middle = (below + least) / 2;
            (below, least) = middle >= options.FrameLength && filterbank.FrameCount(middle) >= frames ? (below, middle) : (middle, least);
        }
        return new()
        {
            Profile = encoder.Profile.Name,
            What = "The waveform",
            Width = 1,
            Least = least,
            UnitMs = 1000.0 / options.SampleRateHz
        };
    }

    /// <summary>Of what the encoder takes.</summary>
    private static EncoderInputSettings OfInput(SpeechEncoder encoder)
    {
        var (profile, least) = (encoder.Profile, Math.Max(1, encoder.Reach?.Least ?? 1));
        return profile.Takes == EncoderInput.Samples
            ? new() { Profile = profile.Name, What = "The waveform", Width = 1, Least = least, UnitMs = 1000.0 / AudioFile.SampleRateHz }
            : new()
            {
                Profile = profile.Name,
                What = "The filterbank",
                Width = profile.Filterbank.MelBinCount,
                Least = least,
                UnitMs = profile.Filterbank.FrameShiftMs
            };
    }

    public static EncoderInputSettings FromJson(string json)
        => JsonSerializer.Deserialize(json, SettingsJson.Default.EncoderInputSettings)!;

    public string ToJson() => JsonSerializer.Serialize(this, SettingsJson.Default.EncoderInputSettings);

    /// <exception cref="AudioTooShortException">There are too few frames or samples.</exception>
    /// <exception cref="InvalidDataException">A value is not finite, or the values are not a whole number of frames.</exception>
    public void Check(ReadOnlySpan<float> values)
    {
        if (values.Length % Width != 0)
            throw new InvalidDataException($"{What} is not the encoder's: {values.Length:N0} values are not a whole number of frames of "
                + $"{Width}. Give the features that encoder profile '{Profile}' wants.");
        if (values.Length / Width < Least)
            throw new AudioTooShortException(null, values.Length / Width * UnitMs, Least * UnitMs, "the encoder");
        FiniteValues.Check(values, What);
    }
}

/// <summary>Serialises without reflection: single-file apps switch it off.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(EncoderInputSettings))]
internal sealed partial class SettingsJson : System.Text.Json.Serialization.JsonSerializerContext;
