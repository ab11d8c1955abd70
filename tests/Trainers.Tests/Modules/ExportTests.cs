using Microsoft.ML.OnnxRuntime;
using MlNetSer.Modules;
using MlNetSer.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Tests.Modules;

[Collection("libtorch")]
public sealed class ExportTests
{
    private const double Tolerance = 1e-4;   // design.md, section 2
    private static readonly NetworkSizes Sizes = new(12, 2, 3, 5, 0.3);

    private static readonly Dictionary<string, (int Blocks, Func<SpeechNetwork> Create)> Networks = new()
    {
        ["RnnMhsa"] = (1, () => new RnnMhsa(7, 4, Sizes)),
        ["CtaRnn"] = (3, () => new CtaRnn(3, 7, 4, Sizes)),
    };

    public static TheoryData<string> All => [.. Networks.Keys];

    [Theory, MemberData(nameof(All))]
    public void Exported_graph_equals_the_network_at_any_length(string name)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var (blockCount, create) = Networks[name];
        using var network = create();
        network.eval();
        var graph = new OnnxGraph(name);
        var input = graph.Input("x", OnnxType.Float, 1, blockCount, "frames", 7);
        graph.Output(network.Export(graph, input), "logits", OnnxType.Float, 1, 4);
        using var session = new InferenceSession(graph.ToBytes());

        foreach (var frames in new[] { 1L, 2, 9, 50 })
        {
            var features = randn(1, blockCount, frames, 7);
            using var nothing = no_grad();
            var expected = network.call(Ragged.Pack(features, tensor(new[] { frames })), tensor(new[] { frames })).ToFloats();

            using var x = OrtValue.CreateTensorValueFromMemory(features.ToFloats(), [1, blockCount, frames, 7]);
            using var results = session.Run(new RunOptions(), ["x"], [x], ["logits"]);
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
        var blockCount = Networks[name].Blocks;
        using var network = name == "RnnMhsa" ? (SpeechNetwork)new RnnMhsa(7, 4, Sizes with { Dropout = 0 }) : new CtaRnn(3, 7, 4, Sizes with { Dropout = 0 });
        var features = randn(blockCount, 55, 7);

        foreach (var train in new[] { true, false })
        {
            network.train(train);
            var together = network.call(features, tensor(new long[] { 5, 50 }))[0].ToFloats();
            var alone = network.call(features.slice(1, 0, 5, 1).contiguous(), tensor(new long[] { 5 }))[0].ToFloats();

            for (var i = 0; i < 4; i++)
                Assert.Equal(alone[i], together[i], 1e-5);
        }
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
        Assert.Equal(29_174_788, Count(new CtaRnn(12, 512, 4, paper)));
    }
}
