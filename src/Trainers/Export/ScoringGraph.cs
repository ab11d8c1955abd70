using MlNetSer.Layers;
using MlNetSer.Networks;
using MlNetSer.Onnx;
using MlNetSer.Training;

namespace MlNetSer.Export;

/// <summary>
/// A trained network as the ONNX graph that scores one utterance: streams <c>[1, N, m, D]</c> in; class probabilities, class names and, on
/// request, attention out.
/// </summary>
internal static class ScoringGraph
{
    public const string Score = "Score", Classes = "MlNetSer.Classes";
    public const string Attention = "MlNetSer.Attention", AttentionHeads = "MlNetSer.AttentionHeads",
        AttentionShape = "MlNetSer.AttentionShape";

    /// <summary>Name of a stream's input.</summary>
    public static string Input(int stream) => $"MlNetSer.Features{stream}";

    public static byte[] Write(string trainer, SpeechNetwork network, IReadOnlyList<StreamRows> streams, IReadOnlyList<string> classes,
        bool attention)
    {
        var graph = new OnnxGraph(trainer);
        string[] inputs = [.. streams.Select((stream, s) =>
            Chosen(graph, graph.Input(Input(s), OnnxType.Float, 1, stream.ColumnBlockCount, $"frames{s}", stream.Shape.FeatureSize),
            stream))];
        var exported = network.Export(graph, inputs);
        graph.Output(graph.Op("Softmax", [exported.Logits], ("axis", -1L)), Score, OnnxType.Float, 1, classes.Count);
        WriteClasses(graph, classes);
        graph.SlotNames(Score, classes);
        if (attention)
            WriteAttention(graph, exported.Attention ?? throw new InvalidOperationException($"{trainer} attends to nothing that could be "
                + "written."));
        graph.Metadata("mlnetser.trainer", trainer);
        return graph.ToBytes();
    }

    /// <summary>The same outputs from a graph that computes nothing: what a promised schema is borrowed from.</summary>
    public static byte[] WriteEmpty(int streamCount, bool attention)
    {
        var graph = new OnnxGraph("schema");
        string[] inputs = [.. Enumerable.Range(0, streamCount).Select(s => graph.Input(Input(s), OnnxType.Float, 1, $"values{s}", 1))];
        var sum = graph.Op("ReduceSum", [inputs[0], graph.Constant("axis", [1L], 1)], ("keepdims", 0L));
        graph.Output(sum, Score, OnnxType.Float, 1, 1);
        WriteClasses(graph, ["a"]);
        if (attention)
            WriteAttention(graph, graph.Unsqueeze(inputs[0], 1));
        return graph.ToBytes();
    }

    private static void WriteClasses(OnnxGraph graph, IReadOnlyList<string> classes)
        => graph.Output(graph.Op("Identity", graph.Constant("classes", classes, classes.Count)), Classes, OnnxType.String, classes.Count);

    /// <param name="graph">The graph.</param>
    /// <param name="attention"><c>[1, H, N, m]</c>.</param>
    private static void WriteAttention(OnnxGraph graph, string attention)
    {
        graph.Output(attention, AttentionHeads, OnnxType.Float, 1, "heads", "blocks", "attended_frames");
        graph.Output(graph.Op("ReduceMean", [attention], ("axes", new long[] { 1 }), ("keepdims", 0L)), Attention, OnnxType.Float, 1,
            "blocks", "attended_frames");
        graph.Output(graph.Op("Slice", graph.Op("Shape", attention), graph.Constant("from", [1L], 1), graph.Constant("to", [4L], 1)),
            AttentionShape, OnnxType.Int64, 3);
    }

    private static string Chosen(OnnxGraph graph, string input, StreamRows stream)
        => stream.Column.Blocks is { } blocks && stream.ColumnBlockCount > 1
            ? graph.Op("Gather", [input, graph.Constant("blocks", [.. blocks.Select(b => b - 1L)], blocks.Count)], ("axis", 1L))
            : input;
}
