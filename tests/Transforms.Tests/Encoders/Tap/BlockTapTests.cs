using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using MlNetSer.Encoders.Conformer;
using MlNetSer.Encoders.Tap;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Encoders.Tap;

public sealed class BlockTapTests(ITestOutputHelper output)
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-tap").FullName;

    [Fact]
    public void Sixteen_blocks_of_a_real_encoder_come_back_bit_for_bit_after_their_outputs_and_names_were_removed()
    {
        var path = SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx");
        Assert.SkipWhen(path is null, SharedData.Absent);
        var (stripped, tapped) = (Path.Combine(_folder, "stripped.onnx"), Path.Combine(_folder, "tapped.onnx"));
        File.WriteAllBytes(stripped, Stripped(File.ReadAllBytes(path!)));

        BlockTap.Write(stripped, tapped);

        foreach (var candidate in BlockTap.Find(stripped))
        {
            output.WriteLine($"{candidate.Block} {candidate.Tensor} {candidate.Width} {candidate.Confidence} {candidate.Reason}");
            Assert.Equal((176L, 0.8), (candidate.Width, candidate.Confidence));
        }
        var features = Noise(1, 120, 80);
        var names = Enumerable.Range(1, 16).Select(i => $"block_{i:00}").ToArray();
        var expected = Run(path!, "features", features, [1, 120, 80], names);
        var actual = Run(tapped, "features", features, [1, 120, 80], names);
        for (var i = 0; i < 16; i++)
            Assert.Equal(expected[i], actual[i]);
        Assert.Equal(16, SpeechEncoder.FromFile(tapped).BlockCount);
        Assert.Equal("nemo-ctc-kaldi", SpeechEncoder.FromFile(tapped).Profile.Name);
    }

    [Theory]
    [InlineData(ConvolutionNorm.Layer, true)]
    [InlineData(ConvolutionNorm.Batch, false)]
    public void Blocks_of_our_own_Conformer_are_found_before_the_norm_that_follows_the_last(ConvolutionNorm norm, bool afterNorm)
    {
        var options = new ConformerOptions
        {
            BlockCount = 3,
            Dimension = 16,
            HeadCount = 2,
            FeedForwardSize = 32,
            KernelSize = 5,
            MelBinCount = 20,
            VocabularySize = 7,
            ConvolutionNorm = norm,
            AfterNorm = afterNorm
        };
        var model = ModelProto.Parser.ParseFrom(ConformerGraph.Write(options, new SeededWeights(1)));
        var whole = Path.Combine(_folder, "whole.onnx");
        File.WriteAllBytes(whole, model.ToByteArray());
        var features = Noise(2, 60, 20);
        long[] lengths = [60, 60];
        var stacked = Run(whole, "features", features, [2, 60, 20], ["embeddings"], ("feature_lengths", lengths))[0];

        var (stripped, tapped) = (Path.Combine(_folder, "stripped.onnx"), Path.Combine(_folder, "tapped.onnx"));
        model.Graph.Output.Remove(model.Graph.Output.Single(o => o.Name == "embeddings"));
        File.WriteAllBytes(stripped, model.ToByteArray());
        BlockTap.Write(stripped, tapped);

        var candidates = BlockTap.Find(stripped);
        Assert.Equal([1, 2, 3], candidates.Select(candidate => candidate.Block));
        Assert.All(candidates, candidate => Assert.Equal((16L, 0.99), (candidate.Width, candidate.Confidence)));
        Assert.Contains("named 'encoder.encoders.2.norm_final.weight'", candidates[2].Reason);
        var blocks = Run(tapped, "features", features, [2, 60, 20], ["block_01", "block_02", "block_03"], ("feature_lengths", lengths));
        var size = blocks[0].Length / 2;
        for (var n = 0; n < 3; n++)
        {
            for (var b = 0; b < 2; b++)
                Assert.Equal(stacked[((b * 3 + n) * size)..][..size], blocks[n][(b * size)..][..size]);
        }
        Assert.Equal(File.ReadAllBytes(stripped), File.ReadAllBytes(tapped)[..(int)new FileInfo(stripped).Length]);   // only appended to
    }

    /// <summary>The three shapes of a Transformer, each with a norm after the last block where its family has one.</summary>
    [Theory]
    [InlineData("norms before, as WavLM large and Whisper", "SF", "L", "SFSFSFL")]
    [InlineData("norms after, as wav2vec 2.0 base", "SLFL", "", "SLFLSLFLSLFL")]
    [InlineData("Conformer, as icefall", "FSCFL", "L", "FSCFLFSCFLFSCFLL")]
    public void Blocks_are_found_by_structure_alone_where_layer_norms_are_spelled_out_and_nothing_is_named(
        string family, string block, string tail, string word)
    {
        var (stripped, tapped) = (Path.Combine(_folder, "stripped.onnx"), Path.Combine(_folder, "tapped.onnx"));
        File.WriteAllBytes(stripped, new SpelledOut(block, tail).Write(withBlocks: false));
        var whole = Path.Combine(_folder, "whole.onnx");
        File.WriteAllBytes(whole, new SpelledOut(block, tail).Write(withBlocks: true));

        var graph = new TapGraph(ModelProto.Parser.ParseFrom(File.ReadAllBytes(stripped)).Graph);
        Assert.Equal(word, string.Concat(ResidualStream.Find(graph, NormFinder.Find(graph)).Select(step => step.Kind)));
        BlockTap.Write(stripped, tapped);

        Assert.All(BlockTap.Find(stripped), candidate => Assert.Equal((0.8, family), (candidate.Confidence, family)));
        var features = Noise(1, 9, SpelledOut.Width);
        string[] names = ["block_01", "block_02", "block_03"];
        var (expected, actual) = (Run(whole, "x", features, [1, 9, SpelledOut.Width], names),
            Run(tapped, "x", features, [1, 9, SpelledOut.Width], names));
        for (var i = 0; i < 3; i++)
            Assert.Equal(expected[i], actual[i]);
    }

    [Fact]
    public void Names_that_count_are_the_last_resort_where_no_stream_can_be_followed()
    {
        var graph = new OnnxGraph("named");
        var x = graph.Input("x", OnnxType.Float, 1, "frames", 4);
        for (var i = 0; i < 3; i++)
        {
            foreach (var norm in new[] { "norm_in", "norm_out" })
                x = graph.Op("LayerNormalization", [graph.Op("Relu", x),
                    graph.Constant($"encoder.layers.{i}.{norm}.weight", [1f, 1, 1, 1], 4)], ("axis", -1L));
        }
        graph.Output(x, "y", OnnxType.Float, 1, "frames", 4);

        var candidates = BlockTap.Find(ModelProto.Parser.ParseFrom(graph.ToBytes()));

        Assert.Equal(["LayerNormalization_1", "LayerNormalization_3", "LayerNormalization_5"],
            candidates.Select(candidate => candidate.Tensor));
        Assert.All(candidates, candidate => Assert.Equal((4L, 0.5), (candidate.Width, candidate.Confidence)));
        Assert.Equal("the last layer norm whose name counts 2 of 3, 'encoder.layers.1.norm_out.weight'", candidates[1].Reason);
    }

    [Fact]
    public void Norm_by_root_mean_square_as_icefall_has_it_is_found_and_a_half_step_after_it_is_not_taken_for_its_gain()
    {
        var graph = new OnnxGraph("basic", opset: 13);
        var x = graph.Input("x", OnnxType.Float, 1, "frames", 4);
        string Scalar(float value) => graph.Constant("scalar", [value]);
        var mean = graph.Op("ReduceMean", [graph.Op("Pow", x, Scalar(2))], ("axes", new long[] { -1 }));
        var norm = graph.Op("Mul", x, graph.Op("Pow", graph.Op("Add", mean, Scalar(1)), Scalar(-0.5f)));
        graph.Output(graph.Op("Mul", norm, Scalar(0.5f)), "y", OnnxType.Float, 1, "frames", 4);

        var found = Assert.Single(NormFinder.Find(new TapGraph(ModelProto.Parser.ParseFrom(graph.ToBytes()).Graph)));

        Assert.Equal(("x", norm), (found.Input, found.Output));
    }

    [Fact]
    public void Metadata_that_count_other_blocks_lower_the_confidence()
    {
        var model = ModelProto.Parser.ParseFrom(new SpelledOut("SF", "L").Write(withBlocks: false));
        double Confidence() => BlockTap.Find(model)[0].Confidence;

        model.MetadataProps.Add(new StringStringEntryProto { Key = "num_blocks", Value = "3" });
        Assert.Equal(0.84, Confidence(), 1e-9);
        model.MetadataProps[0].Value = "4";
        Assert.Equal(0.3, Confidence());
        Assert.EndsWith("but num_blocks is 4", BlockTap.Find(model)[0].Reason);
    }

    [Fact]
    public void What_cannot_be_tapped_is_told()
    {
        var graph = new OnnxGraph("none");
        graph.Output(graph.Op("Relu", graph.Input("x", OnnxType.Float, 1, "frames", 80)), "y", OnnxType.Float, 1, "frames", 80);
        var path = Path.Combine(_folder, "none.onnx");
        graph.Save(path);
        var copy = Path.Combine(_folder, "copy.onnx");

        Assert.Contains("No repeating blocks are found", Assert.Throws<InvalidDataException>(() => BlockTap.Write(path, copy)).Message);
        Assert.Contains("has no tensor 'z' for block 1",
            Assert.Throws<ArgumentException>(() => BlockTap.Write(path, copy, [new(1, "z", null, 1, "")])).Message);
        Assert.Contains("has a tensor 'x' already", Assert.Throws<ArgumentException>(
            () => BlockTap.Write(path, copy, [new(1, "Relu", null, 1, "")], "x")).Message);
        Assert.False(File.Exists(copy));
    }

    [Fact]
    public void Weights_in_a_file_that_is_missing_cut_off_or_elsewhere_are_told_by_tensor_and_file()
    {
        var model = ModelProto.Parser.ParseFrom(SpeechEncoder.Untrained().Model.ToArray());
        var tensor = model.Graph.Initializer.First(t => t.RawData.Length > 1000);
        var (path, weights) = (Path.Combine(_folder, "outside.onnx"), tensor.RawData);
        void Save(string location)
        {
            tensor.ClearRawData();
            tensor.DataLocation = 1;
            tensor.ExternalData.Clear();
            tensor.ExternalData.Add([new() { Key = "location", Value = location }, new() { Key = "offset", Value = "8" },
                new() { Key = "length", Value = $"{weights.Length}" }]);
            File.WriteAllBytes(path, model.ToByteArray());
        }
        string Refusal(Action action) => Assert.Throws<InvalidDataException>(action).Message;

        Save("weights.bin");
        Assert.Contains($"the weights of tensor '{tensor.Name}' lie in 'weights.bin', and there is no",
            Refusal(() => SpeechEncoder.FromFile(path)));
        Assert.Contains("Put the file into the model's folder", Refusal(() => BlockTap.Write(path, Path.Combine(_folder, "copy.onnx"))));
        Assert.Contains("Read the model with FromFile, so that it can be found",
            Refusal(() => SpeechEncoder.FromBytes(File.ReadAllBytes(path))));

        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), new byte[100]);
        Assert.Contains("which has 100. It belongs to another model, or is cut off", Refusal(() => SpeechEncoder.FromFile(path)));

        File.WriteAllBytes(Path.Combine(_folder, "weights.bin"), [.. new byte[8], .. weights]);
        Assert.Equal(SpeechEncoder.Untrained().Hash, SpeechEncoder.FromFile(path).Hash);   // brought inside, it is the same model
        Assert.Contains("Write the copy into the same folder", Refusal(
            () => BlockTap.Write(path, Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "sub")).FullName, "copy.onnx"))));

        Save("../weights.bin");
        Assert.Contains("outside the model's folder. That is not read", Refusal(() => SpeechEncoder.FromFile(path)));
    }

    /// <summary>The model without its block outputs, and with every tensor inside it, weights too, under a number.</summary>
    private static byte[] Stripped(byte[] bytes)
    {
        var model = ModelProto.Parser.ParseFrom(bytes);
        var graph = model.Graph;
        foreach (var block in graph.Output.Where(o => o.Name.StartsWith("block_", StringComparison.Ordinal)).ToList())
            graph.Output.Remove(block);
        var fixedNames = graph.Output.Select(o => o.Name).Concat(graph.Input.Select(i => i.Name)).ToHashSet();
        var numbers = new Dictionary<string, string>();
        foreach (var node in graph.Node)
        {
            node.ClearName();
            foreach (var values in new[] { node.Input, node.Output })
            {
                for (var i = 0; i < values.Count; i++)
                {
                    if (values[i].Length == 0 || fixedNames.Contains(values[i]))
                        continue;
                    if (!numbers.TryGetValue(values[i], out var number))
                        numbers[values[i]] = number = $"t{numbers.Count}";
                    values[i] = number;
                }
            }
        }
        foreach (var tensor in graph.Initializer)
            tensor.Name = numbers[tensor.Name];
        graph.ValueInfo.Clear();
        return model.ToByteArray();
    }

    private static float[] Noise(int batch, int frames, int width)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, batch * frames * width).Select(_ => (float)(random.NextDouble() * 4 - 2))];
    }

    private static float[][] Run(string path, string input, float[] features, long[] shape, string[] outputs,
        (string Name, long[] Values)? lengths = null)
    {
        using var session = new InferenceSession(path);
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory(features, shape);
        using var n = OrtValue.CreateTensorValueFromMemory(lengths?.Values ?? [1L], [lengths?.Values.Length ?? 1]);
        using var results = lengths is { } given ? session.Run(options, [input, given.Name], [x, n], outputs)
            : session.Run(options, [input], [x], outputs);
        return [.. results.Select(result => result.GetTensorDataAsSpan<float>().ToArray())];
    }
}
