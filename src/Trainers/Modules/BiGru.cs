using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Modules;

/// <summary>Bidirectional GRU over sequences of different lengths (paper §2.2; cuDNN/PyTorch gate convention).</summary>
/// <remarks>
/// Input <c>[B, m, in]</c> with lengths <c>[B]</c>, output <c>[B, m, 2·hidden]</c>; padded frames neither reach a state nor get one (they are 0).
/// Dropout sits between the layers and after the last one (docs/decisions/0002-reading-of-the-paper.md, 6).
/// </remarks>
internal sealed class BiGru : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly GRU gru;
    private readonly Dropout drop;

    public BiGru(int inputSize, int hiddenSize, int layerCount, double dropout) : base(nameof(BiGru))
    {
        gru = nn.GRU(inputSize, hiddenSize, layerCount, bias: true, batchFirst: true, dropout: layerCount > 1 ? dropout : 0, bidirectional: true);
        drop = nn.Dropout(dropout);
        RegisterComponents();
    }

    public override Tensor forward(Tensor sequence, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        using var packed = nn.utils.rnn.pack_padded_sequence(sequence, lengths.cpu(), batch_first: true, enforce_sorted: false);
        var (states, last) = gru.call(packed);
        var (padded, _) = nn.utils.rnn.pad_packed_sequence(states, batch_first: true, total_length: sequence.shape[1]);
        states.Dispose();
        last.Dispose();

        return drop.call(padded).MoveToOuterDisposeScope();   // [B, m, 2·hidden]
    }
}
