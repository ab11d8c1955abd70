using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>Corpora as command lines name them.</summary>
public static class CorpusArgument
{
    /// <summary>Reads a manifest, or a corpus as distributed: <c>NAME=FOLDER</c> or <c>NAME:POLICY=FOLDER</c>.</summary>
    /// <param name="argument">The text.</param>
    /// <param name="manifest">Its utterances.</param>
    /// <returns>What differs from the publication; null for a manifest.</returns>
    /// <exception cref="ArgumentException">There is no such corpus or policy.</exception>
    /// <exception cref="IOException">There is no such file or folder.</exception>
    /// <exception cref="InvalidDataException">The manifest is damaged, or the folder holds nothing of the corpus.</exception>
    public static CorpusReading? Read(string argument, out CorpusManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(argument);
        var reading = CorpusSource.ReadAsDistributed(argument);
        manifest = reading?.Manifest ?? CorpusManifest.Load(argument);
        return reading;
    }

    /// <summary>What the sides of the folds share and lack.</summary>
    /// <param name="manifest">The corpus.</param>
    /// <param name="protocol"><c>speaker</c>, <c>session</c>, <c>groups:N</c>, a fold file, or null = leave one speaker out.</param>
    /// <exception cref="ArgumentException">The protocol is something else.</exception>
    public static IReadOnlyList<string> Audit(CorpusManifest manifest, string? protocol)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        var ml = new MLContext();
        var rows = manifest.ToDataView(ml);
        var options = new SpeakerCrossValidationOptions
        {
            Protocol = ProtocolText.IsFile(protocol) ? EvaluationProtocol.LeaveOneSpeakerOut()
            : ProtocolText.Parse(protocol)
        };
        if (ProtocolText.IsFile(protocol))
            options.Folds = FoldFile.Load(protocol!);
        return [.. ml.MulticlassClassification.AuditSpeakerFolds(rows, options).Summary()];
    }
}
