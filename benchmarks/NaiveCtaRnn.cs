using MlNetSer.Layers;
using MlNetSer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Benchmarks;

/// <summary>
/// The form of CTA-RNN that one would write first, on <c>[B, N, m, D]</c>: the blocks in a loop through <c>nn.GRU</c>. The baseline of
/// benchmarks.
/// </summary>
internal static class NaiveCtaRnn
{
    public static Tensor Naive(this CtaRnn network, Tensor features, Tensor lengths, bool packed)
    {
        using var scope = NewDisposeScope();
        var (rnn, att, classifier) = network.Parts;
        var states = stack([.. features.unbind(1).Select((block, i) => packed ? rnn[i].call(block, lengths) : rnn[i].Padded(block))], 1);
        var mask = Ragged.FrameMask(lengths, states.device);
        var pooled = AttentionPooling.OnPadded(states, att.Blocks.Scaled(), att.Frames.Scaled(), mask);
        return classifier.call(att.Values.call(pooled)).MoveToOuterDisposeScope();
    }
}
