using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using MlNetSer.Encoders.Model;
using MlNetSer.Onnx;

namespace MlNetSer.Tests.Encoders;

/// <summary>
/// Toy encoders whose blocks are 1 x, 2 x and 3 x their own input: so every turn of a layout, mask and scale can be counted by hand.
/// </summary>
public sealed class EncoderWrappingTests
{
    private static readonly float[] Frames = [.. Enumerable.Range(0, 2 * 4 * 3).Select(i => (float)i)];   // [2, 4, 3]

    [Theory]
    [InlineData(TensorLayout.BTF, TensorLayout.BTF, 17)]
    [InlineData(TensorLayout.BFT, TensorLayout.BTF, 17)]
    [InlineData(TensorLayout.BTF, TensorLayout.BFT, 17)]
    [InlineData(TensorLayout.BFT, TensorLayout.TBF, 17)]
    [InlineData(TensorLayout.BTF, TensorLayout.TBF, 11)]
    public void Every_layout_comes_out_as_utterances_blocks_frames_features(TensorLayout input, TensorLayout output, int opset)
    {
        var profile = new EncoderProfile
        {
            Name = "toy",
            Input = "x",
            InputLayout = input,
            OutputLayout = output,
            BlockOutputs = ["b{0}"],
            Filterbank = new() { MelBinCount = 3 }
        };
        var encoder = Toy(opset, profile, "x", input == TensorLayout.BFT ? ["b", 3, "t"] : ["b", "t", 3]);

        var (embeddings, frames, shape) = Run(encoder, Frames, [2, 4, 3], [4, 4], [3, 1]);

        Assert.Equal([2, 2, 4, 3], shape);
        Assert.Equal([4, 4], frames);
        for (var utterance = 0; utterance < 2; utterance++)
        {
            var own = Frames[(utterance * 12)..][..12];
            Assert.Equal(own.Select(v => 3 * v), embeddings[(utterance * 24)..][..12]);        // block 3 first
            Assert.Equal(own, embeddings[(utterance * 24 + 12)..][..12]);                        // then block 1
        }
    }

    [Fact]
    public void Stacked_blocks_channels_first_lengths_of_32_bits_and_constant_inputs_are_fed_and_read()
    {
        var profile = new EncoderProfile
        {
            Name = "toy",
            Input = "x",
            LengthInput = "n",
            LengthType = LengthType.Int32,
            ConstantInputs = [new("offset", "Int64", [], 7), new("cache", "Float", [2, 0, 3]), new("pruned", "Bool", [1])],
            StackedOutput = "all",
            OutputLayout = TensorLayout.BFT,
            LengthOutput = "m",
            MasksPadding = true,
            Filterbank = new() { MelBinCount = 3 },
        };
        var graph = new OnnxGraph("toy");
        var x = graph.Input("x", OnnxType.Float, "b", "t", 3);
        graph.Input("n", OnnxType.Int32, "b");
        graph.Input("offset", OnnxType.Int64);
        graph.Input("cache", OnnxType.Float, 2, "c", 3);
        var moved = graph.Op("Add", x, graph.Op("Cast", ["offset"], ("to", (long)OnnxType.Float)));                            // x + 7
        var empty = graph.Op("ReduceSum", ["cache"], ("keepdims", 0L));   // of nothing: 0
        var turned = graph.Op("Transpose", [graph.Op("Add", moved, empty)], ("perm", new long[] { 0, 2, 1 }));
        graph.Output(graph.Op("Unsqueeze", turned, graph.Constant("axis", [1L], 1)), "all", OnnxType.Float, "b", 1, 3, "t");
        graph.Output("n", "m", OnnxType.Int32, "b");

        var (embeddings, frames, shape) = Run(SpeechEncoder.FromBytes(graph.ToBytes(), profile), Frames, [2, 4, 3], [4, 2], null);

        Assert.Equal([2, 1, 4, 3], shape);
        Assert.Equal([4, 2], frames);
        Assert.Equal(Frames.Select(v => v + 7), embeddings);
    }

