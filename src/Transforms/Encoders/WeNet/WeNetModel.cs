using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MlNetSer.Encoders;

/// <summary>A folder with a WeNet model: <c>train.yaml</c>, <c>final.pt</c>, <c>global_cmvn</c>, <c>units.txt</c>.</summary>
internal static class WeNetModel
{
    /// <summary>Writes the encoder, with every block and the CTC head, as ONNX.</summary>
    /// <exception cref="FileNotFoundException">The folder lacks train.yaml or final.pt.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or asks for something that is not supported.</exception>
    public static byte[] ToOnnx(string folder)
    {
        var (yaml, weights, cmvnPath) = (Path.Combine(folder, "train.yaml"), Path.Combine(folder, "final.pt"), Path.Combine(folder, "global_cmvn"));
        foreach (var file in new[] { yaml, weights }.Where(file => !File.Exists(file)))
            throw new FileNotFoundException($"There is no '{file}'. A WeNet model is a folder with train.yaml, final.pt, global_cmvn and units.txt.", file);
        using var checkpoint = TorchCheckpoint.Open(weights);
        var options = Options(yaml, checkpoint);
        var cmvn = File.Exists(cmvnPath) ? GlobalCmvn.Load(cmvnPath, options.MelBinCount) : null;
        return ConformerGraph.Write(options, new WeNetWeights(checkpoint, cmvn, weights));
    }

    /// <summary>What train.yaml says of the encoder. The vocabulary is the checkpoint's own.</summary>
    private static ConformerOptions Options(string path, TorchCheckpoint checkpoint)
    {
        var root = Parse(path);
        var encoder = root.Children.TryGetValue("encoder_conf", out var node) && node is YamlMappingNode mapping ? mapping
            : throw new InvalidDataException($"'{path}' has no encoder_conf. Wanted: the train.yaml that WeNet writes beside final.pt.");
        string Value(YamlMappingNode from, string name, string otherwise) => from.Children.TryGetValue(name, out var found) ? found.ToString() : otherwise;
        int Number(YamlMappingNode from, string name, int otherwise) => int.TryParse(Value(from, name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture, out var number) ? number
            : throw new InvalidDataException($"'{path}': {name} is '{Value(from, name, "")}'; wanted a whole number.");
        bool Flag(string name, bool otherwise) => Value(encoder, name, otherwise ? "true" : "false").ToUpperInvariant() is "TRUE" or "YES";
        void Only(YamlMappingNode from, string name, string wanted, string otherwise)
        {
            if (Value(from, name, otherwise) is var found && found != wanted)
                throw new InvalidDataException($"'{path}': {name} is '{found}', but only '{wanted}' can be imported.");
        }
        Only(root, "encoder", "conformer", "conformer");
        Only(encoder, "pos_enc_layer_type", "rel_pos", "rel_pos");
        Only(encoder, "selfattention_layer_type", "rel_selfattn", "rel_selfattn");
        Only(encoder, "activation_type", "swish", "swish");
        foreach (var (name, wanted) in new[] { ("use_cnn_module", true), ("macaron_style", true), ("normalize_before", true) })
        {
            if (Flag(name, wanted) != wanted)
                throw new InvalidDataException($"'{path}': {name} is false, but only Conformers with it can be imported.");
        }
        return new ConformerOptions
        {
            BlockCount = Number(encoder, "num_blocks", 6),
            Dimension = Number(encoder, "output_size", 256),
            HeadCount = Number(encoder, "attention_heads", 4),
            FeedForwardSize = Number(encoder, "linear_units", 2048),
            KernelSize = Number(encoder, "cnn_module_kernel", 15),
            Causal = Flag("causal", false),
            ConvolutionNorm = Value(encoder, "cnn_module_norm", "batch_norm") == "layer_norm" ? ConvolutionNorm.Layer : ConvolutionNorm.Batch,
            Subsampling = Value(encoder, "input_layer", "conv2d") switch
            {
                "conv2d" => 4,
                "conv2d6" => 6,
                "conv2d8" => 8,
                var other => throw new InvalidDataException($"'{path}': input_layer is '{other}'; conv2d, conv2d6 and conv2d8 can be imported."),
            },
            MelBinCount = Number(root, "input_dim", 80),
            AfterNorm = checkpoint.Contains("encoder.after_norm.weight"),
            VocabularySize = checkpoint.Contains("ctc.ctc_lo.bias") ? (int)checkpoint.Shape("ctc.ctc_lo.bias")[0] : 0,
        };
    }

    private static YamlMappingNode Parse(string path)
    {
        try
        {
            var yaml = new YamlStream();
            using var reader = File.OpenText(path);
            yaml.Load(reader);
            if (yaml.Documents is [{ RootNode: YamlMappingNode root }, ..])
                return root;
        }
        catch (YamlException error)
        {
            throw new InvalidDataException($"'{path}', line {error.Start.Line}: not YAML: {error.Message}", error);
        }
        throw new InvalidDataException($"'{path}' is empty or holds no settings. Wanted: the train.yaml that WeNet writes beside final.pt.");
    }
}
