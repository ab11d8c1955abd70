using MlNetSer.Onnx;
using static TorchSharp.torch;

namespace MlNetSer.Modules;

/// <summary>A network that decides over a whole utterance: ragged <c>[N, R, D]</c> and lengths <c>[B]</c> in (<see cref="Ragged"/>), class logits <c>[B, C]</c> out.</summary>
internal abstract class SpeechNetwork(string name) : nn.Module<Tensor, Tensor, Tensor>(name)
{
    /// <summary>Writes the network for one unpadded utterance: <c>[1, N, m, D]</c> in, logits <c>[1, C]</c> out. Dropout and masks are gone.</summary>
    public abstract string Export(OnnxGraph graph, string features);
}
