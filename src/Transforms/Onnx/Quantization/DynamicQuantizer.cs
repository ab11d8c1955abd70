using Google.Protobuf;
using MlNetSer.Encoders.Conformer;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Onnx.Quantization;

/// <summary>
/// Rewrites an ONNX model so that its large matrix products run in 8 bits: weights quantised now, activations as they come.
/// </summary>
/// <remarks>
/// Standard operators only (opset 11): <c>MatMul(x, W)</c> becomes
/// <c>Cast(MatMulInteger(q, W₈)) · (scale_x · scale_W)</c> with <c>q, scale_x = DynamicQuantizeLinear(x)</c>, the form that ONNX Runtime
/// fuses into one kernel. Taken: MatMul and Gemm with a constant matrix, and convolutions without groups, padding and dilation, as the
/// product of their patches with a matrix (ONNX Runtime's <c>ConvInteger</c> is slower than its float convolution: 303 ms against 183 ms
/// for a 512-d encoder whose other products were in 8 bits). Left in float: other convolutions, and products of two activations. Inputs,
/// outputs and their names stay. One scale serves a whole tensor of activations, so an utterance's numbers depend, within the error, on its
/// batch mates and padding: use batches of 1. On x86 processors without VNNI ONNX Runtime's 8-bit kernels may saturate: the error can be
/// larger there.
/// </remarks>
internal sealed class DynamicQuantizer
{
    // Below so many elements, quantising the activations costs more than it saves; patches of fewer channels are copied byte by byte.
    private const int FirstOpset = 11, SmallestWeight = 4096, FewestChannels = 8;
    private readonly ModelProto _model;
    private readonly OnnxGraph _graph;
    private readonly Dictionary<string, TensorProto> _weights;
    private readonly Dictionary<string, (string Values, string Scales, string Zeros)> _quantized = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _activations = new(StringComparer.Ordinal);

