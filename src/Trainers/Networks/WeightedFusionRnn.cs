using MlNetSer.Layers;
using MlNetSer.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Networks;

/// <summary>WF-RNN (paper §4.2.2): a learned weighted average of the blocks, <c>Ẽ = Σ_n w_n E^(n)</c>, then RNN-MHSA.</summary>
/// <remarks>
/// Ragged input <c>[N, R, D]</c>; output <c>[B, C]</c>. Weights are a softmax of N parameters, so they start equal, stay positive and sum
/// to 1, as "weighted average" says; or the N parameters themselves, starting at 1/N. 2,892,304 parameters at N = 12, D = 512 and the
/// paper's sizes.
/// </remarks>
internal sealed class WeightedFusionRnn : SpeechNetwork
{
    private readonly Parameter w;    // [N]
    private readonly RnnMhsa net;
    private readonly bool _softmax;

    public WeightedFusionRnn(int blockCount, int featureSize, int classCount, NetworkSizes sizes, bool softmax)
        : base(nameof(WeightedFusionRnn))
    {
        var start = softmax ? 0f : 1f / blockCount;
        w = new Parameter(tensor(Enumerable.Repeat(start, blockCount).ToArray()));
        net = new RnnMhsa(featureSize, classCount, sizes);
        _softmax = softmax;
        RegisterComponents();
    }

    public override Tensor forward(IReadOnlyList<Sequences> streams)
    {
        using var scope = NewDisposeScope();
        var (features, lengths) = streams[0];
        var (n, r, d) = (features.shape[0], features.shape[1], features.shape[2]);
        var average = matmul(Weights().view(1, n), features.view(n, r * d)).view(1, r, d);
        return net.call([new Sequences(average, lengths)]).MoveToOuterDisposeScope();
    }

    public override ExportedNetwork Export(OnnxGraph graph, IReadOnlyList<string> streams)
    {
        using var weights = Weights();
        var scaled = graph.Op("Mul", streams[0], graph.Constant("block_weights", weights.ToFloats(), 1, w.shape[0], 1, 1));
        var average = graph.Op("ReduceSum", [scaled, graph.Constant("axis", [1L], 1)], ("keepdims", 1L));   // [1, 1, m, D]
        return net.Export(graph, [average]);
    }

    private Tensor Weights() => _softmax ? nn.functional.softmax(w, 0) : w.alias();
}