    [Fact]
    public void Samples_are_scaled_and_normalised_over_what_is_real_only_and_the_mask_says_what_that_is()
    {
        var profile = new EncoderProfile
        {
            Name = "toy",
            Takes = EncoderInput.Samples,
            Input = "x",
            SampleScale = 10,
            LengthInput = "mask",
            LengthType = LengthType.Mask,
            MasksPadding = true,
            Subsampling = [new(2, 2)],
            Normalization = EncoderNormalization.PerUtterance,
            BlockOutputs = ["b{0}"],
        };
        var graph = new OnnxGraph("toy");
        var x = graph.Input("x", OnnxType.Float, "b", "t");
        var mask = graph.Op("Cast", [graph.Input("mask", OnnxType.Int64, "b", "t")], ("to", (long)OnnxType.Float));
        var axis = graph.Constant("axis", [2L], 1);
        graph.Output(graph.Op("Concat", [graph.Op("Unsqueeze", x, axis), graph.Op("Unsqueeze", mask, axis)], ("axis", 2L)), "b1",
            OnnxType.Float, "b", "t", 2);

        var (embeddings, frames, _) = Run(SpeechEncoder.FromBytes(graph.ToBytes(), profile), [1, 3, 1, 3, 2, 4, 9, 9], [2, 4], [4, 2],
            null);

        Assert.Equal([2, 1], frames);                                                   // (n − 2) / 2 + 1
        float[] wanted = [-1, 1, 1, 1, -1, 1, 1, 1, -1, 1, 1, 1, 0, 0, 0, 0];   // mean 20 and 30, deviation 10; what is padding is 0
        Assert.All(wanted.Zip(embeddings), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Statistics_of_a_CMVN_file_are_applied_before_the_encoder_and_are_part_of_its_identity()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var path = Path.Combine(folder, "encoder.onnx");
        var profile = new EncoderProfile { Name = "toy", Input = "x", BlockOutputs = ["b{0}"], Filterbank = new() { MelBinCount = 3 } };
        var raw = Toy(17, profile, "x", ["b", "t", 3]);
        raw.Save(path);
        // means 2, 4, 0; deviations 1, 2, 1
        File.WriteAllText(Path.Combine(folder, "stats"), """{"mean_stat": [20, 40, 0], "var_stat": [50, 200, 10], "frame_num": 10}""");

        var encoder = SpeechEncoder.FromFile(path, profile with { Normalization = EncoderNormalization.CmvnFile, CmvnFile = "stats" });

        Assert.Equal([1 - 2f, (2 - 4f) / 2, 3f], Run(encoder, [1, 2, 3], [1, 1, 3], [1], [1]).Embeddings);
        Assert.NotEqual(raw.Hash, encoder.Hash);
    }

    [Fact]
    public void Waveform_column_needs_the_profile_alone()
    {
        var ml = new MLContext(1);
        float[] samples = [.. Enumerable.Range(0, 8000).Select(i => (float)(0.3 * Math.Sin(0.05 * i)))];
        var data = ml.Data.LoadFromEnumerable([new Wave { Waveform = samples }]);
        var encoder = SpeechEncoder.Untrained();

        using var model = ml.Transforms.EmbedSpeech("Embedding", encoder, blocks: [4, 2]).Fit(data);
        var byProfile = model.Transform(data);
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "embed.zip");
        ml.Model.Save(model, data.Schema, path);
        var byHand = ml.Transforms.ExtractFilterbank("F", "Waveform", encoder.Profile.Filterbank)
            .Append(ml.Transforms.EmbedSpeech("Embedding", "F", encoder, 4, 2)).Fit(data).Transform(data);

        Assert.Equal(byHand.GetColumn<float[]>("Embedding").Single(), byProfile.GetColumn<float[]>("Embedding").Single());
        Assert.Equal(byHand.GetColumn<float[]>("Embedding").Single(), new MLContext().Model.Load(path, out _).Transform(data)
            .GetColumn<float[]>("Embedding").Single());
        Assert.Equal(["Embedding", "Embedding.Identity", "Embedding.Shape", "Waveform"], byProfile.Schema.Where(column => !column.IsHidden)
            .Select(column => column.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Encoder_of_samples_takes_the_waveform_itself_and_one_with_a_foreign_front_end_refuses_it()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable([new Wave { Waveform = [1, 3, 1, 3] }]);
        var samples = new EncoderProfile
        {
            Name = "toy",
            Takes = EncoderInput.Samples,
            Input = "x",
            Normalization = EncoderNormalization.PerUtterance,
            BlockOutputs = ["b{0}"]
        };
        var graph = new OnnxGraph("toy");
        graph.Output(graph.Op("Unsqueeze", graph.Input("x", OnnxType.Float, "b", 1, "t"), graph.Constant("axis", [3L], 1)), "y",
            OnnxType.Float, "b", 1, "t", 1);
        graph.Output(graph.Op("Squeeze", "y", graph.Constant("axis", [1L], 1)), "b1", OnnxType.Float, "b", "t", 1);

        var embedded = ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.FromBytes(graph.ToBytes(), samples)).Fit(data).Transform(data);

        Assert.All(embedded.GetColumn<float[]>("Embedding").Single().Zip([-1f, 1, -1, 1]),
            pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
        Assert.Equal([1, 4, 1], embedded.GetColumn<long[]>("Embedding.Shape").Single());
        var foreign = Toy(17, new EncoderProfile
        {
            Name = "toy",
            Input = "x",
            BlockOutputs = ["b{0}"],
            Filterbank = new() { MelBinCount = 3 },
            MissingFrontEnd = "a librosa STFT"
        }, "x", ["b", "t", 3]);
        Assert.Contains("Profile 'toy' needs a front end that MlNetSer does not have: a librosa STFT.",
            Assert.Throws<NotSupportedException>(() => ml.Transforms.EmbedSpeech("Embedding", foreign)).Message);
    }

    /// <summary>Blocks b1, b2, b3 = 1, 2 and 3 times the input, turned into the profile's output layout.</summary>
    private static SpeechEncoder Toy(int opset, EncoderProfile profile, string input, object[] dims)
    {
        var graph = new OnnxGraph("toy", opset);
        var x = graph.Input(input, OnnxType.Float, dims);
        if (profile.InputLayout == TensorLayout.BFT)
            x = graph.Op("Transpose", [x], ("perm", new long[] { 0, 2, 1 }));
        if (profile.OutputLayout != TensorLayout.BTF)
            x = graph.Op("Transpose", [x], ("perm", profile.OutputLayout == TensorLayout.BFT ? new long[] { 0, 2, 1 } : [1, 0, 2]));
        for (var i = 1; i <= 3; i++)
            graph.Output(graph.Op("Mul", x, graph.Constant("factor", [(float)i])), $"b{i}", OnnxType.Float, "p", "q", "r");
        return SpeechEncoder.FromBytes(graph.ToBytes(), profile);
    }

    private static (float[] Embeddings, long[] Frames, long[] Shape) Run(
        SpeechEncoder encoder, float[] input, long[] shape, long[] lengths, int[]? blocks)
    {
        using var session = new InferenceSession(encoder.WrapBatched(blocks));
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var n = OrtValue.CreateTensorValueFromMemory(lengths, [lengths.Length]);
        using var results = session.Run(options, [EncoderWrapping.Input, EncoderWrapping.Lengths], [x, n],
            [EncoderWrapping.Embeddings, EncoderWrapping.Frames]);
        return (results[0].GetTensorDataAsSpan<float>().ToArray(), results[1].GetTensorDataAsSpan<long>().ToArray(), results[0]
            .GetTensorTypeAndShape().Shape);
    }

    private sealed class Wave
    {
        [VectorType]
        public float[] Waveform { get; set; } = [];
    }
}
