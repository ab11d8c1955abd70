using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Modules;

/// <summary>The parameters of one bidirectional GRU (paper §2.2; PyTorch's gate convention), and PyTorch's own way to run it.</summary>
/// <remarks>
/// Networks run it through <see cref="GroupedGru"/>, which is faster on a CPU. Input <c>[B, m, in]</c> with lengths <c>[B]</c>, output
/// <c>[B, m, 2·hidden]</c>; padded frames neither reach a state nor get one (they are 0).
/// Dropout sits between the layers and after the last one (docs/decisions/0002-reading-of-the-paper.md, 6).
/// </remarks>
internal sealed class BiGru : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly GRU gru;
    private readonly Dropout drop;

    public BiGru(int inputSize, int hiddenSize, int layerCount, double dropout) : base(nameof(BiGru))
    {
        (LayerCount, Dropout) = (layerCount, dropout);
        gru = nn.GRU(inputSize, hiddenSize, layerCount, bias: true, batchFirst: true, dropout: layerCount > 1 ? dropout : 0, bidirectional: true);
        drop = nn.Dropout(dropout);
        RegisterComponents();
    }

    public int LayerCount { get; }

    public double Dropout { get; }

    /// <summary>For each layer, forwards then backwards: W_i <c>[3h, in]</c>, W_h <c>[3h, h]</c>, b_i <c>[3h]</c>, b_h <c>[3h]</c>.</summary>
    public Parameter[][] Weights()
    {
        var byName = gru.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        return [.. Enumerable.Range(0, LayerCount).Select(layer => (Parameter[])[.. new[] { $"_l{layer}", $"_l{layer}_reverse" }
            .SelectMany(end => new[] { "weight_ih", "weight_hh", "bias_ih", "bias_hh" }.Select(start => byName[start + end]))])];
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

    /// <summary>Every frame counts, padding too: right only where no sequence is padded.</summary>
    internal Tensor Padded(Tensor sequence)
    {
        using var scope = NewDisposeScope();
        return drop.call(gru.call(sequence).Item1).MoveToOuterDisposeScope();
    }
}
