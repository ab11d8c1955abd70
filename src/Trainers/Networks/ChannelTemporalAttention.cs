using MlNetSer.Layers;
using MlNetSer.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Networks;

/// <summary>
/// "CTA w/o RNN" (paper §4.3.2): channel and temporal-wise attention on the embeddings themselves, and a linear classifier.
/// </summary>
/// <remarks>Ragged input <c>[N, R, D]</c>; output <c>[B, C]</c>. 789,508 parameters at D = 512 and the paper's sizes.</remarks>
internal sealed class ChannelTemporalAttention : SpeechNetwork
{
    private readonly CtaPooling att;
    private readonly Linear @out;

    public ChannelTemporalAttention(int featureSize, int classCount, int headCount, int headSize) : base(nameof(ChannelTemporalAttention))
    {
        att = new CtaPooling(featureSize, headCount, headSize);
        @out = nn.Linear(headCount * headSize, classCount);
        RegisterComponents();
    }

    public override Tensor forward(IReadOnlyList<Sequences> streams)
    {
        using var scope = NewDisposeScope();
        return @out.call(att.call(streams[0].Features, streams[0].Lengths)).MoveToOuterDisposeScope();
    }

    public override ExportedNetwork Export(OnnxGraph graph, IReadOnlyList<string> streams)
    {
        var (vector, attention) = att.Export(graph, streams[0]);
        return new(graph.Linear(vector, @out), attention);
    }
}
