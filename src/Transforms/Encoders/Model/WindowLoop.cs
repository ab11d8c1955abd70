using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Encoders.Model;

/// <summary>Puts an encoder into an ONNX <c>Loop</c> over the windows of <see cref="WindowPlan"/>: a graph that takes any length and needs
/// no code of ours.</summary>
/// <remarks>
/// The encoder is written first, between <see cref="Window"/> and <see cref="Close"/>, and becomes the loop's body with its weights, so
/// that ONNX Runtime optimises and
/// packs it as it does outside. Pieces are kept as a sequence of tensors and put together once; before opset 13, whose loops carry no
/// sequences, one by one.
/// </remarks>
internal sealed class WindowLoop(OnnxGraph builder, ModelProto model, WindowPlan plan, int opset)
{
    private const string Whole = "mlnetser.whole", Last = "mlnetser.last_start", Index = "mlnetser.window", Going = "mlnetser.going";
    private const int CarriesSequences = 13, OldestWithInitializersAlone = 4;

    private readonly bool _sequences = opset >= CarriesSequences;
    private readonly List<(string Before, string Piece, long Axis)> _joined = [];
    private string _skip = "", _end = "", _isFirst = "";

    /// <summary>Begins the body.</summary>
    /// <returns>The window of the input that it works on, axis 1.</returns>
    public string Window()
    {
        foreach (var name in new[] { Whole, Last, Index, Going })
            builder.Reserve(name);
        var index = builder.Op("Reshape", Index, Number(1));
        var start = Start(index);
        var next = Start(builder.Op("Add", index, Number(1)));
        _isFirst = builder.Op("Equal", Index, Scalar(0));
        _skip = builder.Op("Where", builder.Op("Equal", index, Number(0)), Number(0), Number(plan.Context));
        var inner = builder.Op("Add", builder.Op("Div", builder.Op("Sub", next, start), Number(plan.Stride)), Number(plan.Context));
        _end = builder.Op("Where", builder.Op("Less", builder.Op("Mul", index, Number(plan.Hop)), Last), inner, Number(long.MaxValue));
        return builder.Op("Slice", Whole, start, builder.Op("Add", start, Number(plan.Longest)), Number(1));
    }

    /// <summary>Keeps the inner part of what the encoder gives for a window.</summary>
    /// <param name="value">A tensor of the body.</param>
    /// <param name="axis">Its encoder frames.</param>
    public void Keep(string value, long axis)
    {
        var before = builder.Reserve($"mlnetser.before_{_joined.Count}");
        var piece = builder.Op("Slice", value, _skip, _end, Number(axis));
        _joined.Add((before, piece, axis));
    }

    /// <summary>Makes what was written the loop's body, and writes the loop behind what <paramref name="prepare"/> writes.</summary>
    /// <param name="prepare">Writes the whole input, axis 1.</param>
    /// <returns>What was kept, joined.</returns>
    public string[] Close(Func<string> prepare)
    {
        var body = model.Graph;
        var after = _joined.Select(Joined).ToArray();
        body.Name = "window";
        body.Input.Clear();
        body.Output.Clear();
        body.Input.Add(OnnxGraph.Info(Index, OnnxType.Int64));
        body.Input.Add(OnnxGraph.Info(Going, OnnxType.Bool));
        body.Output.Add(OnnxGraph.Info(builder.Op("Identity", Going), OnnxType.Bool));
        foreach (var ((before, _, _), name) in _joined.Zip(after))
        {
            body.Input.Add(Carried(before));
            body.Output.Add(Carried(name));
        }
        model.Graph = new GraphProto { Name = "windows" };
        model.IrVersion = Math.Max(model.IrVersion, OldestWithInitializersAlone);

        builder.OpAs(Whole, "Identity", [prepare()]);
        var excess = builder.Op("Sub", builder.Op("Gather", builder.Op("Shape", Whole), Number(1)), Number(plan.Longest));
        excess = builder.Op("Where", builder.Op("Less", excess, Number(0)), Number(0), excess);
        builder.OpAs(Last, "Mul", [Rounded(excess, plan.Stride), Number(plan.Stride)]);
        var count = builder.Op("Gather", builder.Op("Add", Rounded(excess, plan.Hop), Number(1)), Scalar(0));
        string[] empty = [.. _joined.Select(_ => _sequences ? builder.Op("SequenceEmpty", [], ("dtype", (long)OnnxType.Float))
            : builder.Constant("mlnetser.nothing", [0f], 1))];
        var results = builder.Ops("Loop", _joined.Count, [count, "", .. empty], ("body", body));
        return _sequences ? [.. results.Zip(_joined, (result, join) => builder.Op("ConcatFromSequence", [result], ("axis", join.Axis)))]
            : results;
    }

    private string Joined((string Before, string Piece, long Axis) join)
    {
        if (_sequences)
            return builder.Op("SequenceInsert", join.Before, join.Piece);
        GraphProto Branch(string hint, string op, string[] inputs, params (string, object)[] attributes)
        {
            var body = model.Graph;
            model.Graph = new GraphProto { Name = hint };
            var branch = model.Graph;
            branch.Output.Add(new ValueInfoProto { Name = builder.Op(op, inputs, attributes), Type = Float() });
            model.Graph = body;
            return branch;
        }
        return builder.Op("If", [_isFirst],
            ("then_branch", Branch("first", "Identity", [join.Piece])),
                ("else_branch", Branch("later", "Concat", [join.Before, join.Piece], ("axis", join.Axis))));
    }

    private ValueInfoProto Carried(string name) => new()
    {
        Name = name,
        Type = _sequences ? new TypeProto { SequenceType = new TypeProto.Types.Sequence { ElemType = Float() } } : Float(),
    };

    private static TypeProto Float() => new() { TensorType = new TypeProto.Types.Tensor { ElemType = (int)OnnxType.Float } };

    private string Start(string index)
    {
        var start = builder.Op("Mul", index, Number(plan.Hop));
        return builder.Op("Where", builder.Op("Less", start, Last), start, Last);
    }

    /// <summary>value / by, rounded up.</summary>
    private string Rounded(string value, int by) => builder.Op("Div", builder.Op("Add", value, Number(by - 1)), Number(by));

    private string Number(long value) => builder.Constant("mlnetser.number", [value], 1);

    private string Scalar(long value) => builder.Constant("mlnetser.scalar", [value]);
}
