using MlNetSer.Layers;
using MlNetSer.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Networks;

/// <summary>EF-RNN (paper §4.2.2): the blocks stacked in the feature dimension, <c>E' [m, N·D]</c>, then RNN-MHSA.</summary>
/// <remarks>Ragged input <c>[N, R, D]</c>; output <c>[B, C]</c>. 11,543,044 parameters at N = 12, D = 512 and the paper's sizes.</remarks>
internal sealed class EarlyFusionRnn : SpeechNetwork
{
    private readonly RnnMhsa net;

    public EarlyFusionRnn(int blockCount, int featureSize, int classCount, NetworkSizes sizes) : base(nameof(EarlyFusionRnn))
    {
        net = new RnnMhsa(blockCount * featureSize, classCount, sizes);
        RegisterComponents();
    }

    public override Tensor forward(IReadOnlyList<Sequences> streams)
    {
        using var scope = NewDisposeScope();
        var (features, lengths) = streams[0];
        var (n, r, d) = (features.shape[0], features.shape[1], features.shape[2]);
        var stacked = features.transpose(0, 1).reshape(1, r, n * d);
        return net.call([new Sequences(stacked, lengths)]).MoveToOuterDisposeScope();
    }

    public override ExportedNetwork Export(OnnxGraph graph, IReadOnlyList<string> streams)
    {
        var byFrame = graph.Op("Transpose", [streams[0]], ("perm", new long[] { 0, 2, 1, 3 }));    // [1, m, N, D]
        var stacked = graph.Op("Flatten", [byFrame], ("axis", 2L));                                // [m, N·D]
        return net.Export(graph, [graph.Unsqueeze(graph.Unsqueeze(stacked, 0), 0)]);               // [1, 1, m, N·D]
    }
}
