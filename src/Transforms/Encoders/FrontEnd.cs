namespace MlNetSer.Encoders;

/// <summary>From samples to what an encoder takes, by its profile alone. Thread-safe.</summary>
internal sealed class FrontEnd
{
    private readonly EncoderProfile _profile;
    private readonly LogMelFilterbank? _filterbank;

    /// <param name="profile">What the encoder wants.</param>
    /// <param name="fromWaveform">False = it is given what it wants, and nothing is computed.</param>
    /// <exception cref="NotSupportedException">The encoder needs a front end that MlNetSer does not have.</exception>
    public FrontEnd(EncoderProfile profile, bool fromWaveform = true)
    {
        if (fromWaveform)
            Check(profile);
        _profile = profile;
        _filterbank = fromWaveform && profile.Takes == EncoderInput.Features ? new LogMelFilterbank(profile.Filterbank) : null;
    }

    /// <summary>Values of one frame; 1 where the encoder takes samples.</summary>
    public int Width => _profile.Takes == EncoderInput.Features ? _profile.Filterbank.MelBinCount : 1;

    /// <summary>Samples in [−1, 1] to <c>frames x Width</c>. Scale and normalisation of samples are in the encoder's wrapping.</summary>
    /// <exception cref="ArgumentException">The waveform is too short for one frame.</exception>
    public ReadOnlyMemory<float> Compute(float[] samples)
    {
        if (_filterbank is not null)
            return _filterbank.Compute(samples);
        return samples.Length > 0 && samples.Length % Width == 0 ? samples : throw new ArgumentException(Width == 1 ? "The waveform has no samples."
            : $"{samples.Length:N0} values are no whole frames of {Width}. Give the features that encoder profile '{_profile.Name}' wants.", nameof(samples));
    }

    public static void Check(EncoderProfile profile)
    {
        if (profile.MissingFrontEnd is { } missing)
            throw new NotSupportedException($"Profile '{profile.Name}' needs a front end that MlNetSer does not have: {missing}. Compute these features yourself and give their column: EmbedSpeech(output, features, encoder).");
    }
}
