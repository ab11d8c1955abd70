using MlNetSer.Composition;
using MlNetSer.Encoders.Model;

namespace MlNetSer.Encoders.FrontEnds;

/// <summary>From samples to what an encoder takes, by its profile alone. Thread-safe.</summary>
internal sealed class FrontEnd
{
    private readonly EncoderProfile _profile;
    private readonly EncoderInputSettings _input;
    private readonly LogMelFilterbank? _filterbank;

    /// <param name="encoder">The encoder, whose profile says what it wants.</param>
    /// <param name="fromWaveform">False = it is given what it wants, and nothing is computed.</param>
    /// <exception cref="NotSupportedException">The encoder needs a front end that MlNetSer does not have.</exception>
    public FrontEnd(SpeechEncoder encoder, bool fromWaveform = true)
    {
        _profile = encoder.Profile;
        if (fromWaveform)
            Check(_profile);
        _filterbank = HasFilterbank(_profile, fromWaveform) ? new LogMelFilterbank(_profile.Filterbank) : null;
        _input = EncoderInputSettings.Of(encoder, fromWaveform);
    }

    /// <summary>Values of one frame; 1 where the encoder takes samples.</summary>
    public int Width => _profile.Takes == EncoderInput.Features ? _profile.Filterbank.MelBinCount : 1;

    /// <summary>Samples in [−1, 1] to <c>frames x Width</c>. Scale and normalisation of samples are in the encoder's wrapping.</summary>
    /// <exception cref="AudioTooShortException">They are too short for the encoder.</exception>
    /// <exception cref="InvalidDataException">A value is not finite, or the values are not a whole number of frames.</exception>
    public PreparedSpeech Compute(ReadOnlySpan<float> samples)
    {
        _input.Check(samples);
        var seconds = samples.Length / _input.Width * _input.UnitMs / 1000;
        if (_filterbank is null)
            return new PreparedSpeech(samples.ToArray(), seconds);
        var features = _filterbank.Compute(samples);
        FiniteValues.Check(features, "The filterbank");
        return new PreparedSpeech(features, seconds);
    }

    /// <summary>What the encoder's wrapping makes of all samples of an utterance before it looks at them: scale, mean 0 and variance 1. Of
    /// a window it would make something else.</summary>
    public ReadOnlyMemory<float> Prepared(ReadOnlyMemory<float> values)
    {
        if (_profile.Takes != EncoderInput.Samples
            || (_profile.SampleScale == 1 && _profile.Normalization != EncoderNormalization.PerUtterance))
            return values;
        var (prepared, scale) = (new float[values.Length], (float)_profile.SampleScale);
        System.Numerics.Tensors.TensorPrimitives.Multiply(values.Span, scale, prepared);
        if (_profile.Normalization == EncoderNormalization.PerUtterance)
            Standardize(prepared);
        return prepared;
    }

    /// <summary>Whether a filterbank is computed, so that the column before it holds samples.</summary>
    public static bool HasFilterbank(EncoderProfile profile, bool fromWaveform) => fromWaveform && profile.Takes == EncoderInput.Features;

    /// <exception cref="NotSupportedException">The encoder needs a front end that MlNetSer does not have.</exception>
    public static void Check(EncoderProfile profile)
    {
        if (profile.MissingFrontEnd is { } missing)
            throw new NotSupportedException(
                $"Profile '{profile.Name}' needs a front end that MlNetSer does not have: {missing}. "
                + "Compute these features yourself and give their column: EmbedSpeech(output, features, encoder).");
    }

    private static void Standardize(Span<float> samples)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var sample in samples)
            sum += sample;
        var mean = sum / samples.Length;
        foreach (var sample in samples)
            squares += (sample - mean) * (sample - mean);
        var deviation = Math.Sqrt(squares / samples.Length + EncoderWrapping.VarianceFloor);
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (float)((samples[i] - mean) / deviation);
    }
}
