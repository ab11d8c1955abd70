using Microsoft.ML.OnnxRuntime;
using MlNetSer.Encoders.Conformer;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;
using MlNetSer.Onnx.Quantization;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Encoders;

public sealed class WeNetQuantizationTests(ITestOutputHelper output)
{
    // Another tool's on a 512-d encoder with random weights: 9e-3 (shared/reference/performance.md, 2). Real activations have outliers:
    // 6e-2 after 16 blocks.
    private const double LargestError = 2e-2, LargestErrorOfRealWeights = 8e-2;

    [Fact]
    public void Each_output_has_a_scale_of_its_own_and_its_largest_weight_is_127()
    {
        // columns: max 1.27, 2.54, 0
        var weight = QuantizedWeight.Of([1.27f, -2.54f, 0, -0.5f, 0.05f, 0], inputs: 2, outputs: 3);

        Assert.Equal([0.01f, 0.02f, 1f], weight.Scales.Select(s => (float)Math.Round(s, 6)));
        Assert.Equal([127, -127, 0, -50, 2, 0], weight.Values.Select(v => (int)v));   // 0.05 / 0.02 = 2.5, to even
    }

    [Theory]
    [InlineData(ConvolutionNorm.Layer, false)]
    [InlineData(ConvolutionNorm.Batch, true)]
    public void Conformer_in_8_bits_stays_close_and_is_a_quarter_of_the_size(ConvolutionNorm norm, bool causal)
    {
        var options = new ConformerOptions
        {
            BlockCount = 4,
            Dimension = 144,
            HeadCount = 4,
            FeedForwardSize = 576,
            KernelSize = 15,
            ConvolutionNorm = norm,
            Causal = causal,
            MelBinCount = 80,
            VocabularySize = 100
        };
        var model = ConformerGraph.Write(options, new SeededWeights(3));

        var quantized = DynamicQuantizer.Quantize(model);

        Assert.InRange(model.Length / (double)quantized.Length, 3.3, 4.1);   // norms, biases and the graph itself stay as they are
        var features = Features(2, 120, 80);
        Dictionary<string, (Array, long[])> inputs = new()
        {
            ["features"] = (features, [2, 120, 80]),
            ["feature_lengths"] = (new long[] { 120, 90 }, [2])
        };
        var (expected, actual) = (Run(model, inputs, "embeddings")[0], Run(quantized, inputs, "embeddings")[0]);
        Report("Conformer", expected, actual);
        Assert.Equal(DynamicQuantizer.Quantize(model), quantized);
    }

    [Fact]
    public void Real_encoder_in_8_bits_stays_close()
    {
        var path = SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx");
        Assert.SkipWhen(path is null, SharedData.Absent);
        var model = File.ReadAllBytes(path!);
        var wave = AudioFile.ReadMono(SharedData.Find("emodb", "Happy", "03a01Fa.wav")!);
        var filterbank = new LogMelFilterbank(EncoderProfile.NemoCtcKaldi.Filterbank);
        var features = filterbank.Compute(wave);

        var quantized = DynamicQuantizer.Quantize(model);

        output.WriteLine($"{model.Length:N0} -> {quantized.Length:N0} bytes");
        Assert.InRange(model.Length / (double)quantized.Length, 3, 4.2);
        Dictionary<string, (Array, long[])> inputs = new() { ["features"] = (features, [1, features.Length / 80, 80]) };
        string[] blocks = ["block_01", "block_05", "block_09", "block_16"];
        foreach (var (block, expected, actual) in blocks.Zip(Run(model, inputs, blocks), Run(quantized, inputs, blocks)))
            Report(block, expected, actual, LargestErrorOfRealWeights);
    }

