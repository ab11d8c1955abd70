namespace MlNetSer.Experiments;

/// <summary>Options of <see cref="Transcription"/>.</summary>
public sealed class TranscriptionOptions
{
    /// <summary>Audio files; none = the <see cref="Corpus"/>.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Files { get; set; } = [];

    /// <summary>What is said in the files: lines of file name, tab, text.</summary>
    /// <value>A path. The default is null: unknown.</value>
    public string? References { get; set; }

    /// <summary>A corpus to read instead of files.</summary>
    /// <value>A manifest, <c>NAME=FOLDER</c>, or <c>synthetic</c> (the default).</value>
    public string Corpus { get; set; } = "synthetic";

    /// <summary>The encoder, which must have a CTC head.</summary>
    /// <value>An ONNX file, a WeNet folder, or <c>untrained</c> (the default).</value>
    public string Encoder { get; set; } = "untrained";

    /// <summary>What the encoder wants: a profile's name or a JSON file.</summary>
    /// <value>The default is null: as the encoder tells.</value>
    public string? Profile { get; set; }

    /// <summary>The token file.</summary>
    /// <value>A path. The default is null: tokens.txt or units.txt beside the encoder.</value>
    public string? Tokens { get; set; }

    /// <summary>Id of the CTC blank, −1 = behind the last token.</summary>
    /// <value>The default is null: as the token file names it.</value>
    public int? BlankId { get; set; }

    /// <summary>1 = greedy search; more = prefix beam search of this width.</summary>
    /// <value>At least 1. The default is 1.</value>
    public int BeamWidth { get; set; } = 1;

    /// <summary>What is made equal before errors are counted.</summary>
    /// <value>A name of <see cref="TextNormalization.BuiltIn"/>. The default is <c>words-only</c>.</value>
    public string Normalization { get; set; } = TextNormalization.WordsOnly.Name;
}

/// <summary>One utterance, recognised.</summary>
public sealed class TranscribedUtterance
{
    /// <summary>Its name.</summary>
    public required string Utterance { get; init; }

    /// <summary>Confidence, in [0, 1].</summary>
    public required float Confidence { get; init; }

    /// <summary>Its words.</summary>
    public required string Transcript { get; init; }
}

/// <summary>What came out of a <see cref="Transcription"/>.</summary>
public sealed class TranscriptionResult
{
    /// <summary>Name of the corpus, or of the files' folder.</summary>
    public required string Name { get; init; }

    /// <summary>Errors, where the truth is known.</summary>
    public required WordErrorRateResult Errors { get; init; }

    /// <summary>Seconds of audio.</summary>
    public required double AudioSeconds { get; init; }

    /// <summary>Seconds that the recognition took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Share of them that the decoder took.</summary>
    public required double DecoderShare { get; init; }
}
