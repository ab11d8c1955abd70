using MlNetSer.Onnx;
using static TorchSharp.torch;

namespace MlNetSer.Networks;

/// <summary>
/// One stream of a batch: ragged features <c>[N, R, D]</c> and lengths <c>[B]</c> on the CPU (<see cref="Layers.Ragged"/>).
/// </summary>
internal readonly record struct Sequences(Tensor Features, Tensor Lengths);

/// <summary>What a stream looks like, whatever its length.</summary>
/// <param name="BlockCount">N.</param>
/// <param name="FeatureSize">D.</param>
internal readonly record struct StreamShape(int BlockCount, int FeatureSize);

/// <summary>An exported network's values.</summary>
/// <param name="Logits"><c>[1, C]</c>.</param>
/// <param name="Attention">The matrices A_j, <c>[1, H, N, m]</c> (paper eq. 3); null where the network has none.</param>
internal readonly record struct ExportedNetwork(string Logits, string? Attention = null);

/// <summary>
/// A network that decides over a whole utterance: its streams in, class logits <c>[B, C]</c> out. All but late fusion take one stream.
/// </summary>
internal abstract class SpeechNetwork(string name) : nn.Module<IReadOnlyList<Sequences>, Tensor>(name)
{
    /// <summary>Writes the network for one unpadded utterance, each stream <c>[1, N, m, D]</c>. Dropout and masks are gone.</summary>
    public abstract ExportedNetwork Export(OnnxGraph graph, IReadOnlyList<string> streams);
}
