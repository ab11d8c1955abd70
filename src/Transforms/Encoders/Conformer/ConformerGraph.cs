using System.Globalization;
using MlNetSer.Onnx;

namespace MlNetSer.Encoders.Conformer;

/// <summary>
/// Writes a WeNet Conformer encoder as ONNX: raw log-Mel in, the output of every block out (Gulati et al. 2020; WeNet's
/// <c>ConformerEncoder</c>, full context).
/// </summary>
/// <remarks>
/// B utterances · T filterbank frames · F bins · m encoder frames · N blocks · d dimension · h heads. Inputs <c>features [B, T, F]</c> and
/// <c>feature_lengths [B]</c>; outputs <c>embeddings [B, N, m, d]</c>, <c>lengths [B]</c> and, with a CTC head, <c>log_probs [B, m, V]</c>.
/// Differs from WeNet in one point: the convolution module masks after its GLU. WeNet masks before the first pointwise convolution, whose
/// bias then leaks from padding into the last real frames; so a padded utterance would differ from the same one alone
/// (docs/wenet.md). Position encodings are computed in the graph, so there is no longest utterance.
/// </remarks>
internal sealed class ConformerGraph : ConformerOperators
{
    private const float Masked = -1e30f;
    private readonly ConformerOptions _options;
    private readonly string _axis1, _axis2, _one;

    private ConformerGraph(ConformerOptions options, IConformerWeights weights)
        : base(new OnnxGraph("conformer"), weights, options.Dimension)
    {
        _options = options;
        (_axis1, _axis2, _one) = (_graph.Constant("axis_1", [1L], 1), _graph.Constant("axis_2", [2L], 1), _graph.Constant("one", [1L]));
    }

    /// <summary>The model's bytes, a function of options, weights and tokens only.</summary>
    /// <param name="options">Its sizes.</param>
    /// <param name="weights">Its numbers.</param>
    /// <param name="tokens">Texts of the CTC head's outputs, for the model's metadata; null = unknown.</param>
    public static byte[] Write(ConformerOptions options, IConformerWeights weights, IReadOnlyList<string>? tokens = null)
    {
        options.Check();
        var conformer = new ConformerGraph(options, weights);
        conformer.Describe(tokens);
        return conformer.Write();
    }

    /// <summary>Metadata under the names that WeNet's and sherpa-onnx's exporters use.</summary>
    private void Describe(IReadOnlyList<string>? tokens)
    {
        (string Key, int Value)[] numbers =
        [
            ("num_blocks", _options.BlockCount), ("output_size", _options.Dimension), ("head", _options.HeadCount),
                ("cnn_module_kernel", _options.KernelSize),
            ("feature_size", _options.MelBinCount), ("subsampling_factor", _options.Subsampling), ("vocab_size", _options.VocabularySize),
        ];
        _graph.Metadata("model_type", "mlnetser_conformer");
        foreach (var (key, value) in numbers)
            _graph.Metadata(key, value.ToString(CultureInfo.InvariantCulture));
        if (tokens is not null)
            _graph.Metadata("tokens", string.Join('\n', tokens));
    }

    private byte[] Write()
    {
        var features = _graph.Input("features", OnnxType.Float, "batch", "frames", _options.MelBinCount);
        var featureLengths = _graph.Input("feature_lengths", OnnxType.Int64, "batch");

        var x = Embed(Normalized(features));                                                      // [B, m, d]
        var frames = _graph.Op("Gather", [_graph.Op("Shape", x), _one]);                          // m
        var lengths = Lengths(featureLengths);                                                    // [B]
        var real = _graph.Op("Less", Range(frames), _graph.Op("Unsqueeze", lengths, _axis1));     // [B, m], true = a real frame
        // [B, 1, 1, m]
        var attentionBias = _graph.Op("Unsqueeze", _graph.Op("Where", real, Scalar(0), Scalar(Masked)),
            _graph.Constant("axes", [1L, 2L], 2));
        var keep = _graph.Op("Unsqueeze", _graph.Op("Cast", [real], ("to", (long)OnnxType.Float)), _axis2);   // [B, m, 1]
        var positions = Positions(frames);                                                        // [1, m, d]

        List<string> blocks = [];
        for (var i = 0; i < _options.BlockCount; i++)
        {
            x = Block(x, $"encoder.encoders.{i}.", positions, attentionBias, keep);
            blocks.Add(_graph.Op("Unsqueeze", x, _axis1));
        }
        _graph.Output(_graph.Op("Concat", [.. blocks], ("axis", 1L)), "embeddings", OnnxType.Float, "batch", _options.BlockCount,
            "encoder_frames", _d);
        _graph.Output(lengths, "lengths", OnnxType.Int64, "batch");
        var last = _options.AfterNorm ? LayerNorm(x, "encoder.after_norm") : x;
        _graph.Output(last, "encoder_out", OnnxType.Float, "batch", "encoder_frames", _d);
        if (_options.VocabularySize > 0)
        {
            var logits = Linear(last, "ctc.ctc_lo", _d, _options.VocabularySize);
            _graph.Output(_graph.Op("LogSoftmax", [logits], ("axis", -1L)), "log_probs", OnnxType.Float, "batch", "encoder_frames",
                _options.VocabularySize);
        }
        return _graph.ToBytes();
    }

