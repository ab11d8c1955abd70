using MlNetSer.Layers;
using MlNetSer.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Networks;

/// <summary>
/// CTA-RNN (paper §3.2): N independent Bi-GRUs, one per encoder block, then channel and temporal-wise attention and a linear classifier.
/// </summary>
/// <remarks>Ragged input <c>[N, R, D]</c>; output <c>[B, C]</c>. 29,174,788 parameters at N = 12, D = 512 and the paper's sizes.</remarks>
internal sealed class CtaRnn : SpeechNetwork
{
    private readonly ModuleList<BiGru> rnn;
    private readonly CtaPooling att;
    private readonly Linear @out;

    public CtaRnn(int blockCount, int featureSize, int classCount, NetworkSizes sizes) : base(nameof(CtaRnn))
    {
        rnn = new ModuleList<BiGru>(Enumerable.Range(0, blockCount)
            .Select(_ => new BiGru(featureSize, sizes.HiddenSize, sizes.LayerCount, sizes.Dropout)).ToArray());
        att = new CtaPooling(2 * sizes.HiddenSize, sizes.HeadCount, sizes.HeadSize);
        @out = nn.Linear(sizes.HeadCount * sizes.HeadSize, classCount);
        RegisterComponents();
    }

    public override Tensor forward(IReadOnlyList<Sequences> streams)
    {
        using var scope = NewDisposeScope();
        var (features, lengths) = streams[0];
        var states = GroupedGru.Run([.. rnn], features, lengths);                                       // [N, R, 2·hidden]
        return @out.call(att.call(states, lengths)).MoveToOuterDisposeScope();                          // [B, C]
    }

    /// <summary>One Bi-GRU per block, and what pools their states: for the reference form of tests and benchmarks.</summary>
    internal (ModuleList<BiGru> Rnn, CtaPooling Attention, Linear Classifier) Parts => (rnn, att, @out);

    public override ExportedNetwork Export(OnnxGraph graph, IReadOnlyList<string> streams)
    {
        var blocks = graph.Split(streams[0], axis: 1, rnn.Count);                                       // N x [1, 1, m, D]
        var states = blocks.Select((block, i) => graph.Unsqueeze(rnn[i].Export(graph, graph.Squeeze(block, 1)), 1)).ToArray();
        var (vector, attention) = att.Export(graph, graph.Concat(states, axis: 1));
        return new(graph.Linear(vector, @out), attention);
    }
}
