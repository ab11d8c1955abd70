using MlNetSer.Layers;
using MlNetSer.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MlNetSer.Networks;

/// <summary>
/// LF-RNN (paper §4.2.2): one RNN-MHSA per sequence; their vectors, as a sequence of their own, go through a last RNN-MHSA.
/// </summary>
/// <remarks>
/// Ragged streams <c>[N_s, R_s, D_s]</c>, of lengths of their own; each block of each is a branch; output <c>[B, C]</c>. The vectors are
/// stacked to <c>[B, S, H·a]</c>, S branches: concatenated to one long vector, the last RNN would see a single step
/// (docs/decisions/0002-reading-of-the-paper.md). 37,575,172 parameters with 12 branches of D = 512 and the paper's sizes.
/// </remarks>
internal sealed class LateFusionRnn : SpeechNetwork
{
    private readonly ModuleList<RnnMhsa> branch;
    private readonly RnnMhsa top;
    private readonly int[] _blockCounts;

    public LateFusionRnn(IReadOnlyList<StreamShape> streams, int classCount, NetworkSizes sizes) : base(nameof(LateFusionRnn))
    {
        branch = new ModuleList<RnnMhsa>([.. streams.SelectMany(s => Enumerable.Repeat(s.FeatureSize, s.BlockCount))
            .Select(size => new RnnMhsa(size, null, sizes))]);
        top = new RnnMhsa(sizes.HeadCount * sizes.HeadSize, classCount, sizes);
        _blockCounts = [.. streams.Select(s => s.BlockCount)];
        RegisterComponents();
    }

    public override Tensor forward(IReadOnlyList<Sequences> streams)
    {
        using var scope = NewDisposeScope();
        List<Tensor> vectors = [];                                                                  // S x [B, H·a]
        foreach (var (features, lengths) in streams)
        {
            RnnMhsa[] branches = [.. branch.Skip(vectors.Count).Take((int)features.shape[0])];
            var states = GroupedGru.Run([.. branches.Select(b => b.Rnn)], features, lengths);       // [N, R, 2·hidden]
            vectors.AddRange(states.unbind(0).Select((block, n) => branches[n].Pool(block.unsqueeze(0), lengths)));
        }
        var sequence = stack(vectors, 1);                                                           // [B, S, H·a]
        var (b, s, v) = (sequence.shape[0], sequence.shape[1], sequence.shape[2]);
        var steps = tensor(Enumerable.Repeat(s, (int)b).ToArray());
        return top.call([new Sequences(sequence.view(1, b * s, v), steps)]).MoveToOuterDisposeScope();
    }

    public override ExportedNetwork Export(OnnxGraph graph, IReadOnlyList<string> streams)
    {
        List<string> vectors = [];
        foreach (var (stream, blockCount) in streams.Zip(_blockCounts))
        {
            foreach (var block in graph.Split(stream, axis: 1, blockCount))
                vectors.Add(graph.Unsqueeze(branch[vectors.Count].ExportVector(graph, graph.Squeeze(block, 1)), 1));   // [1, 1, H·a]
        }
        return top.Export(graph, [graph.Unsqueeze(graph.Concat([.. vectors], axis: 1), 1)]);       // [1, 1, S, H·a]
    }
}
