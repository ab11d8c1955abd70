using Microsoft.ML;

namespace MlNetSer.Encoders.FrontEnds;

/// <summary>The front end of an encoder as steps of a composition: what <see cref="FrontEnd"/> computes for bulk work, in the form that a
/// saved model carries.</summary>
internal static class FrontEndSteps
{
    /// <param name="transforms">The user's catalog.</param>
    /// <param name="output">Column to make: what the encoder takes.</param>
    /// <param name="input">Column with samples, or with what the encoder takes.</param>
    /// <param name="encoder">The encoder, whose profile says what it wants.</param>
    /// <param name="fromWaveform">False = the column holds what the encoder takes, which is checked and passed on.</param>
    /// <param name="file">Takes a graph, and gives its path.</param>
    public static IEstimator<ITransformer> Of(TransformsCatalog transforms, string output, string input, SpeechEncoder encoder,
        bool fromWaveform, Func<byte[], string> file)
        => FrontEnd.HasFilterbank(encoder.Profile, fromWaveform)
            ? new ExtractFilterbankEstimator(transforms, output, input, encoder.Profile.Filterbank,
                EncoderInputSettings.Of(encoder, fromWaveform).Least)
            : EncoderInputCheck.Of(transforms, input, EncoderInputSettings.Of(encoder, fromWaveform), file)
                .Append(transforms.CopyColumns(output, CheckedInput.Column));

    /// <summary>The columns to be dropped when the encoder has run.</summary>
    public static string[] Columns(string output, EncoderProfile profile, bool fromWaveform)
        => FrontEnd.HasFilterbank(profile, fromWaveform)
            ? [output, MlNetSer.Columns.Shape(output), MlNetSer.Columns.Identity(output)] : [output, .. EncoderInputCheck.Columns];
}
