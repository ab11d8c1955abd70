using Microsoft.ML.OnnxRuntime;
using MlNetSer.Layers;
using MlNetSer.Networks;
using MlNetSer.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Tests.Networks;

[Collection("libtorch")]
public sealed class ExportTests
{
    private const double Tolerance = 1e-4;   // design.md, section 2
    private static readonly NetworkSizes Sizes = new(12, 2, 3, 5, 0.3);

    /// <summary>Streams as (blocks, features), and how to make a network over them.</summary>
    private static readonly Dictionary<string, (StreamShape[] Streams, Func<NetworkSizes, SpeechNetwork> Create)> Networks = new()
    {
        ["RnnMhsa"] = ([new(1, 7)], sizes => new RnnMhsa(7, 4, sizes)),
        ["WeightedFusionRnn"] = ([new(3, 7)], sizes => new WeightedFusionRnn(3, 7, 4, sizes, softmax: true)),
        ["WeightedFusionRnn, free weights"] = ([new(3, 7)], sizes => new WeightedFusionRnn(3, 7, 4, sizes, softmax: false)),
        ["EarlyFusionRnn"] = ([new(3, 7)], sizes => new EarlyFusionRnn(3, 7, 4, sizes)),
        ["LateFusionRnn"] = ([new(3, 7)], sizes => new LateFusionRnn([new(3, 7)], 4, sizes)),
        ["LateFusionRnn, two streams"] = ([new(1, 5), new(2, 7)], sizes => new LateFusionRnn([new(1, 5), new(2, 7)], 4, sizes)),
        ["ChannelTemporalAttention"] = ([new(3, 7)], sizes => new ChannelTemporalAttention(7, 4, sizes.HeadCount, sizes.HeadSize)),
        ["CtaRnn"] = ([new(3, 7)], sizes => new CtaRnn(3, 7, 4, sizes)),
    };

    public static TheoryData<string> All => [.. Networks.Keys];

    /// <summary>Streams of one network differ in length: stream s has s more frames.</summary>
    private static Sequences[] Draw(StreamShape[] shapes, params long[] lengths)
        => [.. shapes.Select((shape, s) => new Sequences(
        randn(shape.BlockCount, lengths.Sum(l => l + s), shape.FeatureSize), tensor(lengths.Select(l => l + s).ToArray())))];

    [Theory, MemberData(nameof(All))]
    public void Exported_graph_equals_the_network_at_any_length(string name)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var (shapes, create) = Networks[name];
        using var network = create(Sizes);
        network.eval();
        var graph = new OnnxGraph(name);
        string[] inputs = [.. shapes.Select((shape, s) =>
            graph.Input($"x{s}", OnnxType.Float, 1, shape.BlockCount, $"frames{s}", shape.FeatureSize))];
        graph.Output(network.Export(graph, inputs).Logits, "logits", OnnxType.Float, 1, 4);
        using var session = new InferenceSession(graph.ToBytes());

        foreach (var frames in new[] { 1L, 2, 9, 50 })
        {
            var streams = Draw(shapes, frames);
            using var nothing = no_grad();
            var expected = network.call(streams).ToFloats();

            OrtValue[] values = [.. streams.Select(s => OrtValue.CreateTensorValueFromMemory(
                s.Features.ToFloats(), [1, .. s.Features.shape]))];
            using var results = session.Run(new RunOptions(), inputs, values, ["logits"]);
            var actual = results[0].GetTensorDataAsSpan<float>().ToArray();

            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], actual[i], Tolerance);
        }
    }

    /// <summary>Training mode with dropout 0, and evaluation: the mates of an utterance change nothing.</summary>
    [Theory, MemberData(nameof(All))]
    public void Utterance_alone_and_beside_one_ten_times_longer_gives_the_same_logits(string name)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var (shapes, create) = Networks[name];
        using var network = create(Sizes with { Dropout = 0 });
        var streams = Draw(shapes, 5, 50);
        Sequences[] first = [.. streams.Select((stream, s) =>
            new Sequences(stream.Features.slice(1, 0, 5 + s, 1).contiguous(), tensor(new long[] { 5 + s })))];

        foreach (var train in new[] { true, false })
        {
            network.train(train);
            var together = network.call(streams)[0].ToFloats();
            var alone = network.call(first).ToFloats();

            for (var i = 0; i < 4; i++)
                Assert.Equal(alone[i], together[i], 1e-5);
        }
    }

    /// <summary>The padded form that CUDA runs, on the same numbers in double precision.</summary>
    [Theory, MemberData(nameof(All))]
    public void Padded_form_equals_the_kernels(string name)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var (shapes, create) = Networks[name];
        using var network = create(Sizes);
        network.eval();
        var streams = Draw(shapes, 5, 1, 12);

        var kernels = network.call(streams).ToFloats();
        network.to(ScalarType.Float64);
        var padded = network.call([.. streams.Select(s => new Sequences(s.Features.to(ScalarType.Float64), s.Lengths))]).ToFloats();

        for (var i = 0; i < kernels.Length; i++)
            Assert.Equal(padded[i], kernels[i], 1e-5);
    }

    [Fact]
    public void Paper_sizes_have_the_papers_parameter_counts()
    {
        using var scope = NewDisposeScope();
        var paper = new NetworkSizes(256, 2, 8, 64, 0.3);
        static long Count(nn.Module module) => module.parameters().Sum(p => p.numel());

        Assert.Equal(2_365_440, Count(new BiGru(512, 256, 2, 0.3)));
        Assert.Equal(2_228_740, Count(new RnnMhsa(80, 4, paper)));
        Assert.Equal(2_892_292, Count(new RnnMhsa(512, 4, paper)));
        Assert.Equal(3_678_724, Count(new RnnMhsa(1024, 4, paper)));
        Assert.Equal(2_892_304, Count(new WeightedFusionRnn(12, 512, 4, paper, softmax: true)));
        Assert.Equal(11_543_044, Count(new EarlyFusionRnn(12, 512, 4, paper)));
        Assert.Equal(37_575_172, Count(new LateFusionRnn([new(12, 512)], 4, paper)));
        Assert.Equal(789_508, Count(new ChannelTemporalAttention(512, 4, 8, 64)));
        Assert.Equal(29_174_788, Count(new CtaRnn(12, 512, 4, paper)));
    }
}
