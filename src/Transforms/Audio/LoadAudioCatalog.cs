using Microsoft.ML;

namespace MlNetSer;

/// <summary>Speech transforms under <c>MLContext.Transforms</c>.</summary>
public static partial class SpeechTransformsCatalog
{
    /// <summary>Reads audio files of most formats (docs/audio.md) as 16 kHz mono samples in [−1, 1].</summary>
    /// <param name="transforms">The catalog.</param>
    /// <param name="outputColumnName">Column to make, variable <c>Vector&lt;Single&gt;</c>; what the reader noticed comes with it as
    /// <c>(name).Notes</c>.</param>
    /// <param name="inputColumnName">Text column with paths; null = the same name.</param>
    /// <param name="channel">Which channel is heard: the mean of all (the default), <c>AudioChannel.Left</c>, <c>Right</c>, or one by its
    /// number.</param>
    public static LoadAudioEstimator LoadAudio(this TransformsCatalog transforms, string outputColumnName, string? inputColumnName = null,
        AudioChannel channel = default)
        => new(transforms, outputColumnName, inputColumnName ?? outputColumnName, channel);
}
