using MlNetSer.Export;
using MlNetSer.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Modules;

/// <summary>RNN with multi-head self-attention over one sequence (paper §2.2, §4.2.1): Bi-GRU, attention pooling, linear classifier.</summary>
/// <remarks>Ragged input <c>[1, R, D]</c>, lengths <c>[B]</c>; output <c>[B, C]</c>. 2,892,292 parameters at D = 512 and the paper's sizes.</remarks>
internal sealed class RnnMhsa : SpeechNetwork
{
    private readonly BiGru rnn;
    private readonly MhsaPooling att;
    private readonly Linear @out;

    public RnnMhsa(int featureSize, int classCount, NetworkSizes sizes) : base(nameof(RnnMhsa))
    {
        rnn = new BiGru(featureSize, sizes.HiddenSize, sizes.LayerCount, sizes.Dropout);
        att = new MhsaPooling(2 * sizes.HiddenSize, sizes.HeadCount, sizes.HeadSize);
        @out = nn.Linear(sizes.HeadCount * sizes.HeadSize, classCount);
        RegisterComponents();
    }

    public override Tensor forward(Tensor features, Tensor lengths)
    {
        using var scope = NewDisposeScope();
        var states = GroupedGru.Run([rnn], features, lengths);                    // [1, R, 2·hidden]
        return @out.call(att.call(states, lengths)).MoveToOuterDisposeScope();    // [B, C]
    }

    public override string Export(OnnxGraph graph, string features)
    {
        var states = graph.BiGru(graph.Squeeze(features, 1), rnn);                // [1, m, 2·hidden]
        return graph.Linear(graph.MhsaPooling(states, att), @out);                // [1, C]
    }
}
