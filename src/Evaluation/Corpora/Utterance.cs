namespace MlNetSer;

/// <summary>One row of a manifest.</summary>
public sealed record Utterance
{
    /// <summary>Absolute path of the audio file.</summary>
    public required string Path { get; init; }

    /// <summary>Name of the utterance; the file name without extension where the manifest gives none.</summary>
    public required string Id { get; init; }

    /// <summary>Who speaks.</summary>
    public required string Speaker { get; init; }

    /// <summary>The emotion.</summary>
    public required string Label { get; init; }

    /// <summary>Recording session, empty where unknown: its speakers share a room.</summary>
    public string Session { get; init; } = "";

    /// <summary>What is said, empty where unknown.</summary>
    public string Text { get; init; } = "";

    /// <summary>Of the speaker, <c>f</c> or <c>m</c>; empty where unknown.</summary>
    public string Gender { get; init; } = "";

    /// <summary>Sentence or scene: utterances of one script share words. Empty where unknown.</summary>
    public string Script { get; init; } = "";

    /// <summary>Side of the corpus' official split, empty where it has none.</summary>
    public string Split { get; init; } = "";
}
