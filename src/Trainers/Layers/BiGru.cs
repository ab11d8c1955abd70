using MlNetSer.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Layers;

/// <summary>The parameters of one bidirectional GRU (paper §2.2; PyTorch's gate convention), and PyTorch's own way to run it.</summary>
/// <remarks>
/// Networks run it through <see cref="GroupedGru"/>, which is faster on a CPU. Input <c>[B, m, in]</c> with lengths <c>[B]</c>, output
/// <c>[B, m, 2·hidden]</c>; padded frames neither reach a state nor get one (they are 0).
/// Dropout sits between the layers and after the last one (docs/decisions/0002-reading-of-the-paper.md, 6).
/// </remarks>
internal sealed class BiGru : nn.Module<Tensor, Tensor, Tensor>
{
    private const int WeightsPerDirection = 4;

    private readonly GRU gru;
    private readonly Dropout drop;

    public BiGru(int inputSize, int hiddenSize, int layerCount, double dropout) : base(nameof(BiGru))
    {
        (LayerCount, Dropout) = (layerCount, dropout);
        gru = nn.GRU(inputSize, hiddenSize, layerCount, bias: true, batchFirst: true, dropout: layerCount > 1
            ? dropout : 0, bidirectional: true);
        drop = nn.Dropout(dropout);
        RegisterComponents();
    }

    public int LayerCount { get; }

    public double Dropout { get; }

    /// <summary>
    /// For each layer, forwards then backwards: W_i <c>[3h, in]</c>, W_h <c>[3h, h]</c>, b_i <c>[3h]</c>, b_h <c>[3h]</c>.
    /// </summary>
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

    /// <summary>The ONNX form: <c>[1, m, in] -> [1, m, 2·hidden]</c>, every layer, both directions.</summary>
    public string Export(OnnxGraph graph, string sequence)
    {
        var states = graph.Transpose(sequence, 1, 0, 2);                                         // [m, 1, in]
        foreach (var weights in Weights())
        {
            var (inputSize, hidden) = (weights[0].shape[1], weights[1].shape[1]);
            float[] BothDirections(params int[] parts) => [.. new[] { 0, WeightsPerDirection }
                .SelectMany(direction => parts.SelectMany(part => ResetLast(weights[direction + part].ToFloats())))];

            var y = graph.Op("GRU",
                [
                    states,
                    graph.Constant("gru.w", BothDirections(0), 2, 3 * hidden, inputSize),
                    graph.Constant("gru.r", BothDirections(1), 2, 3 * hidden, hidden),
                    graph.Constant("gru.b", BothDirections(2, 3), 2, 6 * hidden),
                ],
                ("hidden_size", hidden), ("direction", "bidirectional"), ("linear_before_reset", 1L));   // [m, 2, 1, hidden]
            states = graph.Reshape(graph.Transpose(y, 0, 2, 1, 3), 0, 0, 2 * hidden);            // [m, 1, 2·hidden]
        }
        return graph.Transpose(states, 1, 0, 2);
    }

    /// <summary>PyTorch stacks the gates as reset, update, new; ONNX as update, reset, new.</summary>
    private static IEnumerable<float> ResetLast(float[] gates)
    {
        var third = gates.Length / 3;
        return gates[third..(2 * third)].Concat(gates[..third]).Concat(gates[(2 * third)..]);
    }
}
