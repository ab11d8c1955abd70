namespace MlNetSer.Corpora;

/// <summary>An utterance as its corpus tells it, before any label policy.</summary>
/// <param name="File">Relative to the corpus' folder; null where the corpus names an utterance that is not there.</param>
/// <param name="Id">Its name, once in a corpus.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Label">The corpus' own label.</param>
internal sealed record CorpusEntry(string? File, string Id, string Speaker, string Label)
{
    /// <summary>Empty: that of the speaker in the corpus' description.</summary>
    public string Session { get; init; } = "";

    /// <summary>Empty: that of the speaker in the corpus' description.</summary>
    public string Gender { get; init; } = "";

    /// <summary>Sentence or scene.</summary>
    public string Script { get; init; } = "";

    /// <summary>Empty: that of the script in the corpus' description.</summary>
    public string Text { get; init; } = "";

    /// <summary>Side of the official split.</summary>
    public string Split { get; init; } = "";

    /// <summary>Part of the corpus, as <c>improvised</c>, that a policy may select.</summary>
    public string Part { get; init; } = "";

    /// <summary>Label that raters heard, where <see cref="Label"/> is what the actor meant.</summary>
    public string Perceived { get; init; } = "";
}
