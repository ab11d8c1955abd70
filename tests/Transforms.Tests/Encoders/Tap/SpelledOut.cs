using MlNetSer.Encoders.Tap;
using MlNetSer.Onnx;

namespace MlNetSer.Tests.Encoders.Tap;

/// <summary>
/// Writes a Transformer of three blocks in opset 13, whose layer norms are spelled out, from the letters of
/// <see cref="MlNetSer.Encoders.Tap.ResidualStream"/>.
/// </summary>
internal sealed class SpelledOut(string block, string tail)
{
    public const int Width = 8;

    private readonly OnnxGraph _graph = new("spelled", opset: 13);
    private readonly Random _random = new(1);

    public byte[] Write(bool withBlocks)
    {
        var x = _graph.Input("x", OnnxType.Float, 1, "frames", Width);
        x = _graph.Op("Add", x, Positions(x));
        List<string> blocks = [];
        for (var i = 0; i < 3; i++)
        {
            foreach (var letter in block)
                x = Step(x, letter);
            blocks.Add(x);
        }
        foreach (var letter in tail)
            x = Step(x, letter);
        if (withBlocks)
        {
            for (var i = 0; i < 3; i++)
                _graph.Output(blocks[i], $"block_{i + 1:00}", OnnxType.Float, 1, "frames", Width);
        }
        _graph.Output(_graph.Op("MatMul", x, Weight(Width, 5)), "logits", OnnxType.Float, 1, "frames", 5);
        return _graph.ToBytes();
    }

    private string Step(string x, char letter) => letter == 'L' ? Norm(x) : _graph.Op("Add", x, letter switch
    {
        'S' => Attention(Norm(x)),
        'C' => Convolution(Norm(x)),
        _ => _graph.Op("Mul", FeedForward(Norm(x)), Scalar(0.5f)),
    });

    /// <summary>c = x − mean; c / √(mean(c²) + ε) · gain + bias.</summary>
    private string Norm(string x)
    {
        string Mean(string values) => _graph.Op("ReduceMean", [values], ("axes", new long[] { -1 }), ("keepdims", 1L));
        var centred = _graph.Op("Sub", x, Mean(x));
        var deviation = _graph.Op("Sqrt", _graph.Op("Add", Mean(_graph.Op("Pow", centred, Scalar(2))), Scalar(1e-5f)));
        return _graph.Op("Add", _graph.Op("Mul", _graph.Op("Div", centred, deviation), Weight(Width)), Weight(Width));
    }

    /// <summary>A table cut to the length of x: it depends on its shape, not on its values, and is no branch of the stream.</summary>
    private string Positions(string x)
    {
        var frames = _graph.Op("Gather", _graph.Op("Shape", x), _graph.Constant("axis", [1L], 1));
        return _graph.Op("Slice", Weight(64, Width), _graph.Constant("from", [0L], 1), frames);
    }

    private string Attention(string x)
    {
        var positions = Positions(x);
        var query = _graph.Op("MatMul", x, Weight(Width, Width));
        string Against(string keys) => _graph.Op("MatMul", query, keys);
        var scores = _graph.Op("Add", Against(_graph.Op(
            "Transpose", [_graph.Op("MatMul", x, Weight(Width, Width))], ("perm", new long[] { 0, 2, 1 }))), Against(_graph.Op("Transpose",
            [positions], ("perm", new long[] { 1, 0 }))));
        return _graph.Op("MatMul", _graph.Op("Softmax", [scores], ("axis", -1L)), x);
    }

    private string Convolution(string x)
    {
        var channelsFirst = _graph.Op("Transpose", [x], ("perm", new long[] { 0, 2, 1 }));
        var convolved = _graph.Op("Conv", [channelsFirst, Weight(Width, 1, 3)], ("group", (long)Width), ("pads", new long[] { 1, 1 }),
            ("kernel_shape", new long[] { 3 }));
        return _graph.Op("Transpose", [convolved], ("perm", new long[] { 0, 2, 1 }));
    }

    /// <summary>
    /// With the tanh form of GELU, whose x + 0.044715·x³ is an addition of a tensor and what follows from it, but no residual of the
    /// stream.
    /// </summary>
    private string FeedForward(string x)
    {
        var inner = _graph.Op("Add", _graph.Op("MatMul", x, Weight(Width, 2 * Width)), Weight(2 * Width));
        var cubed = _graph.Op("Mul", _graph.Op("Pow", inner, Scalar(3)), Scalar(0.044715f));
        var gate = _graph.Op("Add", _graph.Op("Tanh", _graph.Op("Mul", _graph.Op("Add", inner, cubed), Scalar(0.79788456f))), Scalar(1));
        return _graph.Op("MatMul", _graph.Op("Mul", _graph.Op("Mul", inner, Scalar(0.5f)), gate), Weight(2 * Width, Width));
    }

    private string Scalar(float value) => _graph.Constant("scalar", [value]);

    private string Weight(params long[] shape)
        => _graph.Constant("weight", [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b))
        .Select(_ => (float)(_random.NextDouble() - 0.5))], shape);
}
