namespace MlNetSer;

/// <summary>One row of a manifest.</summary>
/// <param name="Path">Absolute path of the audio file.</param>
/// <param name="Id">Name of the utterance; the file name without extension where the manifest gives none.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Label">The emotion.</param>
/// <param name="Session">Recording session, empty where unknown: its speakers share a room.</param>
/// <param name="Text">What is said, empty where unknown.</param>
/// <param name="Gender">Of the speaker, <c>f</c> or <c>m</c>; empty where unknown.</param>
/// <param name="Script">Sentence or scene: utterances of one script share words. Empty where unknown.</param>
/// <param name="Split">Side of the corpus' official split, empty where it has none.</param>
public sealed record Utterance(string Path, string Id, string Speaker, string Label, string Session, string Text, string Gender = "",
    string Script = "", string Split = "");
