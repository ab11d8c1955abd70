using MlNetSer.Encoders.FrontEnds;

namespace MlNetSer.Encoders.Extraction;

/// <summary>Where an utterance comes from.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Prepare">Has the front end compute what the encoder takes of its samples, 16 kHz mono in [−1, 1].</param>
internal readonly record struct SpeechSource(string Name, Func<FrontEnd, PreparedSpeech> Prepare);
