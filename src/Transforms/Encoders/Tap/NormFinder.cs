using MlNetSer.Onnx.Proto;

namespace MlNetSer.Encoders.Tap;

/// <summary>A normalisation over the features of a frame.</summary>
/// <param name="Input">The tensor that it normalises.</param>
/// <param name="Output">Its result, after gain and bias.</param>
/// <param name="Name">Name of its gain, or of its node.</param>
/// <param name="Width">Features of a frame; null = not known.</param>
internal sealed record Norm(string Input, string Output, string Name, long? Width);

/// <summary>Finds layer norms: as one operation (opset 17 on), and spelled out in primitive operations (before).</summary>
/// <remarks>
/// Spelled out: <c>c = x − mean(x); y = c / √(mean(c²) + ε) · gain + bias</c>, as ReduceMean, Sub, Pow or Mul, ReduceMean, Add, Sqrt, Div,
/// Mul, Add. The root mean square forms (RMSNorm, icefall's BasicNorm), which subtract no mean, are found the same way.
/// </remarks>
internal static class NormFinder
{
    private static readonly HashSet<string> s_scaling = ["Sqrt", "Add", "Pow", "Reciprocal", "Cast", "Max", "Clip", "Identity", "Exp"];

    public static List<Norm> Find(TapGraph graph)
    {
        var readers = graph.Nodes.SelectMany(node => node.Input.Select(input => (input, node)))
            .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);
        List<Norm> norms = [];
        foreach (var node in graph.Nodes)
        {
            if (node.OpType is "LayerNormalization" or "SimplifiedLayerNormalization" or "RMSNormalization")
                norms.Add(new Norm(node.Input[0], node.Output[0], node.Input.ElementAtOrDefault(1) is { Length: > 0 } gain
                    ? gain : node.Name, Width(graph, node)));
            else if (node.OpType is "Div" or "Mul" && node.Input.Count == 2 && Normalized(graph, node) is { } input)
                norms.Add(SpelledOut(graph, readers, node, input));
        }
        return norms;
    }

    /// <summary>What <c>a / √(mean(a²) + ε)</c> normalises, or null where the node is something else.</summary>
    private static string? Normalized(TapGraph graph, NodeProto node)
    {
        foreach (var (a, scale) in new[] { (node.Input[0], node.Input[1]), (node.Input[1], node.Input[0]) })
        {
            if ((node.OpType == "Div" && a != node.Input[0]) || graph.IsConstant(a) || MeanSquareOf(graph, scale) is not { } squared
                || graph.Behind(squared) != graph.Behind(a))
                continue;
            // A centred tensor is x − mean(x); without that it is a root mean square norm of a itself.
            return graph.Producer(graph.Behind(a)) is { OpType: "Sub" } sub
                && graph.Producer(sub.Input[1]) is { OpType: "ReduceMean" } mean
                && graph.Behind(mean.Input[0]) == graph.Behind(sub.Input[0])
                ? sub.Input[0] : a;
        }
        return null;
    }

    /// <summary>From the divisor √(mean(a²) + ε), or its reciprocal, back to a.</summary>
    private static string? MeanSquareOf(TapGraph graph, string scale)
    {
        var rooted = false;
        for (var node = graph.Producer(scale); node is not null; node = graph.Producer(graph.Live(node).First()))
        {
            if (node.OpType == "ReduceMean")
            {
                var square = graph.Producer(node.Input[0]);
                return rooted && square is not null && (square.OpType == "Pow"
                    || (square.OpType == "Mul" && square.Input[0] == square.Input[1])) ? square.Input[0] : null;
            }
            if (!s_scaling.Contains(node.OpType) || graph.Live(node).Count() != 1)
                return null;
            rooted |= node.OpType is "Sqrt" or "Pow";
        }
        return null;
    }

    private static Norm SpelledOut(TapGraph graph, ILookup<string, NodeProto> readers, NodeProto node, string input)
    {
        var (output, name, width) = (node.Output[0], node.Name, (long?)null);
        foreach (var operation in new[] { "Cast", "Mul", "Add", "Cast" })
        {
            if (readers[output].ToList() is not [var next] || next.OpType != operation)
                continue;
            if (next.Input.FirstOrDefault(graph.IsConstant) is { } weight)
            {
                // A scalar is not a gain: a half-step residual may follow a norm.
                if (graph.Weights.TryGetValue(weight, out var tensor) && tensor.Dims.Aggregate(1L, (a, b) => a * b) == 1)
                    break;
                (name, width) = (name.Length > 0 && operation == "Add" ? name : weight, tensor?.Dims.LastOrDefault() ?? width);
            }
            else if (operation != "Cast")
            {
                break;
            }
            output = next.Output[0];
        }
        return new Norm(input, output, name, width);
    }

    private static long? Width(TapGraph graph, NodeProto node)
        => node.Input.Count > 1 && graph.Weights.TryGetValue(node.Input[1], out var gain) ? gain.Dims.LastOrDefault() : null;
}
