namespace MlNetSer.Encoders.Profiles;

/// <summary>The profiles that ship: one for each family of exported encoders (docs/encoders.md).</summary>
internal static class EncoderFamilies
{
    /// <summary>The names that <see cref="BlockTap"/> gives to the outputs it adds.</summary>
    public const string TappedBlocks = "block_{0:00}";

    private static readonly TimeReduction s_half = new(3, 2), s_paddedHalf = new(3, 2, 1);

    public static EncoderProfile WeNet { get; } = new()
    {
        Name = "wenet",
        Note = "What MlNetSer writes: SpeechEncoder.FromWeNet and SpeechEncoder.Untrained. Full context.",
        Input = "features",
        LengthInput = "feature_lengths",
        Normalization = EncoderNormalization.InGraph,
        StackedOutput = "embeddings",
        LengthOutput = "lengths",
        MasksPadding = true,
        CtcOutput = "log_probs",
        TokenFile = "units.txt",
    };

    public static EncoderProfile WeNetGpuOffline { get; } = new()
    {
        Name = "wenet-gpu-offline",
        Note = "WeNet's bin/export_onnx_gpu.py without --streaming, tapped. In a padded batch the bias of a convolution leaks from "
        + "padding into real frames (up to 0.1), so batches have equal lengths.",
        Input = "speech",
        LengthInput = "speech_lengths",
        LengthType = LengthType.Int32,
        Normalization = EncoderNormalization.InGraph,
        BlockOutputs = [TappedBlocks],
        LengthOutput = "encoder_out_lens",
        Subsampling = [s_half, s_half],
        CtcOutput = "ctc_log_probs",
        TokenFile = "units.txt",
    };

    public static EncoderProfile SherpaWeNetCtc { get; } = new()
    {
        Name = "sherpa-wenet-ctc",
        Note = "sherpa-onnx scripts/wenet, tapped. The front end is torchaudio's, as WeNet trains; "
        + "sherpa-onnx itself does not snip edges and dithers. Padding leaks as in wenet-gpu-offline.",
        Input = "x",
        LengthInput = "x_lens",
        Normalization = EncoderNormalization.InGraph,
        BlockOutputs = [TappedBlocks],
        LengthOutput = "log_probs_lens",
        Subsampling = [s_half, s_half],
        CtcOutput = "log_probs",
        TokenFile = "units.txt",
    };

    public static EncoderProfile SherpaNemoCtc { get; } = new()
    {
        Name = "sherpa-nemo-ctc",
        Note = "NeMo's own export and sherpa-onnx scripts/nemo, tapped. Approximated: Kaldi's HTK Mel triangles for Slaney's, frames not "
        + "centred as a centred STFT, pre-emphasis per frame, population deviation.",
        Input = "audio_signal",
        InputLayout = TensorLayout.BFT,
        LengthInput = "length",
        Filterbank = new LogMelFilterbankOptions
        {
            SnipEdges = false,
            Window = FrameWindow.Hann,
            RemoveDcOffset = false,
            LowFrequencyHz = 0,
            SampleScale = 1,
            Normalization = UtteranceNormalization.MeanAndStandardDeviation,
        },
        Normalization = EncoderNormalization.PerUtterance,
        BlockOutputs = [TappedBlocks],
        Subsampling = [s_paddedHalf, s_paddedHalf],
        CtcOutput = "logprobs",
        BlankId = -1,
        TokenFile = "tokens.txt",
    };

    public static EncoderProfile IcefallConformer { get; } = new()
    {
        Name = "icefall-conformer",
        Note = "icefall pruned_transducer_stateless3/5 with the Conformer encoder, tapped: its blocks run frames first. "
        + "Whether padding is masked was not tried, so batches have equal lengths.",
        Input = "x",
        LengthInput = "x_lens",
        Filterbank = new LogMelFilterbankOptions { SampleScale = 1, SnipEdges = false, HighFrequencyHz = -400 },
        BlockOutputs = [TappedBlocks],
        OutputLayout = TensorLayout.TBF,
        LengthOutput = "encoder_out_lens",
        Subsampling = [s_half, s_half],
        TokenFile = "tokens.txt",
    };

    public static EncoderProfile Espnet { get; } = new()
    {
        Name = "espnet",
        Note = "espnet_onnx, tapped. GlobalMVN lies outside its graph: write feats_stats.npz as WeNet's JSON (mean_stat = sum, var_stat = "
        + "sum_square, frame_num = count) into a file 'global_cmvn' beside the encoder.",
        Input = "feats",
        Normalization = EncoderNormalization.CmvnFile,
        CmvnFile = "global_cmvn",
        MissingFrontEnd = "ESPnet's features: a librosa STFT with centred, reflected frames and Slaney's Mel triangles",
        BlockOutputs = [TappedBlocks],
        LengthOutput = "encoder_out_lens",
        Subsampling = [s_half, s_half],
    };

    public static EncoderProfile NemoCtcKaldi { get; } = new()
    {
        Name = "nemo-ctc-kaldi",
        Note = "NeMo Conformer-CTC that takes Kaldi features; no padding mask in the graph.",
        Input = "features",
        Filterbank = new LogMelFilterbankOptions { SnipEdges = false, Normalization = UtteranceNormalization.MeanAndStandardDeviation },
        Normalization = EncoderNormalization.PerUtterance,
        BlockOutputs = [TappedBlocks],
        CtcOutput = "log_probs",
        BlankId = -1,
        TokenFile = "tokens.txt",
    };

    public static EncoderProfile RawWaveform { get; } = new()
    {
        Name = "raw-waveform",
        Note = "wav2vec 2.0, HuBERT, WavLM, emotion2vec, and a Whisper encoder whose export computes its own log-Mel, tapped. "
        + "Where preprocessor_config.json says do_normalize: false (WavLM base), set normalization to None.",
        Takes = EncoderInput.Samples,
        Input = "input_values",
        Normalization = EncoderNormalization.PerUtterance,
        BlockOutputs = [TappedBlocks],
        Subsampling = [new(10, 5), s_half, s_half, s_half, s_half, new(2, 2), new(2, 2)],
    };

    public static IReadOnlyList<EncoderProfile> All { get; } =
        [NemoCtcKaldi, WeNet, WeNetGpuOffline, SherpaWeNetCtc, SherpaNemoCtc, IcefallConformer, Espnet, RawWaveform];

    /// <summary>Steps that together divide time by 4 or 8, as NeMo's striding subsampling does.</summary>
    public static IReadOnlyList<TimeReduction> NemoSubsampling(int factor)
        => [.. Enumerable.Repeat(s_paddedHalf, (int)Math.Round(Math.Log2(factor)))];
}
