namespace MlNetSer.Encoders.FrontEnds;

/// <summary>What an encoder takes of an utterance.</summary>
/// <param name="Features">Frames or samples.</param>
/// <param name="Seconds">Length of the speech.</param>
internal readonly record struct PreparedSpeech(ReadOnlyMemory<float> Features, double Seconds);
