using MlNetSer.Encoders.Conformer;
using MlNetSer.Encoders.WeNet;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Tests.Encoders;

/// <summary>The forms in which WeNet models are found: each gives the graph, byte for byte, of the same weights given directly.</summary>
public sealed class WeNetVariantTests : IDisposable
{
    private static readonly ConformerOptions s_options = new()
    {
        BlockCount = 1,
        Dimension = 16,
        HeadCount = 2,
        FeedForwardSize = 24,
        KernelSize = 7,
        Subsampling = 4,
        VocabularySize = 5,
        MelBinCount = 20,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string In(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("module.")]                       // data-parallel training
    [InlineData("state_dict.model.")]             // trainers that wrap
    public void Any_prefix_is_found(string prefix)
    {
        WriteYaml();
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), WeNetCheckpointWriter.Weights(s_options), prefix);

        Assert.Equal(Direct(), WeNetModel.ToOnnx(_folder));
    }

    [Fact]
    public void State_dict_beside_an_optimiser_is_found()
    {
        WriteYaml();
        var weights = WeNetCheckpointWriter.Weights(s_options);
        var pickle = new Pickle().Raw("}(").Text("epoch").Number(3).Text("optimizer").Raw("}(").Number(0).Raw("]u").Text("model").Raw("}(");
        for (var i = 0; i < weights.Count; i++)
            pickle.Text(weights[i].Name).Tensor($"{i}", weights[i].Shape);
        Pickle.Save(In("final.pt"), pickle.Raw("uu").End(),
            weights.Select((w, i) => ($"{i}", System.Runtime.InteropServices.MemoryMarshal.AsBytes(w.Values.AsSpan()).ToArray())));

        Assert.Equal(Direct(), WeNetModel.ToOnnx(_folder));
    }

    [Fact]
    public void Safetensors_give_what_the_checkpoint_gives()
    {
        WriteYaml();
        foreach (var name in new[] { "model.safetensors", "final.safetensors" })
        {
            WeNetCheckpointWriter.SaveSafetensors(In(name), WeNetCheckpointWriter.Weights(s_options));
            Assert.Equal(Direct(), WeNetModel.ToOnnx(_folder));
            File.Delete(In(name));
        }
    }

    [Fact]
    public void Sixteen_bit_and_double_storages_are_read()
    {
        WriteYaml();
        // Values that every one of the types holds exactly: the upper half of a float32 with few enough digits for float16.
        var weights = WeNetCheckpointWriter.Weights(s_options)
            .Select(w => (w.Name, w.Shape, Values: w.Values.Select(v => (float)(Math.Round(v * 128) / 128)).ToArray())).ToList();
        weights = [.. weights.Select(w => (w.Name, w.Shape,
            w.Values.Select(v => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(v) & 0xffff0000)).ToArray()))];
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), weights);
        var expected = WeNetModel.ToOnnx(_folder);

        WeNetCheckpointWriter.SaveTorch(In("final.pt"), weights, kind: "HalfStorage",
            pack: values => [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))]);
        Assert.Equal(expected, WeNetModel.ToOnnx(_folder));
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), weights, kind: "BFloat16Storage",
            pack: values => [.. values.SelectMany(v => BitConverter.GetBytes(v)[2..])]);
        Assert.Equal(expected, WeNetModel.ToOnnx(_folder));
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), weights, kind: "DoubleStorage",
            pack: values => [.. values.SelectMany(v => BitConverter.GetBytes((double)v))]);
        Assert.Equal(expected, WeNetModel.ToOnnx(_folder));
    }

    [Fact]
    public void Views_of_a_storage_are_read_where_they_lie()
    {
        float[] storage = [0, 1, 2, 3, 4, 5, 6, 7];
        var pickle = new Pickle().Raw("}(")
            .Text("whole").Tensor("0", [2, 3], [3, 1], offset: 1, storageCount: 8)
            .Text("turned").Tensor("0", [3, 2], [1, 3], offset: 2, storageCount: 8)
            .Text("spread").Tensor("0", [2], [4], offset: 3, storageCount: 8)
            .Text("scalar").Tensor("0", [], [], offset: 5, storageCount: 8)
            .Text("none").Tensor("0", [0, 3], storageCount: 8).Raw("u").End();
        Pickle.Save(In("x.pt"), pickle, [("0", System.Runtime.InteropServices.MemoryMarshal.AsBytes(storage.AsSpan()).ToArray())]);

        using var checkpoint = TorchCheckpoint.Open(In("x.pt"));

        Assert.Equal([1, 2, 3, 4, 5, 6], checkpoint.Values("whole"));
        Assert.Equal([2, 5, 3, 6, 4, 7], checkpoint.Values("turned"));
        Assert.Equal([3, 7], checkpoint.Values("spread"));
        Assert.Equal([5], checkpoint.Values("scalar"));
        Assert.Empty(checkpoint.Values("none"));
    }

    [Fact]
    public void Statistics_come_from_the_checkpoint_then_from_the_file_that_the_settings_name()
    {
        var weights = WeNetCheckpointWriter.Weights(s_options);
        var without = weights.Where(w => !w.Name.Contains("global_cmvn")).ToList();
        string Twenty(string value) => string.Join(',', Enumerable.Repeat(value, 20));
        var ones = $$"""{"mean_stat": [{{Twenty("20")}}], "var_stat": [{{Twenty("50")}}], "frame_num": 10}""";

        // WeNet loads the checkpoint over what it made from the file.
        WriteYaml("cmvn: global_cmvn\ncmvn_conf:\n    cmvn_file: data/train/stats.json\n    is_json_cmvn: true\n");
        File.WriteAllText(In("stats.json"), ones);
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), weights);
        Assert.Equal(Direct(), WeNetModel.ToOnnx(_folder));

        WeNetCheckpointWriter.SaveTorch(In("final.pt"), without);
        var fromFile = WeNetModel.ToOnnx(_folder);
        Assert.NotEqual(Direct(), fromFile);
        WriteYaml("cmvn_file: exp/global_cmvn\nis_json_cmvn: true\n");   // before version 3
        File.Move(In("stats.json"), In("global_cmvn"));
        Assert.Equal(fromFile, WeNetModel.ToOnnx(_folder));

        File.WriteAllText(In("global_cmvn"), ones.Replace("[20,", "["));
        Assert.Contains("statistics of 19 and 20 bins, but the encoder takes 20", Refused<InvalidDataException>());
        File.WriteAllText(In("global_cmvn"), ones.Replace("\"frame_num\": 10", "\"frame_num\": 0"));
        Assert.Contains("counts 0 frames", Refused<InvalidDataException>());
        File.WriteAllText(In("global_cmvn"), ones.Replace("[50,", "[1e300,").Replace("[20,", "[1e200,"));
        Assert.Contains("a number that is not finite", Refused<InvalidDataException>());
        File.WriteAllText(In("global_cmvn"), "\0BDM ");
        Assert.Contains("is in Kaldi's binary form", Refused<InvalidDataException>());
        File.Delete(In("global_cmvn"));
        Assert.Contains("names as the normalisation of the features, and the weights hold none", Refused<FileNotFoundException>());

        WriteYaml();   // says nothing, and the checkpoint has none: a model of raw features
        var raw = WeNetModel.ToOnnx(_folder);
        File.WriteAllText(In("global_cmvn"), ones);
        Assert.Equal(raw, WeNetModel.ToOnnx(_folder));
    }

    [Fact]
    public void Norm_after_the_last_block_follows_the_settings_though_the_checkpoint_always_holds_it()
    {
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), WeNetCheckpointWriter.Weights(s_options));

        var none = s_options with { AfterNorm = false };
        File.WriteAllText(In("train.yaml"), WeNetCheckpointWriter.Yaml(none));
        Assert.Equal(ConformerGraph.Write(none, new SeededWeights(1)), WeNetModel.ToOnnx(_folder));

        var postNorm = s_options with { NormalizeBefore = false, AfterNorm = false };
        // final_norm: true has no effect then
        File.WriteAllText(In("train.yaml"), WeNetCheckpointWriter.Yaml(s_options with { NormalizeBefore = false }));
        Assert.Equal(ConformerGraph.Write(postNorm, new SeededWeights(1)), WeNetModel.ToOnnx(_folder));
    }

    [Fact]
    public void Units_become_metadata_and_must_fit_the_head()
    {
        WriteYaml();
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), WeNetCheckpointWriter.Weights(s_options));
        void Units(string text) => File.WriteAllText(In("units.txt"), text);

        Units("<blank> 0\n<unk> 1\n▁a 2\nb 3\n<sos/eos> 4\n");
        var metadata = Onnx.Proto.ModelProto.Parser.ParseFrom(WeNetModel.ToOnnx(_folder)).MetadataProps.ToDictionary(
            p => p.Key, p => p.Value);
        Assert.Equal("<blank>\n<unk>\n▁a\nb\n<sos/eos>", metadata["tokens"]);
        Assert.Equal(("4", "5", "1", "16"), (metadata["subsampling_factor"], metadata["vocab_size"], metadata["num_blocks"],
            metadata["output_size"]));

        Units("<blank> 0\n<unk> 1\n▁a 2\nb 3\n");
        Assert.Contains("has no token 4, but the model's CTC head has 5", Refused<InvalidDataException>());
        Units("<blank> 0\n<unk> 7\n");
        Assert.Contains("line 2: number 7 is outside the 5 outputs", Refused<InvalidDataException>());
        Units("<blank> 0\n<unk> 0\n");
        Assert.Contains("line 2: number 0 is given twice", Refused<InvalidDataException>());
        Units("<blank>\n");
        Assert.Contains("line 1: '<blank>'; wanted a token, a space and its number", Refused<InvalidDataException>());
    }

    [Fact]
    public void Files_of_different_models_are_told_apart()
    {
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), WeNetCheckpointWriter.Weights(s_options));

        Assert.Contains("There is no", Refused<FileNotFoundException>());
        File.WriteAllText(In("train.yaml"), WeNetCheckpointWriter.Yaml(s_options with { Dimension = 32 }));
        Assert.Contains(
            "tensor 'encoder.embed.conv.0.weight' is [16, 1, 3, 3], but train.yaml makes it [32, 1, 3, 3]. They do not belong together",
            Refused<InvalidDataException>());
        File.WriteAllText(In("train.yaml"), WeNetCheckpointWriter.Yaml(s_options with { BlockCount = 2 }));
        Assert.Contains("has no tensor 'encoder.encoders.1.norm_ff_macaron.weight', which the encoder of its train.yaml needs",
            Refused<InvalidDataException>());
        File.WriteAllText(In("train.yaml"), WeNetCheckpointWriter.Yaml(s_options with { MelBinCount = 40 }));
        Assert.Contains("tensor 'encoder.global_cmvn.mean' is [20], but train.yaml makes it [40]", Refused<InvalidDataException>());
        File.Delete(In("final.pt"));
        Assert.Contains("final.pt', nor final.safetensors nor model.safetensors", Refused<FileNotFoundException>());
    }

    [Theory]
    [InlineData("selfattention_layer_type: rope_abs_selfattn", "selfattention_layer_type is 'rope_abs_selfattn', but only 'rel_selfattn' "
        + "can be imported")]
    [InlineData("pos_enc_layer_type: no_pos", "pos_enc_layer_type is 'no_pos', but only 'rel_pos' can be imported")]
    [InlineData("activation_type: relu", "activation_type is 'relu', but only 'swish' can be imported")]
    [InlineData("macaron_style: False", "macaron_style is 'False', but only 'true' can be imported")]
    [InlineData("layer_norm_type: rms_norm", "layer_norm_type is 'rms_norm', but only 'layer_norm' can be imported")]
    [InlineData("norm_eps: 1.0e-6", "norm_eps is '1.0e-6', but only '1e-5' can be imported")]
    [InlineData("n_kv_head: 1", "n_kv_head is '1', but only 'null' can be imported")]
    [InlineData("static_chunk_size: 16", "static_chunk_size is '16', but only '0' can be imported")]
    [InlineData("stride_layer_idx: 3", "encoder_conf has 'stride_layer_idx', which no Conformer of WeNet's")]
    [InlineData("causal: perhaps", "encoder_conf.causal is 'perhaps'; wanted true or false")]
    [InlineData("num_blocks: three", "encoder_conf.num_blocks is 'three'; wanted a whole number")]
    [InlineData("input_layer: linear", "input_layer is 'linear'; conv2d, conv2d6 and conv2d8 can be imported")]
    [InlineData("cnn_module_norm: rms_norm", "cnn_module_norm is 'rms_norm'; batch_norm and layer_norm can be imported")]
    [InlineData(
        "attention_heads: 5", "describes an impossible encoder: ConformerOptions: Dimension is 16, but must be a multiple of 10")]
    [InlineData("num_blocks: 1000000000", "GB of weights, but an ONNX file holds at most 2 GB")]
    public void Settings_that_cannot_be_imported_are_named(string line, string told)
    {
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), WeNetCheckpointWriter.Weights(s_options));
        var key = line.Split(':')[0] + ":";
        var others = WeNetCheckpointWriter.Yaml(s_options).Split('\n').Where(other => !other.Trim().StartsWith(key));
        File.WriteAllText(In("train.yaml"), string.Join('\n', others).Replace("encoder_conf:\n", $"encoder_conf:\n    {line}\n"));

        Assert.Contains(told, Refused<InvalidDataException>());
    }

    [Theory]
    [InlineData("norm_eps: 0.00001")]
    [InlineData("macaron_style: True")]
    [InlineData("concat_after: false")]           // versions 0.1 to 2
    [InlineData("n_kv_head: null")]               // since version 3
    [InlineData("use_sdpa: true")]
    public void Settings_of_other_versions_that_change_nothing_are_taken(string line)
    {
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), WeNetCheckpointWriter.Weights(s_options));
        File.WriteAllText(In("train.yaml"), WeNetCheckpointWriter.Yaml(s_options)
            .Replace("encoder_conf:\n", $"encoder_conf:\n    {line}\n"));

        Assert.Equal(Direct(), WeNetModel.ToOnnx(_folder));
    }

    [Theory]
    [InlineData("encoder: transformer\nencoder_conf:\n    output_size: 16\n", "encoder is 'transformer', but only 'conformer' can be "
        + "imported")]
    [InlineData("encoder: conformer\n", "has no encoder_conf")]
    [InlineData("just words", "is empty or holds no settings")]
    [InlineData("- a\n- list\n", "is empty or holds no settings")]
    [InlineData("", "is empty or holds no settings")]
    [InlineData("a: [b", "not YAML")]
    public void Files_that_are_no_settings_are_refused(string yaml, string told)
    {
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), WeNetCheckpointWriter.Weights(s_options));
        File.WriteAllText(In("train.yaml"), yaml);

        Assert.Contains(told, Refused<InvalidDataException>());
    }

    [Fact]
    public void Yaml_that_nests_or_refers_without_end_does_no_harm()
    {
        WeNetCheckpointWriter.SaveTorch(In("final.pt"), WeNetCheckpointWriter.Weights(s_options));
        File.WriteAllText(In("train.yaml"), WeNetCheckpointWriter.Yaml(s_options) + "laughs:\n  a: &a [x, x]\n"
            + string.Concat(Enumerable.Range(0, 60).Select(i => $"  b{i}: &b{i} [*{(i == 0 ? "a" : $"b{i - 1}")}, *a]\n")));
        Assert.Equal(Direct(), WeNetModel.ToOnnx(_folder));

        File.WriteAllText(In("train.yaml"), WeNetCheckpointWriter.Yaml(s_options) + "deep: " + new string('[', 100_000));
        Assert.Contains("nested more than 64 deep, which no settings are", Refused<InvalidDataException>());
        File.WriteAllText(In("train.yaml"), new string('#', (1 << 20) + 1));
        Assert.Contains("settings have at most 1,048,576", Refused<InvalidDataException>());
    }

    private void WriteYaml(string more = "") => File.WriteAllText(In("train.yaml"), WeNetCheckpointWriter.Yaml(s_options) + more);

    private static byte[] Direct() => ConformerGraph.Write(s_options, new SeededWeights(1));

    private string Refused<T>() where T : Exception => Assert.Throws<T>(() => SpeechEncoder.FromWeNet(_folder)).Message;
}