    private DynamicQuantizer(ModelProto model)
    {
        (_model, _graph) = (model, new OnnxGraph(model));
        var overridable = model.Graph.Input.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        _weights = model.Graph.Initializer.Where(tensor => tensor.DataType == (int)OnnxType.Float && !overridable.Contains(tensor.Name))
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <exception cref="InvalidDataException">It is not an ONNX model, keeps weights in other files, is of an opset below 11, or has
    /// nothing to quantise.</exception>
    public static byte[] Quantize(ReadOnlySpan<byte> model)
    {
        try
        {
            return Quantize(ModelProto.Parser.ParseFrom(model)).ToByteArray();
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException($"The {model.Length:N0} bytes are not an ONNX model: {error.Message}", error);
        }
    }

    /// <summary>Changes the model given, and returns it.</summary>
    /// <inheritdoc cref="Quantize(ReadOnlySpan{byte})" path="/exception"/>
    public static ModelProto Quantize(ModelProto model)
    {
        var graph = model.Graph ?? throw new InvalidDataException("The model has no graph. Give an encoder exported to ONNX.");
        var opset = model.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx")?.Version ?? 1;
        if (opset < FirstOpset)
            throw new InvalidDataException(
                $"The model is of opset {opset}; 8-bit products exist from opset {FirstOpset} on. Export it with a later opset.");
        if (graph.Initializer.FirstOrDefault(tensor => tensor.ExternalData.Count > 0) is { } outside)
            throw new InvalidDataException($"The model keeps '{outside.Name}' outside its file. Save it with the weights inside.");
        var quantizer = new DynamicQuantizer(model);
        quantizer.Rewrite();
        return model;
    }

    private void Rewrite()
    {
        var nodes = _model.Graph.Node.ToList();
        _model.Graph.Node.Clear();
        foreach (var node in nodes)
        {
            if (!TryReplace(node))
                _model.Graph.Node.Add(node);
        }
        if (_quantized.Count == 0)
            throw new InvalidDataException(
                $"The model has no matrix product with constant float weights of at least {SmallestWeight:N0} elements: "
                + "there is nothing to quantise. Is it in 8 or 16 bits already?");
        DropUnused();
    }

    private bool TryReplace(NodeProto node)
    {
        if (node.Domain is not ("" or "ai.onnx") || node.Input.Count < 2 || !_weights.TryGetValue(node.Input[1], out var weight)
            || weight.Dims.Aggregate(1L, (a, b) => a * b) < SmallestWeight)
            return false;
        var dims = weight.Dims;
        switch (node.OpType)
        {
            case "MatMul" when dims.Count == 2:
                Product(Quantized(node.Input[0]), weight, outputsFirst: false, bias: null, node.Output[0]);
                return true;
            case "Gemm" when dims.Count == 2 && Integer(node, "transA", 0) == 0 && Real(node, "alpha") == 1 && Real(node, "beta") == 1:
                Product(Quantized(node.Input[0]), weight, Integer(node, "transB", 0) != 0, node.Input.ElementAtOrDefault(2),
                    node.Output[0]);
                return true;
            case "Conv" when dims.Count is 3 or 4 && dims[1] >= FewestChannels && Integer(node, "group", 1) == 1 && Plain(node, "pads", 0)
                && Plain(node, "dilations", 1) && Attribute(node, "auto_pad")?.S.ToStringUtf8() is null or "NOTSET":
                Convolve(node, weight);
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Weights <c>[outputs, channels, kernel...]</c> over <c>[B, channels, ...]</c>: channels go last, the patches become rows, and the
    /// results' channels go back.
    /// </summary>
    private void Convolve(NodeProto node, TensorProto weight)
    {
        var axes = weight.Dims.Count - 2;
        var strides = Attribute(node, "strides")?.Ints.ToArray() ?? [.. Enumerable.Repeat(1L, axes)];
        var q = Quantized(node.Input[0]);
        var rows = _graph.Op("Transpose", [q[0]], ("perm", axes == 1 ? new long[] { 0, 2, 1 } : [0, 2, 3, 1]));
        var patches = Patches(rows, [.. weight.Dims.Skip(2)], strides);
        var product = Product([patches, q[1], q[2]], weight, outputsFirst: true, node.Input.ElementAtOrDefault(2), null);
        _graph.OpAs(node.Output[0], "Transpose", [product], ("perm", axes == 1 ? new long[] { 0, 2, 1 } : [0, 3, 1, 2]));
    }

    /// <summary>
    /// <c>[B, ..., channels]</c> to <c>[B, ..., kernel · channels]</c>: every position of the kernel is a slice with the convolution's
    /// stride.
    /// </summary>
    private string Patches(string x, long[] kernel, long[] strides)
    {
        List<string> parts = [x];
        for (var axis = 0; axis < kernel.Length; axis++)
        {
            var (size, at, step) = (kernel[axis], _graph.Constant("axis", [axis + 1L], 1), _graph.Constant("step", [strides[axis]], 1));
            string Slice(string part, long from)
                => _graph.Op("Slice", part, _graph.Constant("from", [from], 1),
                _graph.Constant("to", [from == size - 1 ? long.MaxValue : from - size + 1], 1), at, step);
            if (size > 1 || strides[axis] > 1)
                parts = [.. parts.SelectMany(part => Enumerable.Range(0, (int)size).Select(from => Slice(part, from)))];
        }
        return parts.Count == 1 ? parts[0] : _graph.Op("Concat", [.. parts], ("axis", -1L));
    }

    /// <summary>Values, scale and zero point of activations: shared by all products of them.</summary>
    private string[] Quantized(string x)
        => _activations.TryGetValue(x, out var known) ? known : _activations[x] = _graph.Ops("DynamicQuantizeLinear", 3, [x]);

    /// <param name="q">Values <c>[..., inputs]</c>, scale and zero point of the activations.</param>
    /// <param name="weight">Their factor.</param>
    /// <param name="outputsFirst">Whether the first size of the factor is that of the outputs; otherwise the last.</param>
    /// <param name="bias">What is added; null or empty = nothing.</param>
    /// <param name="output">Name of the result; null = any.</param>
    private string Product(string[] q, TensorProto weight, bool outputsFirst, string? bias, string? output)
    {
        var (values, scales, zeros) = Weight(weight, outputsFirst);
        var sums = _graph.Op("Cast", [_graph.Op("MatMulInteger", q[0], values, q[2], zeros)], ("to", (long)OnnxType.Float));
        var scale = _graph.Op("Mul", q[1], scales);
        if (string.IsNullOrEmpty(bias))
            return _graph.OpAs(output, "Mul", [sums, scale]);
        return _graph.OpAs(output, "Add", [_graph.Op("Mul", sums, scale), bias]);
    }

    private (string Values, string Scales, string Zeros) Weight(TensorProto tensor, bool outputsFirst)
    {
        var key = $"{tensor.Name} {outputsFirst}";
        if (_quantized.TryGetValue(key, out var known))
            return known;
        var (first, second, kernel) = ((int)tensor.Dims[0], (int)tensor.Dims[1], (int)tensor.Dims.Skip(2).Aggregate(1L, (a, b) => a * b));
        var floats = QuantizedWeight.Floats(tensor);
        var weight = outputsFirst ? QuantizedWeight.Of(OutputsLast(floats, first, second, kernel), kernel * second, first)
            : QuantizedWeight.Of(floats, first, second);
        return _quantized[key] = (
            _graph.Constant(tensor.Name + ".int8", weight.Values, weight.Inputs, weight.Outputs),
            _graph.Constant(tensor.Name + ".scale", weight.Scales, weight.Outputs),
            _graph.Constant(tensor.Name + ".zero", new sbyte[weight.Outputs], weight.Outputs));
    }

    /// <summary><c>[outputs, channels, kernel]</c> to <c>[kernel, channels, outputs]</c>.</summary>
    private static float[] OutputsLast(ReadOnlySpan<float> weights, int outputs, int channels, int kernel)
    {
        var turned = new float[weights.Length];
        Matrix.Transpose(weights, outputs, channels * kernel, turned);   // [channels, kernel, outputs]
        if (kernel == 1)
            return turned;
        var sorted = new float[weights.Length];
        for (var c = 0; c < channels; c++)
        {
            for (var k = 0; k < kernel; k++)
                turned.AsSpan((c * kernel + k) * outputs, outputs).CopyTo(sorted.AsSpan((k * channels + c) * outputs));
        }
        return sorted;
    }

    /// <summary>
    /// Takes the float weights out that nothing uses any more. Where a node has a graph inside, it may use any of them: then all stay.
    /// </summary>
    private void DropUnused()
    {
        var graph = _model.Graph;
        if (graph.Node.SelectMany(node => node.Attribute).Any(attribute => attribute.Type == AttributeProto.Types.AttributeType.Graph))
            return;
        var used = graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name))
            .ToHashSet(StringComparer.Ordinal);
        var kept = graph.Initializer.Where(tensor => used.Contains(tensor.Name)).ToList();
        graph.Initializer.Clear();
        graph.Initializer.AddRange(kept);
    }

    private static AttributeProto? Attribute(NodeProto node, string name)
        => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    private static long Integer(NodeProto node, string name, long otherwise) => Attribute(node, name)?.I ?? otherwise;

    private static float Real(NodeProto node, string name) => Attribute(node, name)?.F ?? 1;

    private static bool Plain(NodeProto node, string name, long wanted)
        => Attribute(node, name)?.Ints.All(value => value == wanted) ?? true;
}
