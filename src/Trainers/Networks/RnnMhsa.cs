using MlNetSer.Layers;
using MlNetSer.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Networks;

/// <summary>
/// RNN with multi-head self-attention over one sequence (paper §2.2, §4.2.1): Bi-GRU, attention pooling, linear classifier.
/// </summary>
/// <remarks>
/// Ragged input <c>[1, R, D]</c>; output <c>[B, C]</c>. 2,892,292 parameters at D = 512 and the paper's sizes. Fusions are built of it.
/// </remarks>
internal sealed class RnnMhsa : SpeechNetwork
{
    private readonly BiGru rnn;
    private readonly MhsaPooling att;
    private readonly Linear? @out;

    /// <param name="featureSize">D.</param>
    /// <param name="classCount">C; null = no classifier, the vectors of <see cref="Pool"/> are what is wanted.</param>
    /// <param name="sizes">The rest.</param>
    public RnnMhsa(int featureSize, int? classCount, NetworkSizes sizes) : base(nameof(RnnMhsa))
    {
        rnn = new BiGru(featureSize, sizes.HiddenSize, sizes.LayerCount, sizes.Dropout);
        att = new MhsaPooling(2 * sizes.HiddenSize, sizes.HeadCount, sizes.HeadSize);
        @out = classCount is { } count ? nn.Linear(sizes.HeadCount * sizes.HeadSize, count) : null;
        RegisterComponents();
    }

    public BiGru Rnn => rnn;

    /// <summary>States <c>[1, R, 2·hidden]</c> to one vector per utterance, <c>[B, H·a]</c>.</summary>
    public Tensor Pool(Tensor states, Tensor lengths) => att.call(states, lengths);

    public override Tensor forward(IReadOnlyList<Sequences> streams)
    {
        using var scope = NewDisposeScope();
        var (features, lengths) = streams[0];
        var states = GroupedGru.Run([rnn], features, lengths);                  // [1, R, 2·hidden]
        return @out!.call(Pool(states, lengths)).MoveToOuterDisposeScope();     // [B, C]
    }

    public override ExportedNetwork Export(OnnxGraph graph, IReadOnlyList<string> streams)
        => new(graph.Linear(ExportVector(graph, graph.Squeeze(streams[0], 1)), @out!));

    /// <summary><c>[1, m, D] -> [1, H·a]</c>.</summary>
    public string ExportVector(OnnxGraph graph, string sequence)
        => att.Export(graph, rnn.Export(graph, sequence));                      // by way of [1, m, 2·hidden]
}
