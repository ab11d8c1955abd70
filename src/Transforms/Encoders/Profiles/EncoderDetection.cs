using MlNetSer.Onnx;

namespace MlNetSer.Encoders.Profiles;

/// <summary>Tells an encoder's family from its border, and fits the family's profile to it.</summary>
internal static class EncoderDetection
{
    /// <exception cref="InvalidDataException">It is of no known family.</exception>
    public static EncoderProfile Detect(OnnxBorder border)
    {
        var family = Family(border) ?? throw new InvalidDataException(
            $"Encoder '{border.Source}' has the inputs [{string.Join(", ", border.Inputs)}]"
            + $"{(border.Metadata.TryGetValue("model_type", out var type) ? $" and model_type '{type}'" : "")}, which is not a family "
            + $"that is known: {string.Join(", ", EncoderFamilies.All.Select(profile => profile.Name))}. "
            + "Describe it in a profile of your own (EncoderProfile.Load).");
        return Fit(family, border);
    }

    /// <summary>The profile that would fit, or null: for the advice in an error.</summary>
    public static EncoderProfile? TryDetect(OnnxBorder border)
        => border.Metadata.GetValueOrDefault("model_type", "").StartsWith("zipformer", StringComparison.Ordinal)
        || Family(border) is not { } family ? null : Fit(family, border);

    private static EncoderProfile? Family(OnnxBorder border)
    {
        bool Has(string name, int rank) => border.Input(name) is { Type: OnnxType.Float or OnnxType.Float16 } input && input.Rank == rank;
        if (Has("features", 3))
            return border.Input("feature_lengths") is not null ? EncoderFamilies.WeNet : EncoderFamilies.NemoCtcKaldi;
        if (Has("speech", 3))
            return EncoderFamilies.WeNetGpuOffline;
        if (Has("audio_signal", 3))
            return Nemo(border);
        if (Has("feats", 3))
            return EncoderFamilies.Espnet;
        if (Has("x", 3))
            return FromKaldiFeatures(border);
        if (Has("chunk", 3) && border.Output("output") is not null)
            return WeNetCpu(border);
        return Raw(border);
    }

    private static EncoderProfile Nemo(OnnxBorder border)
    {
        var profile = EncoderFamilies.SherpaNemoCtc;
        if (border.Number("subsampling_factor") is { } factor and (4 or 8))
            profile = profile with { Subsampling = EncoderFamilies.NemoSubsampling(factor) };
        if (border.Metadata.GetValueOrDefault("normalize_type", "per_feature") is not "per_feature")
            profile = profile with
            {
                Normalization = EncoderNormalization.None,
                Filterbank = Copy(profile.Filterbank, options => options.Normalization = UtteranceNormalization.None)
            };
        return profile;
    }

    private static EncoderProfile? FromKaldiFeatures(OnnxBorder border)
    {
        var type = border.Metadata.GetValueOrDefault("model_type", "");
        if (type.StartsWith("zipformer", StringComparison.Ordinal))
            throw new InvalidDataException(
                $"Encoder '{border.Source}' has model_type '{type}'. A Zipformer's stacks run at different frame rates and widths, so its "
                + "blocks are not one tensor of blocks x frames x dimension. Take a Conformer.");
        return type switch
        {
            "wenet_ctc" => EncoderFamilies.SherpaWeNetCtc,
            "conformer" => EncoderFamilies.IcefallConformer,
            _ when border.Output("log_probs_lens") is not null => EncoderFamilies.SherpaWeNetCtc,
            _ when border.Output("encoder_out") is not null => EncoderFamilies.IcefallConformer,
            _ => null,
        };
    }

    /// <summary>WeNet's bin/export_onnx_cpu.py: batch 1, with empty caches whose sizes its metadata tell.</summary>
    private static EncoderProfile WeNetCpu(OnnxBorder border)
    {
        long Size(string key) => border.Number(key) ?? throw new InvalidDataException(
            $"Encoder '{border.Source}' has the inputs of a WeNet CPU export, but its metadata lack '{key}', which sizes its caches. "
            + "Describe them as constantInputs in a profile of your own.");
        var (blocks, heads, width, kernel) = (Size("num_blocks"), Size("head"), Size("output_size"), Size("cnn_module_kernel"));
        return EncoderFamilies.WeNetGpuOffline with
        {
            Name = "wenet-cpu",
            Note = "WeNet's bin/export_onnx_cpu.py, tapped. Full context wants an export with chunk_size −1 and num_decoding_left_chunks "
            + "−1; others run as one chunk without a past.",
            Input = "chunk",
            LengthInput = null,
            LengthOutput = null,
            CtcOutput = null,
            ConstantInputs =
            [
                new("offset", "Int64", []),
                new("required_cache_size", "Int64", []),
                new("att_cache", "Float", [blocks, heads, 0, 2 * width / heads]),
                new("cnn_cache", "Float", [blocks, 1, width, kernel - 1]),
            ],
        };
    }

    private static EncoderProfile? Raw(OnnxBorder border)
    {
        var (samples, others) = (border.Inputs.FirstOrDefault(IsWaveform), border.Inputs.Where(input => !IsWaveform(input)).ToList());
        return samples is null || others.Any(input => input.Name != "attention_mask") ? null : EncoderFamilies.RawWaveform with
        {
            Input = samples.Name,
            LengthInput = others is [var mask] ? mask.Name : null,
            LengthType = others.Count == 1 ? LengthType.Mask : LengthType.Int64,
        };

        static bool IsWaveform(BorderTensor input)
            => input.Type == OnnxType.Float && (input.Rank == 2 || (input.Rank == 3 && input.Size(1) == 1));
    }

    /// <summary>What differs from export to export: bins, the length's input, type and output.</summary>
    private static EncoderProfile Fit(EncoderProfile profile, OnnxBorder border)
    {
        if (profile.Takes == EncoderInput.Features && border.Input(profile.Input)?.Size(
            profile.InputLayout == TensorLayout.BFT ? 1 : 2) is { } bins)
            profile = profile with { Filterbank = Copy(profile.Filterbank, options => options.MelBinCount = bins) };
        if (profile.LengthInput is { } length && profile.LengthType != LengthType.Mask)
        {
            profile = border.Input(length) is not { } input ? profile with { LengthInput = null, MasksPadding = false }
                : profile with { LengthType = input.Type == OnnxType.Int32 ? LengthType.Int32 : LengthType.Int64 };
        }
        if (profile.LengthOutput is { } lengths && border.Output(lengths) is null)
            profile = profile with { LengthOutput = null };
        return profile.CtcOutput is { } ctc && border.Output(ctc) is null ? profile with { CtcOutput = null } : profile;
    }

    private static LogMelFilterbankOptions Copy(LogMelFilterbankOptions options, Action<LogMelFilterbankOptions> change)
    {
        var copy = EncoderProfileJson.Copy(options);
        change(copy);
        return copy;
    }
}
