using MlNetSer.Onnx;

namespace MlNetSer.Composition;

/// <summary>A graph whose one output is a constant text: how options travel through a model zip to a contract mapping.</summary>
/// <remarks>It takes a column and leaves it alone: OnnxTransformer runs without inputs, but refuses to be saved without.</remarks>
internal static class ConstantText
{
    public static byte[] Graph(string name, string value, string input, OnnxType inputType = OnnxType.Float,
        (string Column, string Text)? identity = null)
    {
        var graph = new OnnxGraph(name);
        graph.Input(input, inputType, 1, "values");
        graph.Output(graph.Op("Identity", graph.Constant("value", [value], 1)), name, OnnxType.String, 1);
        if (identity is { } remark)
            graph.Remark(remark.Column, remark.Text);
        return graph.ToBytes();
    }
}