    /// <summary>(x − mean) · istd per bin: WeNet keeps it inside the encoder.</summary>
    private string Normalized(string features)
    {
        var centred = _graph.Op("Sub", features, Weight("encoder.global_cmvn.mean", _options.MelBinCount));
        return _graph.Op("Mul", centred, Weight("encoder.global_cmvn.istd", _options.MelBinCount));
    }

    /// <summary>
    /// Convolutions that shorten time (WeNet's <c>Conv2dSubsampling4/6/8</c>), a linear layer, and the √d of the position encoding: <c>[B,
    /// T, F] -> [B, m, d]</c>.
    /// </summary>
    private string Embed(string features)
    {
        var x = _graph.Op("Unsqueeze", features, _axis1);                                         // [B, 1, T, F]
        long bins = _options.MelBinCount;
        var (index, channels) = (0, 1L);
        foreach (var (kernel, stride) in Convolutions())
        {
            x = _graph.Op("Conv",
                [x, Weight($"encoder.embed.conv.{index}.weight", _d, channels, kernel, kernel),
                Weight($"encoder.embed.conv.{index}.bias", _d)],
                ("strides", new long[] { stride, stride }), ("kernel_shape", new long[] { kernel, kernel }));
            x = _graph.Op("Relu", x);
            (bins, channels, index) = ((bins - kernel) / stride + 1, _d, index + 2);
        }
        var rows = _graph.Op("Transpose", [x], ("perm", new long[] { 0, 2, 1, 3 }));              // [B, m, d, bins]
        var flat = _graph.Op("Reshape", rows, _graph.Constant("shape", [0, 0, _d * bins], 3));
        var embedded = Linear(flat, _options.Subsampling == 4 ? "encoder.embed.out.0" : "encoder.embed.linear", _d * bins, _d);
        return _graph.Op("Mul", embedded, Scalar((float)Math.Sqrt(_d)));
    }

    private (long Kernel, long Stride)[] Convolutions() => _options.Subsampling switch
    {
        4 => [(3, 2), (3, 2)],
        6 => [(3, 2), (5, 3)],
        _ => [(3, 2), (3, 2), (3, 2)],
    };

    /// <summary>
    /// The frames that remain of each utterance: (n − kernel) / stride + 1 for every convolution, as the data themselves are shortened.
    /// </summary>
    private string Lengths(string lengths)
    {
        foreach (var (kernel, stride) in Convolutions())
        {
            var moved = _graph.Op("Sub", lengths, _graph.Constant("less", [kernel - stride]));
            lengths = _graph.Op("Div", moved, _graph.Constant("stride", [stride]));
        }
        return lengths;
    }

    /// <summary>Sines and cosines in turn: <c>[1, m, d]</c> (Vaswani et al. 2017).</summary>
    private string Positions(string frames)
    {
        float[] rates = [.. Enumerable.Range(0, (int)_d / 2).Select(i => (float)Math.Exp(2 * i * -(Math.Log(10000.0) / _d)))];
        var steps = _graph.Op("Unsqueeze", _graph.Op("Cast", [Range(frames)], ("to", (long)OnnxType.Float)), _axis1);             // [m, 1]
        var angles = _graph.Op("Unsqueeze", _graph.Op("Mul", steps, _graph.Constant("rates", rates, _d / 2)), _axis2);   // [m, d/2, 1]
        var both = _graph.Op("Concat", [_graph.Op("Sin", angles), _graph.Op("Cos", angles)], ("axis", 2L));   // [m, d/2, 2]
        return _graph.Op("Reshape", both, _graph.Constant("shape", [1, -1, _d], 3));
    }

    private string Block(string x, string prefix, string positions, string attentionBias, string keep)
    {
        x = Residual(x, prefix + "norm_ff_macaron", y => Halved(FeedForward(y, prefix + "feed_forward_macaron")));
        x = Residual(x, prefix + "norm_mha", y => Attention(y, prefix + "self_attn.", positions, attentionBias));
        x = Residual(x, prefix + "norm_conv", y => Convolution(y, prefix + "conv_module.", keep));
        x = Residual(x, prefix + "norm_ff", y => Halved(FeedForward(y, prefix + "feed_forward")));
        return LayerNorm(x, prefix + "norm_final");
    }

