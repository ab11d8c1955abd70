using MlNetSer.Onnx;

namespace MlNetSer.Tests.Text;

/// <summary>
/// Writes a small BERT with seeded weights (Devlin et al. 2019: embeddings, then blocks of attention and feed-forward with a norm behind
/// each).
/// </summary>
/// <remarks>
/// S pieces · d dimension · h heads. Every weight is a function of seed and name, so a test can compute what it needs by itself.
/// </remarks>
internal sealed class BertGraph
{
    public const int MaxPieces = 512, Types = 2;
    public const string Positions = "embeddings.position_embeddings.weight";
    private readonly OnnxGraph _graph = new("bert");
    private readonly int _seed;
    private readonly long _d, _h;

    private BertGraph(int seed, int dimension, int headCount) => (_seed, _d, _h) = (seed, dimension, headCount);

    /// <param name="pieceCount">Size of the vocabulary.</param>
    /// <param name="dimension">d.</param>
    /// <param name="blockCount">Blocks.</param>
    /// <param name="headCount">h.</param>
    /// <param name="seed">Start of the weights.</param>
    /// <param name="type">Type of every input.</param>
    /// <param name="inputs">Those it asks for: input_ids, attention_mask, token_type_ids, position_ids; null = the first three.</param>
    /// <param name="hiddenStates">Whether it gives hidden_states.0, hidden_states.1, ...</param>
    /// <param name="positionCount">Rows of its table of positions.</param>
    public static byte[] Write(int pieceCount, int dimension = 16, int blockCount = 2, int headCount = 2, int seed = 1,
        OnnxType type = OnnxType.Int64, string[]? inputs = null, bool hiddenStates = false, int positionCount = MaxPieces)
        => new BertGraph(seed, dimension, headCount).Write(
        pieceCount, blockCount, type, inputs ?? ["input_ids", "attention_mask", "token_type_ids"], hiddenStates, positionCount);

    /// <summary>A weight by its name, as the graph holds it.</summary>
    public static float[] Weight(int seed, string name, int count)
    {
        var hash = name.Aggregate(2166136261u ^ (uint)seed, (h, c) => (h ^ c) * 16777619u);   // FNV-1a: the same on every machine
        var random = new Random((int)hash);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private byte[] Write(int pieceCount, int blockCount, OnnxType type, string[] inputs, bool hiddenStates, int positionCount)
    {
        string? Wanted(string name) => inputs.Contains(name)
            ? _graph.Op("Cast", [_graph.Input(name, type, "batch", "pieces")], ("to", (long)OnnxType.Int64)) : null;
        var ids = _graph.Input("input_ids", type, "batch", "pieces");
        var mask = Wanted("attention_mask");
        var types = Wanted("token_type_ids");
        var positions = Wanted("position_ids") ?? _graph.Op(
            "Range", _graph.Constant("zero", [0L]), _graph.Op("Gather", _graph.Op("Shape", ids), _graph.Constant("axis", [1L])),
            _graph.Constant("one", [1L]));

        var x = _graph.Op("Gather", Matrix("words", pieceCount, _d), ids);                                         // [1, S, d]
        x = _graph.Op("Add", x, _graph.Op("Gather", Matrix(Positions, positionCount, _d), positions));
        if (types is not null)
            x = _graph.Op("Add", x, _graph.Op("Gather", Matrix("types", Types, _d), types));
        x = Norm(x);
        List<string> states = [x];
        for (var i = 0; i < blockCount; i++)
        {
            x = Norm(_graph.Op("Add", x, Attention(x, mask, $"block{i}.")));
            var inner = _graph.Op("MatMul", x, Matrix($"block{i}.in", _d, 2 * _d));
            x = Norm(_graph.Op("Add", x, _graph.Op("MatMul", _graph.Op("Relu", inner), Matrix($"block{i}.out", 2 * _d, _d))));
            states.Add(x);
        }
        _graph.Output(x, "last_hidden_state", OnnxType.Float, "batch", "pieces", _d);
        _graph.Output(_graph.Op("Gather", [x, _graph.Constant("first", [0L])], ("axis", 1L)), "pooler_output", OnnxType.Float, "batch", _d);
        for (var i = 0; hiddenStates && i < states.Count; i++)
            _graph.Output(states[i], $"hidden_states.{i}", OnnxType.Float, "batch", "pieces", _d);
        return _graph.ToBytes();
    }

    private string Attention(string x, string? mask, string prefix)
    {
        var size = _d / _h;
        string Heads(string name, params long[] perm) => _graph.Op("Transpose",
            [_graph.Op("Reshape", _graph.Op("MatMul", x, Matrix(prefix + name, _d, _d)), _graph.Constant("shape", [0, 0, _h, size], 4))],
            ("perm", perm));
        var scores = _graph.Op("MatMul", Heads("query", 0, 2, 1, 3), Heads("key", 0, 2, 3, 1));                    // [1, h, S, S]
        if (mask is not null)
        {
            var real = _graph.Op("Unsqueeze", _graph.Op("Cast", [mask], ("to", (long)OnnxType.Bool)), _graph.Constant("axes", [1L, 2L], 2));
            scores = _graph.Op("Where", real, scores, _graph.Constant("masked", [-1e9f]));
        }
        var mixed = _graph.Op("MatMul", _graph.Op("Softmax", [scores], ("axis", -1L)), Heads("value", 0, 2, 1, 3)); // [1, h, S, d/h]
        return _graph.Op("Reshape", _graph.Op("Transpose", [mixed], ("perm", new long[] { 0, 2, 1, 3 })),
            _graph.Constant("shape", [0, 0, _d], 3));
    }

    private string Norm(string x) => _graph.Op("LayerNormalization",
        [x, _graph.Constant("scale", [.. Enumerable.Repeat(1f, (int)_d)], _d), _graph.Constant("shift", new float[_d], _d)], ("axis", -1L),
        ("epsilon", 1e-12f));

    private string Matrix(string name, long rows, long columns)
        => _graph.Constant(name, Weight(_seed, name, (int)(rows * columns)), rows, columns);
}
