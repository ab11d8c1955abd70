using Microsoft.ML;

namespace MlNetSer;

public static partial class SpeechTransformsCatalog
{
    /// <summary>
    /// Runs a frozen ASR encoder over a waveform column and keeps the output of its blocks; the front end follows from the encoder's
    /// profile.
    /// </summary>
    /// <remarks>What the column holds decides, where its maker says it: the filterbank of the profile is taken as it is, and any other is
    /// refused.</remarks>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">Column to make, blocks x frames x dimension; its shape comes with it as
    /// <c>(name).Shape</c>.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="waveformColumnName">Column with samples, 16 kHz mono in [−1, 1].</param>
    /// <param name="blocks">Blocks to keep, counted from 1, in this order; none = all.</param>
    /// <exception cref="NotSupportedException">The encoder needs a front end that MlNetSer does not have; the message names it.</exception>
    public static EmbedSpeechEstimator EmbedSpeech(this TransformsCatalog transforms, string outputColumnName, SpeechEncoder encoder,
        string waveformColumnName = "Waveform", params int[]? blocks)
        => Embed(transforms, outputColumnName, waveformColumnName, encoder, blocks, fromWaveform: true);

    /// <summary>
    /// Runs a frozen ASR encoder over a column of what it takes, which for most is a filterbank, and keeps the output of its blocks.
    /// </summary>
    /// <remarks>What the column holds decides, where its maker says it: a waveform goes through the front end of the profile all the same.
    /// The form of the call decides for columns of your own.</remarks>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">Column to make, blocks x frames x dimension; its shape comes with it as
    /// <c>(name).Shape</c>.</param>
    /// <param name="inputColumnName">Column with filterbank features, or with samples; null = the same name.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="blocks">Blocks to keep, counted from 1, in this order; null = all.</param>
    public static EmbedSpeechEstimator EmbedSpeech(this TransformsCatalog transforms, string outputColumnName, string? inputColumnName,
        SpeechEncoder encoder, params int[]? blocks)
        => Embed(transforms, outputColumnName, inputColumnName ?? outputColumnName, encoder, blocks, fromWaveform: false);

    private static EmbedSpeechEstimator Embed(TransformsCatalog transforms, string outputColumnName, string inputColumnName,
        SpeechEncoder encoder, int[]? blocks, bool fromWaveform)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new EmbedSpeechEstimator(transforms, outputColumnName, inputColumnName, encoder,
            blocks is { Length: > 0 } ? blocks : null, fromWaveform);
    }
}
