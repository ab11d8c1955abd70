using MlNetSer.Encoders.Conformer;
using MlNetSer.Encoders.Tap;

namespace MlNetSer.Tests.Encoders;

/// <summary>
/// WeNet's Conformer written out in plain loops and double precision, one utterance at a time: a second reading of
/// wenet/models/transformer/encoder_layer.py.
/// </summary>
internal sealed class WeNetScalarConformer(ConformerOptions options, IConformerWeights weights)
{
    private readonly int _d = options.Dimension;

    /// <param name="features"><c>[frames][bins]</c>.</param>
    /// <returns>The output of every block, <c>[frames][dimension]</c> each, and the encoder's.</returns>
    public (List<double[][]> Blocks, double[][] Last) Run(double[][] features)
    {
        var x = Embed(features);
        List<double[][]> blocks = [];
        for (var i = 0; i < options.BlockCount; i++)
            blocks.Add(x = Block(x, $"encoder.encoders.{i}."));
        return (blocks, options.NormalizeBefore && options.AfterNorm ? Norm(x, "encoder.after_norm") : x);
    }

    private double[] Numbers(string name, params long[] shape) => [.. weights.Get(name, shape).Select(v => (double)v)];

    private double[][] Embed(double[][] features)
    {
        var (mean, istd) = (Numbers("encoder.global_cmvn.mean", options.MelBinCount),
            Numbers("encoder.global_cmvn.istd", options.MelBinCount));
        // [channel][frame][bin]
        var image = new[] { features.Select(frame => frame.Select((v, bin) => (v - mean[bin]) * istd[bin]).ToArray()).ToArray() };
        foreach (var (index, kernel, stride) in options.Subsampling switch
        {
            4 => new[] { (0, 3, 2), (2, 3, 2) },
            6 => [(0, 3, 2), (2, 5, 3)],
            _ => [(0, 3, 2), (2, 3, 2), (4, 3, 2)]
        })
        {
            var (w, b, below) = (Numbers($"encoder.embed.conv.{index}.weight", _d, image.Length, kernel, kernel),
                Numbers($"encoder.embed.conv.{index}.bias", _d), image);
            image = [.. Enumerable.Range(0, _d).Select(o => Enumerable.Range(0, (below[0].Length - kernel) / stride + 1)
                .Select(t => Enumerable.Range(0, (below[0][0].Length - kernel) / stride + 1).Select(f =>
            {
                var sum = b[o];
                for (var c = 0; c < below.Length; c++)
                {
                    for (var k = 0; k < kernel * kernel; k++)
                        sum += w[(o * below.Length + c) * kernel * kernel + k] * below[c][t * stride + k / kernel][f * stride + k % kernel];
                }
                return Math.Max(0, sum);
            }).ToArray()).ToArray())];
        }
        double[][] rows = [.. Enumerable.Range(0, image[0].Length).Select(t => image.SelectMany(channel => channel[t]).ToArray())];
        var embedded = Linear(rows, options.Subsampling == 4 ? "encoder.embed.out.0" : "encoder.embed.linear", _d);
        return Map(embedded, v => v * Math.Sqrt(_d));
    }

    private double[][] Block(double[][] x, string prefix)
    {
        x = Residual(x, prefix + "norm_ff_macaron", y => Map(FeedForward(y, prefix + "feed_forward_macaron"), v => v / 2));
        x = Residual(x, prefix + "norm_mha", y => Attention(y, prefix + "self_attn."));
        x = Residual(x, prefix + "norm_conv", y => Convolution(y, prefix + "conv_module."));
        x = Residual(x, prefix + "norm_ff", y => Map(FeedForward(y, prefix + "feed_forward"), v => v / 2));
        return Norm(x, prefix + "norm_final");
    }

    private double[][] Residual(double[][] x, string norm, Func<double[][], double[][]> module)
        => options.NormalizeBefore ? Sum(x, module(Norm(x, norm))) : Norm(Sum(x, module(x)), norm);

    private double[][] FeedForward(double[][] x, string prefix)
        => Linear(Map(Linear(x, prefix + ".w_1", options.FeedForwardSize), Swish), prefix + ".w_2", _d);

