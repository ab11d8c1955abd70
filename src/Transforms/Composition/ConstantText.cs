using MlNetSer.Onnx;

namespace MlNetSer;

/// <summary>A graph without inputs whose one output is a text: how options travel through a model zip to a contract mapping.</summary>
internal static class ConstantText
{
    public static byte[] Graph(string name, string value)
    {
        var graph = new OnnxGraph(name);
        graph.Output(graph.Op("Identity", graph.Constant("value", [value], 1)), name, OnnxType.String, 1);
        return graph.ToBytes();
    }
}
