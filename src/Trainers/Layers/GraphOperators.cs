using MlNetSer.Modules;
using MlNetSer.Onnx;
using TorchSharp.Modules;

namespace MlNetSer.Export;

/// <summary>The layers of our networks as ONNX operators, for one unpadded utterance (batch 1).</summary>
internal static class OnnxLayers
{
    public static string Squeeze(this OnnxGraph graph, string value, long axis)
        => graph.Op("Squeeze", value, graph.Constant("axis", [axis], 1));

    public static string Unsqueeze(this OnnxGraph graph, string value, long axis)
        => graph.Op("Unsqueeze", value, graph.Constant("axis", [axis], 1));

    public static string[] Split(this OnnxGraph graph, string value, long axis, int count)
        => count == 1 ? [value] : graph.Ops("Split", count, [value], ("axis", axis));

    public static string Concat(this OnnxGraph graph, string[] values, long axis)
        => graph.Op("Concat", values, ("axis", axis));

    private static string Reshape(this OnnxGraph graph, string value, params long[] shape)
        => graph.Op("Reshape", value, graph.Constant("shape", shape, shape.Length));

    public static string Linear(this OnnxGraph graph, string value, Linear layer)
    {
        var weight = graph.Constant("linear.weight", layer.weight.ToFloats(), layer.weight.shape);   // [out, in]
        var bias = graph.Constant("linear.bias", layer.bias!.ToFloats(), layer.bias!.shape);
        return graph.Op("Gemm", [value, weight, bias], ("transB", 1L));
    }

    /// <summary><c>[1, m, in] -> [1, m, 2·hidden]</c>, every layer, both directions.</summary>
    public static string BiGru(this OnnxGraph graph, string sequence, BiGru module)
    {
        var weights = module.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        var layerCount = weights.Keys.Count(name => name.StartsWith("gru.weight_ih_l", StringComparison.Ordinal)) / 2;
        var hidden = weights["gru.weight_hh_l0"].shape[1];

        var states = graph.Op("Transpose", [sequence], ("perm", new long[] { 1, 0, 2 }));            // [m, 1, in]
        for (var layer = 0; layer < layerCount; layer++)
        {
            string[] directions = [$"_l{layer}", $"_l{layer}_reverse"];
            var inputSize = weights["gru.weight_ih" + directions[0]].shape[1];
            float[] Stacked(params string[] parts) => [.. directions.SelectMany(d => parts.SelectMany(part => ResetLast(weights["gru." + part + d].ToFloats())))];

            var y = graph.Op("GRU",
                [
                    states,
                    graph.Constant("gru.w", Stacked("weight_ih"), 2, 3 * hidden, inputSize),
                    graph.Constant("gru.r", Stacked("weight_hh"), 2, 3 * hidden, hidden),
                    graph.Constant("gru.b", Stacked("bias_ih", "bias_hh"), 2, 6 * hidden),
                ],
                ("hidden_size", hidden), ("direction", "bidirectional"), ("linear_before_reset", 1L));   // [m, 2, 1, hidden]
            var together = graph.Op("Transpose", [y], ("perm", new long[] { 0, 2, 1, 3 }));              // [m, 1, 2, hidden]
            states = graph.Reshape(together, 0, 0, 2 * hidden);                                          // [m, 1, 2·hidden]
        }
        return graph.Op("Transpose", [states], ("perm", new long[] { 1, 0, 2 }));
    }

    /// <summary>PyTorch stacks the gates as reset, update, new; ONNX as update, reset, new.</summary>
    private static IEnumerable<float> ResetLast(float[] gates)
    {
        var third = gates.Length / 3;
        return gates[third..(2 * third)].Concat(gates[..third]).Concat(gates[(2 * third)..]);
    }

    /// <summary><c>[1, m, D] -> [1, H·a]</c>.</summary>
    public static string MhsaPooling(this OnnxGraph graph, string states, MhsaPooling module)
    {
        var weights = graph.AttentionWeights(states, module.Frames);                  // [1, H, m]
        return graph.HeadValues(graph.Op("MatMul", weights, states), module.Values);  // [1, H·a]
    }

    /// <summary><c>[1, N, m, D] -> [1, H·a]</c>, and the matrices A_j as <c>[1, H, N, m]</c>; equation numbers as in <see cref="Modules.CtaPooling"/>.</summary>
    public static (string Vector, string Attention) CtaPooling(this OnnxGraph graph, string states, CtaPooling module)
    {
        var (headCount, featureSize) = (module.Values.Weights.shape[0], module.Values.Weights.shape[2]);
        var overTime = graph.Op("ReduceMean", [states], ("axes", new long[] { 2 }), ("keepdims", 0L));      // [1, N, D]
        var overBlocks = graph.Op("ReduceMean", [states], ("axes", new long[] { 1 }), ("keepdims", 0L));    // [1, m, D]
        var blockWeights = graph.AttentionWeights(overTime, module.Blocks);                                 // [1, H, N]  (1)
        var frameWeights = graph.AttentionWeights(overBlocks, module.Frames);                               // [1, H, m]  (2)

        var flat = graph.Op("Flatten", [states], ("axis", 2L));                                             // [N, m·D]
        var perFrame = graph.Reshape(graph.Op("MatMul", blockWeights, flat), 1, headCount, -1, featureSize);   // [1, H, m, D]
        var pooled = graph.Op("MatMul", graph.Unsqueeze(frameWeights, 2), perFrame);                        // [1, H, 1, D]
        var attention = graph.Op("Mul", graph.Unsqueeze(blockWeights, 3), graph.Unsqueeze(frameWeights, 2));   // [1, H, N, m]  (3)
        return (graph.HeadValues(graph.Squeeze(pooled, 2), module.Values), attention);
    }

    private static string AttentionWeights(this OnnxGraph graph, string positions, AttentionQuery module)
    {
        using var query = module.Scaled();                                                                 // [H, D]
        var weights = graph.Constant("attention.u", query.ToFloats(), query.shape);
        var scores = graph.Op("MatMul", positions, graph.Op("Transpose", [weights], ("perm", new long[] { 1, 0 })));   // [1, L, H]
        return graph.Op("Softmax", [graph.Op("Transpose", [scores], ("perm", new long[] { 0, 2, 1 }))], ("axis", -1L));
    }

    /// <summary><c>[1, H, D] -> [1, H·a]</c>.</summary>
    private static string HeadValues(this OnnxGraph graph, string pooled, HeadValues module)
    {
        var v = graph.Constant("attention.v", module.Weights.ToFloats(), module.Weights.shape);                        // [H, a, D]
        var perHead = graph.Op("MatMul", graph.Unsqueeze(pooled, 2), graph.Op("Transpose", [v], ("perm", new long[] { 0, 2, 1 })));   // [1, H, 1, a]
        return graph.Reshape(perHead, 1, module.Weights.shape[0] * module.Weights.shape[1]);
    }
}
