using System.Globalization;
using MlNetSer.Onnx;

namespace MlNetSer.Encoders.Model;

/// <summary>Operators on tensors that an encoder of any opset can be wrapped in.</summary>
internal abstract class TensorOperators(OnnxGraph builder, int opset)
{
    private const int AxesAreInputs = 13;   // of Unsqueeze and ReduceSum

    private protected readonly OnnxGraph _builder = builder;
    private protected readonly int _opset = opset;

    private protected string Cast(string value, OnnxType to, OnnxType from)
        => to == from ? value : _builder.Op("Cast", [value], ("to", (long)to));

    private protected string Transposed(string value, params long[] perm)
        => _builder.Op("Transpose", [value], ("perm", perm));

    private protected string Unsqueeze(string value, long axis)
        => _opset >= AxesAreInputs ? _builder.Op("Unsqueeze", value, Axis(axis))
        : _builder.Op("Unsqueeze", [value], ("axes", new[] { axis }));

    private protected string SumOverTime(string value)
        => _opset >= AxesAreInputs ? _builder.Op("ReduceSum", [value, Axis(1)], ("keepdims", 1L))
        : _builder.Op("ReduceSum", [value], ("axes", new[] { 1L }), ("keepdims", 1L));

    private protected string Axis(long axis)
        => _builder.Constant("mlnetser.axis" + axis.ToString(CultureInfo.InvariantCulture), [axis], 1);

    private protected string Scalar(long value) => _builder.Constant("mlnetser.scalar", [value]);
}
