using Microsoft.ML;

namespace MlNetSer.Tests;

/// <summary>The pipeline of a user: audio files to embeddings, through an encoder.</summary>
public static class SpeechPipeline
{
    /// <summary>The columns AudioPath, Waveform, Embedding and what comes beside them.</summary>
    /// <param name="ml">Where it lives.</param>
    /// <param name="paths">Audio files.</param>
    /// <param name="encoder">The encoder.</param>
    public static IDataView Data(MLContext ml, IEnumerable<string> paths, SpeechEncoder encoder)
    {
        var speech = ml.Data.LoadFromEnumerable(paths.Select(path => new Speech(path)));
        return ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(ml.Transforms.EmbedSpeech("Embedding", encoder)).Fit(speech)
            .Transform(speech);
    }

    private sealed record Speech(string AudioPath);
}