    /// <summary>x + f(norm(x)), or norm(x + f(x)).</summary>
    private string Residual(string x, string norm, Func<string, string> module)
        => _options.NormalizeBefore ? _graph.Op("Add", x, module(LayerNorm(x, norm))) : LayerNorm(_graph.Op("Add", x, module(x)), norm);

    private string Halved(string x) => _graph.Op("Mul", x, Scalar(0.5f));

    private string FeedForward(string x, string prefix)
    {
        var inner = Linear(x, prefix + ".w_1", _d, _options.FeedForwardSize);
        return Linear(Swish(inner), prefix + ".w_2", _options.FeedForwardSize, _d);
    }

    /// <summary>
    /// Attention whose scores add a content and a position term; WeNet's has no relative shift: <c>((q + u) k^T + (q + v) p^T) / √d_k</c>.
    /// </summary>
    private string Attention(string x, string prefix, string positions, string bias)
    {
        var (heads, size) = ((long)_options.HeadCount, _d / _options.HeadCount);
        string Split(string value, params long[] perm)
            => _graph.Op("Transpose", [_graph.Op("Reshape", value, _graph.Constant("shape", [0, 0, heads, size], 4))], ("perm", perm));
        string Projected(string name, params long[] perm) => Split(Linear(x, prefix + name, _d, _d), perm);

        var q = Projected("linear_q", 0, 2, 1, 3);                                                // [B, h, m, d_k]
        var k = Projected("linear_k", 0, 2, 3, 1);                                                // [B, h, d_k, m]
        var v = Projected("linear_v", 0, 2, 1, 3);                                                // [B, h, m, d_k]
        var p = Split(_graph.Op("MatMul", positions, Transposed(prefix + "linear_pos.weight", _d, _d)), 0, 2, 3, 1);   // [1, h, d_k, m]
        string Biased(string name) => _graph.Op("Add", q,
            _graph.Constant(prefix + name, _weights.Get(prefix + name, heads, size), heads, 1, size));

        var scores = _graph.Op("Add", _graph.Op("MatMul", Biased("pos_bias_u"), k), _graph.Op("MatMul", Biased("pos_bias_v"), p));
        scores = _graph.Op("Add", _graph.Op("Mul", scores, Scalar((float)(1 / Math.Sqrt(size)))), bias);                // [B, h, m, m]
        var attended = _graph.Op("MatMul", _graph.Op("Softmax", [scores], ("axis", -1L)), v);                          // [B, h, m, d_k]
        var merged = _graph.Op("Reshape", _graph.Op("Transpose", [attended], ("perm", new long[] { 0, 2, 1, 3 })),
            _graph.Constant("shape", [0, 0, _d], 3));
        return Linear(merged, prefix + "linear_out", _d, _d);
    }

    /// <summary>
    /// Pointwise, GLU, mask, depthwise, norm, swish, pointwise. A pointwise convolution is a matrix product over <c>[B, m, d]</c>, which
    /// can be quantised.
    /// </summary>
    private string Convolution(string x, string prefix, string keep)
    {
        long past = _options.Causal ? _options.KernelSize - 1 : 0;
        if (past > 0)
        {
            // WeNet puts the missing past in front of the first convolution, so its bias and the GLU act on it too.
            var pads = _graph.Constant("past", [0, past, 0, 0, 0, 0], 6);
            (x, keep) = (_graph.Op("Pad", x, pads), _graph.Op("Pad", keep, pads, Scalar(1)));
        }
        var halves = _graph.Ops("Split", 2, [Linear(x, prefix + "pointwise_conv1", _d, 2 * _d, 1)], ("axis", -1L));
        var y = _graph.Op("Mul", halves[0], _graph.Op("Sigmoid", halves[1]));                     // GLU
        y = Turned(_graph.Op("Mul", y, keep));                                                    // [B, d, m]
        var margin = past > 0 ? 0 : (_options.KernelSize - 1L) / 2;
        y = _graph.Op("Conv",
            [y, Weight(prefix + "depthwise_conv.weight", _d, 1, _options.KernelSize), Weight(prefix + "depthwise_conv.bias", _d)],
            ("group", _d), ("pads", new[] { margin, margin }), ("kernel_shape", new long[] { _options.KernelSize }));
        if (_options.ConvolutionNorm == ConvolutionNorm.Batch)
        {
            string[] statistics = [.. new[] { "weight", "bias", "running_mean", "running_var" }.Select(
                name => Weight(prefix + "norm." + name, _d))];
            y = Turned(_graph.Op("BatchNormalization", [y, .. statistics], ("epsilon", LayerNormEpsilon)));
        }
        else
        {
            y = LayerNorm(Turned(y), prefix + "norm");
        }
        return Linear(Swish(y), prefix + "pointwise_conv2", _d, _d, 1);                           // [B, m, d]
    }

    /// <summary>0, 1, ..., count − 1.</summary>
    private string Range(string count) => _graph.Op("Range", _graph.Constant("zero", [0L]), count, _one);
}
