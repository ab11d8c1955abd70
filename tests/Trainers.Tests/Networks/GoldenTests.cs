using System.Text.Json;
using MlNetSer.Layers;
using MlNetSer.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace MlNetSer.Tests.Networks;

/// <summary>Our networks with the weights of tests/Fixtures/golden/reference.py give its logits, loss and gradients.</summary>
[Collection("libtorch")]   // its random generator and its count of tensors belong to the process: one test at a time
public sealed class GoldenTests
{
    // The reference is float64, ours float32.
    private const double ValueTolerance = 1e-5, GradientTolerance = 1e-4;

    [Theory]
    [InlineData("rnn-mhsa")]
    [InlineData("wf-rnn")]
    [InlineData("ef-rnn")]
    [InlineData("lf-rnn")]
    [InlineData("cta")]
    [InlineData("cta-rnn")]
    public void Network_agrees_with_the_reference(string name)
    {
        using var golden = Golden.Read(name);
        var root = golden.RootElement;
        using var scope = NewDisposeScope();
        var network = Create(name, root.GetProperty("dims"));
        var parameters = network.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        var wanted = root.GetProperty("parameters").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        Assert.Equal(wanted.Keys.Order(), parameters.Keys.Order());
        using (no_grad())
        {
            foreach (var (key, parameter) in parameters)
                parameter.copy_(tensor(Numbers(wanted[key].GetProperty("data")), parameter.shape, dtype: ScalarType.Float32));
        }
        network.eval();
        var shape = root.GetProperty("input").GetProperty("shape").EnumerateArray().Select(v => v.GetInt64()).ToArray();
        var input = tensor(Numbers(root.GetProperty("input").GetProperty("data")), shape, dtype: ScalarType.Float32);
        if (input.dim() == 3)
            input = input.unsqueeze(1);
        var lengths = tensor(root.GetProperty("lengths").EnumerateArray().Select(v => v.GetInt64()).ToArray());
        var labels = tensor(root.GetProperty("labels").EnumerateArray().Select(v => v.GetInt64()).ToArray());

        var features = Ragged.Pack(input, lengths).requires_grad_();

        var logits = network.call([new Sequences(features, lengths)]);
        var loss = nn.functional.cross_entropy(logits, labels);
        loss.backward();

        Close(Numbers(root.GetProperty("logits")), logits, ValueTolerance, "logits");
        Assert.Equal(root.GetProperty("loss").GetDouble(), loss.item<float>(), ValueTolerance);
        foreach (var (key, parameter) in parameters)
            Close(Numbers(wanted[key].GetProperty("grad")), parameter.grad!, GradientTolerance, key);
        Close(Numbers(root.GetProperty("input_grad")), Ragged.Pad(features.grad!, lengths), GradientTolerance, "input");
    }

    private static SpeechNetwork Create(string name, JsonElement dims)
    {
        int Of(string key) => dims.GetProperty(key).GetInt32();
        var sizes = new NetworkSizes(Of("hidden"), Of("layers"), Of("heads"), Of("d_a"), 0);
        var (n, d, classes) = (Of("N"), Of("d"), Of("classes"));
        return name switch
        {
            "rnn-mhsa" => new RnnMhsa(d, classes, sizes),
            "wf-rnn" => new WeightedFusionRnn(n, d, classes, sizes, softmax: true),
            "ef-rnn" => new EarlyFusionRnn(n, d, classes, sizes),
            "lf-rnn" => new LateFusionRnn([new StreamShape(n, d)], classes, sizes),
            "cta" => new ChannelTemporalAttention(d, classes, sizes.HeadCount, sizes.HeadSize),
            _ => new CtaRnn(n, d, classes, sizes),
        };
    }

    private static double[] Numbers(JsonElement element)
        => element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Numbers)] : [element.GetDouble()];

    private static void Close(double[] expected, Tensor actual, double tolerance, string what)
    {
        var values = actual.ToFloats();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
            Assert.True(Math.Abs(expected[i] - values[i]) <= tolerance, $"{what}[{i}]: expected {expected[i]}, got {values[i]}");
    }
}
