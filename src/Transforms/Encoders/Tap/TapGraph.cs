using MlNetSer.Onnx.Proto;

namespace MlNetSer.Encoders.Tap;

/// <summary>A graph indexed for walking: who makes a tensor, who reads it, what is constant.</summary>
internal sealed class TapGraph
{
    // Ops that hand one tensor on without making another value of it; scaling by a constant counts, as in x·√d.
    private static readonly HashSet<string> s_passing =
        ["Identity", "Cast", "Dropout", "Transpose", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Mul", "Div"];

    private readonly HashSet<string> _constants;
    private readonly Dictionary<string, int> _producers = new(StringComparer.Ordinal);

    public TapGraph(GraphProto graph)
    {
        Nodes = graph.Node;
        Weights = graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        _constants = [.. Weights.Keys];
        for (var i = 0; i < Nodes.Count; i++)
        {
            // ONNX wants nodes in an order in which every input is made before it is read.
            var constant = Nodes[i].Input.All(input => input.Length == 0 || _constants.Contains(input));
            foreach (var output in Nodes[i].Output.Where(output => output.Length > 0))
            {
                _producers[output] = i;
                if (constant)
                    _constants.Add(output);
            }
        }
    }

    public IReadOnlyList<NodeProto> Nodes { get; }

    public IReadOnlyDictionary<string, TensorProto> Weights { get; }

    public bool IsConstant(string tensor) => _constants.Contains(tensor);

    /// <summary>The inputs of a node that depend on the graph's inputs.</summary>
    public IEnumerable<string> Live(NodeProto node) => node.Input.Where(input => input.Length > 0 && !IsConstant(input));

    /// <summary>Place of the node that makes a tensor; −1 = an input of the graph, or a weight.</summary>
    public int Place(string tensor) => _producers.GetValueOrDefault(tensor, -1);

    public NodeProto? Producer(string tensor) => _producers.TryGetValue(tensor, out var place) ? Nodes[place] : null;

    /// <summary>The tensor that is handed on to this one unchanged but for type, order or a constant factor.</summary>
    public string Behind(string tensor)
    {
        while (Producer(tensor) is { } node && s_passing.Contains(node.OpType) && node.Output[0] == tensor
            && Live(node).Take(2).ToList() is [var only] && node.Input[0] == only)
            tensor = only;
        return tensor;
    }

    /// <summary>The operations between two tensors, or null where the later does not depend on the values of the earlier.</summary>
    /// <remarks>A tensor's shape is not a value: every position encoding depends on it.</remarks>
    public HashSet<string>? Between(string earlier, string later)
    {
        var (floor, reached) = (Place(earlier), false);
        HashSet<string> operations = [];
        HashSet<int> seen = [];
        Stack<string> open = new([later]);
        while (open.TryPop(out var tensor))
        {
            if (tensor == earlier)
            {
                reached = true;
                continue;
            }
            if (Place(tensor) is var place && (place <= floor || !seen.Add(place)))
                continue;
            var node = Nodes[place];
            if (node.OpType is "Shape" or "Size")
                continue;
            operations.Add(node.OpType);
            foreach (var input in Live(node))
                open.Push(input);
        }
        return reached ? operations : null;
    }
}
