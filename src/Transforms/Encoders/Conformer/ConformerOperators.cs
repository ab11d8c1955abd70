using System.Runtime.InteropServices;
using MlNetSer.Onnx;

namespace MlNetSer.Encoders.Conformer;

/// <summary>The operators that a Conformer is made of, written with their weights.</summary>
internal abstract class ConformerOperators(OnnxGraph graph, IConformerWeights weights, long dimension)
{
    private protected const float LayerNormEpsilon = 1e-5f;

    private protected readonly OnnxGraph _graph = graph;
    private protected readonly IConformerWeights _weights = weights;
    private protected readonly long _d = dimension;

    private protected string Turned(string x) => _graph.Op("Transpose", [x], ("perm", new long[] { 0, 2, 1 }));

    private protected string LayerNorm(string x, string prefix)
        => _graph.Op("LayerNormalization", [x, Weight(prefix + ".weight", _d), Weight(prefix + ".bias", _d)], ("axis", -1L),
        ("epsilon", LayerNormEpsilon));

    /// <summary>x W^T + b; the weight of a convolution that sees one frame has a last size of 1, its <c>kernel</c>.</summary>
    private protected string Linear(string x, string prefix, long inputs, long outputs, params long[] kernel)
        => _graph.Op("Add", _graph.Op("MatMul", x, Transposed(prefix + ".weight", outputs, inputs, kernel)),
        Weight(prefix + ".bias", outputs));

    private protected string Swish(string x) => _graph.Op("Mul", x, _graph.Op("Sigmoid", x));

    private protected string Scalar(float value) => _graph.Constant("scalar", [value]);

    private protected string Weight(string name, params long[] shape) => _graph.Constant(name, _weights.Get(name, shape), shape);

    /// <summary>A weight <c>[out, in]</c> as the right-hand factor <c>[in, out]</c>.</summary>
    private protected string Transposed(string name, long outputs, long inputs, params long[] kernel)
    {
        var transposed = new byte[outputs * inputs * sizeof(float)];   // written where the graph keeps it: these are nearly all of a model
        Matrix.Transpose(_weights.Get(name, [outputs, inputs, .. kernel]), (int)outputs, (int)inputs,
            MemoryMarshal.Cast<byte, float>(transposed.AsSpan()));
        return _graph.ConstantOf(name, OnnxType.Float, transposed, inputs, outputs);
    }
}
