namespace MlNetSer.Experiments;

/// <summary>What a result needs to know of a corpus.</summary>
/// <param name="Name">Short name, as file names have it.</param>
/// <param name="Identity">Name, policy and fingerprint.</param>
/// <param name="Audio">Start of a SHA-256 over every utterance's name and file.</param>
/// <param name="Copy">For a corpus as distributed, whether the copy is the published one; else empty.</param>
/// <param name="UtteranceCount">Utterances.</param>
/// <param name="SpeakerCount">Speakers.</param>
/// <param name="Classes">Utterances of each class.</param>
/// <param name="FoldCount">Folds.</param>
/// <param name="Protocol">How they are made.</param>
internal sealed record CorpusFacts(string Name, string Identity, string Audio, string Copy, int UtteranceCount, int SpeakerCount,
    IReadOnlyDictionary<string, int> Classes, int FoldCount, string Protocol);
