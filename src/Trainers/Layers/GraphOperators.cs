using MlNetSer.Onnx;
using TorchSharp.Modules;

namespace MlNetSer.Layers;

/// <summary>Small steps that the ONNX forms of our layers share, under the names that PyTorch users know.</summary>
internal static class GraphOperators
{
    public static string Squeeze(this OnnxGraph graph, string value, long axis)
        => graph.Op("Squeeze", value, graph.Constant("axis", [axis], 1));

    public static string Unsqueeze(this OnnxGraph graph, string value, long axis)
        => graph.Op("Unsqueeze", value, graph.Constant("axis", [axis], 1));

    public static string[] Split(this OnnxGraph graph, string value, long axis, int count)
        => count == 1 ? [value] : graph.Ops("Split", count, [value], ("axis", axis));

    public static string Concat(this OnnxGraph graph, string[] values, long axis)
        => graph.Op("Concat", values, ("axis", axis));

    public static string Reshape(this OnnxGraph graph, string value, params long[] shape)
        => graph.Op("Reshape", value, graph.Constant("shape", shape, shape.Length));

    public static string Transpose(this OnnxGraph graph, string value, params long[] order)
        => graph.Op("Transpose", [value], ("perm", order));

    public static string Linear(this OnnxGraph graph, string value, Linear layer)
    {
        var weight = graph.Constant("linear.weight", layer.weight.ToFloats(), layer.weight.shape);   // [out, in]
        var bias = graph.Constant("linear.bias", layer.bias!.ToFloats(), layer.bias!.shape);
        return graph.Op("Gemm", [value, weight, bias], ("transB", 1L));
    }
}
