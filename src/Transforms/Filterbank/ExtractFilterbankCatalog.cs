using Microsoft.ML;

namespace MlNetSer;

public static partial class SpeechTransformsCatalog
{
    /// <summary>Turns a waveform column into a log-Mel filterbank column (Kaldi conventions).</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">Column to make, frames x bins; its shape comes with it as <c>(name).Shape</c>.</param>
    /// <param name="inputColumnName">Column with samples; null = the same name.</param>
    /// <param name="melBinCount">Mel bins, in [3, 512].</param>
    public static ExtractFilterbankEstimator ExtractFilterbank(
        this TransformsCatalog transforms, string outputColumnName, string? inputColumnName = null, int melBinCount = 80)
        => transforms.ExtractFilterbank(outputColumnName, inputColumnName ?? outputColumnName,
            new LogMelFilterbankOptions { MelBinCount = melBinCount });

    /// <summary>Turns a waveform column into a log-Mel filterbank column, with every option.</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">Column to make, frames x bins; its shape comes with it as <c>(name).Shape</c>.</param>
    /// <param name="inputColumnName">Column with samples.</param>
    /// <param name="options">Options of the filterbank; an encoder's are in its profile.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ExtractFilterbankEstimator ExtractFilterbank(
        this TransformsCatalog transforms, string outputColumnName, string inputColumnName, LogMelFilterbankOptions options)
        => new(transforms, outputColumnName, inputColumnName, options);
}
