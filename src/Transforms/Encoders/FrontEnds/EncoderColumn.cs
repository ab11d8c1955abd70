using MlNetSer.Composition;
using MlNetSer.Marks;

namespace MlNetSer.Encoders.FrontEnds;

/// <summary>Whether what a column holds is what an encoder can be given.</summary>
internal static class EncoderColumn
{
    /// <param name="input">The column.</param>
    /// <param name="kind">What it holds; null = its maker did not say, and nothing is checked.</param>
    /// <param name="profile">What the encoder wants.</param>
    /// <param name="takesWaveform">Whether the component computes the encoder's filterbank itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The encoder cannot be given that.</exception>
    /// <exception cref="NotSupportedException">It is a waveform, and the encoder needs a front end that MlNetSer does not have.</exception>
    public static void Check(InputColumn input, ColumnKind? kind, EncoderProfile profile, bool takesWaveform)
    {
        if (profile.Takes == EncoderInput.Samples)
        {
            if (kind is not (null or ColumnKind.Waveform))
                throw input.Mismatch("a waveform", kind,
                    $"Encoder profile '{profile.Name}' takes samples: give the column that LoadAudio makes.");
            return;
        }
        switch (kind)
        {
            case ColumnKind.Waveform when !takesWaveform:
                throw input.Mismatch("a filterbank", kind,
                    $"Append ExtractFilterbank(\"Filterbank\", \"{input.Name}\", encoder.Profile.Filterbank), and give its column.");
            case ColumnKind.Waveform waveform:
                FrontEnd.Check(profile);
                if (waveform.SampleRateHz != profile.Filterbank.SampleRateHz)
                    throw input.Mismatch(new ColumnKind.Waveform(profile.Filterbank.SampleRateHz), waveform,
                        $"Encoder profile '{profile.Name}' says so: resample the waveform.");
                break;
            case ColumnKind.Filterbank when profile.MissingFrontEnd is { } missing:
                throw input.Mismatch($"the features of encoder profile '{profile.Name}'", kind,
                    $"It needs a front end that MlNetSer does not have: {missing}. Compute these features yourself.");
            case ColumnKind.Filterbank filterbank
                when filterbank.Differences(FilterbankMapping.Text(profile.Filterbank)) is { Count: > 0 } differences:
                throw input.Mismatch($"the filterbank of encoder profile '{profile.Name}'", kind,
                    $"It has {string.Join("; ", differences)}. Pass encoder.Profile.Filterbank to ExtractFilterbank, or give EmbedSpeech "
                        + "the waveform.");
            case ColumnKind.Sequences:
                throw input.Mismatch("a filterbank or a waveform", kind, "They are embedded already.");
        }
    }
}
