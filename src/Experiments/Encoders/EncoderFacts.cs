namespace MlNetSer.Experiments;

/// <summary>What a result needs to know of an encoder.</summary>
/// <param name="Name">Short name, as file names have it.</param>
/// <param name="Hash">SHA-256 of the model.</param>
/// <param name="Profile">Its profile and the start of the profile's SHA-256.</param>
/// <param name="Blocks">Blocks that are used, counted from 1.</param>
/// <param name="Representative">Those that stand for the paper's 2, 6 and 12.</param>
internal sealed record EncoderFacts(string Name, string Hash, string Profile, IReadOnlyList<int> Blocks, IReadOnlyList<int> Representative);