    private double[][] Attention(double[][] x, string prefix)
    {
        var (heads, size) = (options.HeadCount, _d / options.HeadCount);
        double[][] positions = [.. x.Select((_, t) => Enumerable.Range(0, _d)
            .Select(i => i % 2 == 0 ? Math.Sin(t * Rate(i)) : Math.Cos(t * Rate(i))).ToArray())];
        var (q, k, v, p) = (Linear(x, prefix + "linear_q", _d), Linear(x, prefix + "linear_k", _d), Linear(x, prefix + "linear_v", _d),
            Linear(positions, prefix + "linear_pos", _d, hasBias: false));
        var (u, w) = (Numbers(prefix + "pos_bias_u", heads, size), Numbers(prefix + "pos_bias_v", heads, size));
        double[][] attended = [.. x.Select(_ => new double[_d])];
        for (var t = 0; t < x.Length; t++)
        {
            for (var head = 0; head < heads; head++)
            {
                var part = Enumerable.Range(head * size, size).ToArray();
                double[] scores = [.. x.Select((_, s) => part.Sum(i => (q[t][i] + u[i]) * k[s][i] + (q[t][i] + w[i]) * p[s][i]) / Math.Sqrt(
                    size))];
                double[] shares = [.. scores.Select(score => Math.Exp(score - scores.Max()))];
                foreach (var i in part)
                    attended[t][i] = shares.Select((share, s) => share * v[s][i]).Sum() / shares.Sum();
            }
        }
        return Linear(attended, prefix + "linear_out", _d);
    }

    private double Rate(int i) => Math.Pow(10000, -(i - i % 2) / (double)_d);

    private double[][] Convolution(double[][] x, string prefix)
    {
        var kernel = options.KernelSize;
        var past = options.Causal ? kernel - 1 : (kernel - 1) / 2;
        if (options.Causal)
            x = [.. Enumerable.Range(0, past).Select(_ => new double[_d]), .. x];
        double[][] gated = [.. Linear(x, prefix + "pointwise_conv1", 2 * _d, 1)
            .Select(row => Enumerable.Range(0, _d).Select(i => row[i] / (1 + Math.Exp(-row[_d + i]))).ToArray())];
        var (w, b) = (Numbers(prefix + "depthwise_conv.weight", _d, 1, kernel), Numbers(prefix + "depthwise_conv.bias", _d));
        double[][] spread = [.. Enumerable.Range(0, options.Causal ? x.Length - past : x.Length)
            .Select(t => Enumerable.Range(0, _d).Select(i =>
            b[i] + Enumerable.Range(0, kernel).Sum(n => (options.Causal ? t + n : t + n - past) is var s && s >= 0 && s < gated.Length
            ? w[i * kernel + n] * gated[s][i] : 0)).ToArray())];
        return Linear(Map(Norm(spread, prefix + "norm"), Swish), prefix + "pointwise_conv2", _d, 1);
    }

    private double[][] Linear(double[][] x, string prefix, int outputs, int? kernel = null, bool hasBias = true)
    {
        var inputs = x[0].Length;
        var (w, b) = (Numbers(prefix + ".weight", kernel is { } k ? [outputs, inputs, k] : [outputs, inputs]), hasBias
            ? Numbers(prefix + ".bias", outputs) : new double[outputs]);
        return [.. x.Select(row => Enumerable.Range(0, outputs)
            .Select(o => b[o] + Enumerable.Range(0, inputs).Sum(i => w[o * inputs + i] * row[i])).ToArray())];
    }

    private double[][] Norm(double[][] x, string prefix)
    {
        var (w, b) = (Numbers(prefix + ".weight", _d), Numbers(prefix + ".bias", _d));
        return [.. x.Select(row => (Row: row, Mean: row.Average(), Variance: row.Average(v => v * v) - row.Average() * row.Average()))
            .Select(r => r.Row.Select((v, i) => (v - r.Mean) / Math.Sqrt(r.Variance + 1e-5) * w[i] + b[i]).ToArray())];
    }

    private static double Swish(double v) => v / (1 + Math.Exp(-v));

    private static double[][] Map(double[][] x, Func<double, double> f) => [.. x.Select(row => row.Select(f).ToArray())];

    private static double[][] Sum(double[][] x, double[][] y) => [.. x.Zip(y, (a, b) => a.Zip(b, (v, w) => v + w).ToArray())];
}
