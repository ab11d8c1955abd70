using System.Globalization;

namespace MlNetSer.Encoders.WeNet;

/// <summary>
/// What <c>train.yaml</c> says of a WeNet encoder (wenet-e2e/wenet, <c>wenet/models/transformer/encoder.py</c>, versions 0.1 to December
/// 2025).
/// </summary>
internal static class WeNetSettings
{
    // Of no consequence for full-context inference.
    private static readonly HashSet<string> s_trainingOnly =
    [
        "dropout_rate", "positional_dropout_rate", "attention_dropout_rate", "use_dynamic_chunk", "use_dynamic_left_chunk",
        "gradient_checkpointing", "use_sdpa", "positionwise_conv_kernel_size", "n_expert", "n_expert_activated",
    ];

    private static readonly HashSet<string> s_sizes =
    [
        "output_size", "attention_heads", "linear_units", "num_blocks", "input_layer", "cnn_module_kernel", "causal", "cnn_module_norm",
            "normalize_before", "final_norm",
    ];

    // What changes the network, with the one value that can be imported: it is WeNet's default too.
    private static readonly Dictionary<string, string> s_only = new[]
    {
        ("pos_enc_layer_type", "rel_pos"), ("selfattention_layer_type", "rel_selfattn"), ("activation_type", "swish"),
            ("layer_norm_type", "layer_norm"),
        ("mlp_type", "position_wise_feed_forward"), ("macaron_style", "true"), ("use_cnn_module", "true"), ("concat_after", "false"),
        ("query_bias", "true"), ("key_bias", "true"), ("value_bias", "true"), ("conv_bias", "true"), ("mlp_bias", "true"),
        ("norm_eps", "1e-5"), ("conv_norm_eps", "1e-5"), ("conv_inner_factor", "2"), ("static_chunk_size", "0"), ("n_kv_head", "null"),
        ("head_dim", "null"),
    }.ToDictionary(StringComparer.Ordinal);

    /// <param name="settings">train.yaml.</param>
    /// <param name="path">Its path, for errors.</param>
    /// <param name="vocabularySize">Tokens of the CTC head: the checkpoint's own number.</param>
    /// <exception cref="InvalidDataException">It is of another encoder than a Conformer that can be imported.</exception>
    public static ConformerOptions Read(YamlSettings settings, string path, int vocabularySize)
    {
        if (!settings.HasSection("encoder_conf"))
            throw new InvalidDataException($"'{path}' has no encoder_conf. Wanted: the train.yaml that WeNet writes beside final.pt.");
        if (settings.Text("encoder") is { } type and not "conformer")
            throw new InvalidDataException($"'{path}': encoder is '{type}', but only 'conformer' can be imported.");
        Refuse(settings, path);

        var normalizeBefore = settings.Flag("encoder_conf.normalize_before", true);
        return new ConformerOptions
        {
            BlockCount = settings.Number("encoder_conf.num_blocks", 6),
            Dimension = settings.Number("encoder_conf.output_size", 256),
            HeadCount = settings.Number("encoder_conf.attention_heads", 4),
            FeedForwardSize = settings.Number("encoder_conf.linear_units", 2048),
            KernelSize = settings.Number("encoder_conf.cnn_module_kernel", 15),
            Causal = settings.Flag("encoder_conf.causal", false),
            ConvolutionNorm = settings.Text("encoder_conf.cnn_module_norm") switch
            {
                null or "batch_norm" => ConvolutionNorm.Batch,
                "layer_norm" => ConvolutionNorm.Layer,
                var other => throw new InvalidDataException(
                $"'{path}': cnn_module_norm is '{other}'; batch_norm and layer_norm can be imported."),
            },
            Subsampling = settings.Text("encoder_conf.input_layer") switch
            {
                null or "conv2d" => 4,
                "conv2d6" => 6,
                "conv2d8" => 8,
                var other => throw new InvalidDataException(
                $"'{path}': input_layer is '{other}'; conv2d, conv2d6 and conv2d8 can be imported."),
            },
            MelBinCount = settings.Number("input_dim", 80),
            NormalizeBefore = normalizeBefore,
            AfterNorm = normalizeBefore && settings.Flag("encoder_conf.final_norm", true),   // the checkpoint holds its weights in any case
            VocabularySize = vocabularySize,
        };
    }

    private static void Refuse(YamlSettings settings, string path)
    {
        foreach (var name in settings.Names("encoder_conf").Where(name => !s_trainingOnly.Contains(name) && !s_sizes.Contains(name)))
        {
            if (settings.Text("encoder_conf." + name) is not { } found)
                continue;
            if (!s_only.TryGetValue(name, out var wanted))
                throw new InvalidDataException(
                    $"'{path}': encoder_conf has '{name}', which no Conformer of WeNet's up to December 2025 has. "
                    + "It may change the network, so the model is not imported.");
            if (!Same(found, wanted))
                throw new InvalidDataException($"'{path}': {name} is '{found}', but only '{wanted}' can be imported.");
        }
    }

    private static bool Same(string found, string wanted)
        => double.TryParse(wanted, CultureInfo.InvariantCulture, out var number)
        ? double.TryParse(found, CultureInfo.InvariantCulture, out var other) && other == number
        : string.Equals(found, wanted, StringComparison.OrdinalIgnoreCase);
}