    [Fact]
    public void Products_and_convolutions_are_taken_and_other_nodes_left()
    {
        var graph = new OnnxGraph("parts");
        var x = graph.Input("x", OnnxType.Float, 3, 64);
        float[] Numbers(int count, int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        }
        var bias = graph.Constant("bias", Numbers(64, 1), 64);
        var gemm = graph.Op("Gemm", [x, graph.Constant("b", Numbers(64 * 64, 2), 64, 64), bias], ("transB", 1L));
        var rows = graph.Op("Reshape", gemm, graph.Constant("shape", [1L, 64, 3], 3));
        var pointwise = graph.Op("Conv", [rows, graph.Constant("w", Numbers(64 * 64, 3), 64, 64, 1), bias]);
        var wide = graph.Op("Conv", [pointwise, graph.Constant("w3", Numbers(64 * 64 * 2, 4), 64, 64, 2), bias]);
        wide = graph.Op("Conv", [wide, graph.Constant("depthwise", Numbers(64 * 65, 7), 64, 1, 65)], ("group", 64L),
            ("pads", new long[] { 32, 32 }));
        wide = graph.Op("Conv", [wide, graph.Constant("padded", Numbers(64 * 64 * 3, 8), 64, 64, 3)], ("pads", new long[] { 1, 2 }));
        var scaled = graph.Op("Gemm", [x, graph.Constant("c", Numbers(64 * 64, 5), 64, 64)], ("alpha", 0.5f));
        graph.Output(wide, "y", OnnxType.Float, 1, 64, 3);
        graph.Output(scaled, "z", OnnxType.Float, 3, 64);
        var model = graph.ToBytes();

        var quantized = DynamicQuantizer.Quantize(model);

        var kinds = ModelProto.Parser.ParseFrom(quantized).Graph.Node.CountBy(node => node.OpType)
            .ToDictionary(pair => pair.Key, pair => pair.Value);
        // left: the depthwise and the padded one, and the one with a factor
        Assert.Equal((3, 2, 1), (kinds["MatMulInteger"], kinds["Conv"], kinds["Gemm"]));
        Dictionary<string, (Array, long[])> inputs = new() { ["x"] = (Numbers(3 * 64, 6), [3, 64]) };
        var (expected, actual) = (Run(model, inputs, "y", "z"), Run(quantized, inputs, "y", "z"));
        Report("y", expected[0], actual[0]);
        Assert.Equal(expected[1], actual[1]);
    }

    [Fact]
    public void Models_that_cannot_be_quantised_are_told_why()
    {
        static string Refused(byte[] model) => Assert.Throws<InvalidDataException>(() => DynamicQuantizer.Quantize(model)).Message;
        OnnxGraph Product(int opset, int size)
        {
            var graph = new OnnxGraph("x", opset);
            graph.Output(graph.Op("MatMul", graph.Input("x", OnnxType.Float, 1, size),
                graph.Constant("w", new float[size * size], size, size)), "y", OnnxType.Float, 1, size);
            return graph;
        }

        Assert.Contains("are not an ONNX model", Refused([0xff, 0xff]));
        Assert.Contains("is of opset 10; 8-bit products exist from opset 11 on", Refused(Product(10, 64).ToBytes()));
        Assert.Contains("nothing to quantise", Refused(Product(17, 8).ToBytes()));
        Assert.Contains("nothing to quantise", Refused(DynamicQuantizer.Quantize(Product(17, 64).ToBytes())));
        var outside = ModelProto.Parser.ParseFrom(Product(17, 64).ToBytes());
        outside.Graph.Initializer[0].ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
        Assert.Contains("keeps 'w' outside its file", Assert.Throws<InvalidDataException>(
            () => DynamicQuantizer.Quantize(outside)).Message);
    }

    private void Report(string what, float[] expected, float[] actual, double largest = LargestError)
    {
        var error = Math.Sqrt(expected.Zip(actual, (e, a) => (double)(e - a) * (e - a)).Sum() / expected.Sum(e => (double)e * e));
        output.WriteLine($"{what}: relative error {error:G3}, largest {expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max():G3}");
        Assert.InRange(error, 1e-6, largest);   // above 0: it is quantised
    }

    private static float[] Features(int utterances, int frames, int bins)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, utterances * frames * bins)
            .Select(i => (float)(10 + 3 * Math.Sin(0.01 * i) + 4 * random.NextDouble()))];
    }

    private static float[][] Run(byte[] model, Dictionary<string, (Array Values, long[] Shape)> inputs, params string[] names)
    {
        using var session = new InferenceSession(model);
        OrtValue[] values = [.. inputs.Values.Select(input => input.Values is float[] floats
            ? OrtValue.CreateTensorValueFromMemory(floats, input.Shape)
            : OrtValue.CreateTensorValueFromMemory((long[])input.Values, input.Shape))];
        using var results = session.Run(new RunOptions(), inputs.Keys.ToArray(), values, names);
        foreach (var value in values)
            value.Dispose();
        return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
    }
}
