using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using MlNetSer.Encoders.Profiles;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;
using MlNetSer.Text.Bert;

namespace MlNetSer;

/// <summary>A BERT-style text encoder in ONNX with its word pieces. Thread-safe: it only holds bytes.</summary>
/// <remarks>
/// Any graph that takes token ids, and perhaps a mask, token types and positions, <c>[batch, pieces]</c>, and gives states <c>[batch,
/// pieces, dimension]</c>.
/// </remarks>
public sealed class TextEncoder
{
    private static readonly string[] s_ids = ["input_ids", "ids", "input"], s_masks = ["attention_mask", "input_mask"],
        s_types = ["token_type_ids", "segment_ids"], s_positions = ["position_ids"];
    private static readonly string[] s_layers = ["hidden_states.{0}", "hidden_states_{0}", "layer_{0}"];

    private const int DefaultMaxPieceCount = 512;   // BERT
    private readonly byte[] _model;
    private readonly string _source, _states;

    private TextEncoder(byte[] model, string source, string? folder, IReadOnlyList<string> vocabulary, string vocabularySource,
        TextEncoderOptions? options)
    {
        options ??= new TextEncoderOptions();
        options.Check();
        WordPieces.Check(vocabulary, vocabularySource);
        var parsed = EncoderFile.Parse(model, source);
        (_model, _source) = (EncoderFile.BringWeightsInside(parsed, folder, source) ? parsed.ToByteArray() : model, source);
        var graph = parsed.Graph;
        CheckInputs(graph, vocabulary.Count, vocabularySource);
        _states = States(graph, options);
        var uncased = WordPieces.IsUncased(vocabulary);
        Settings = new WordPieceSettings
        {
            Vocabulary = [.. vocabulary],
            LowerCase = options.LowerCase ?? uncased,
            StripAccents = options.StripAccents ?? uncased,
            MaxPieceCount = MaxPieceCount(graph, options.MaxPieceCount),
        };
        Hash = Convert.ToHexStringLower(SHA256.HashData(
            [.. SHA256.HashData(_model), .. Encoding.UTF8.GetBytes(_states + '\n' + Settings.ToJson())]));
    }

    /// <summary>
    /// SHA-256 over model, chosen output, vocabulary and options, as lower-case hexadecimal digits: part of a result's identity.
    /// </summary>
    public string Hash { get; }

    /// <summary>How text becomes pieces; travels inside a saved model.</summary>
    internal WordPieceSettings Settings { get; }

    /// <summary>Reads an encoder.</summary>
    /// <param name="modelPath">An ONNX model; weights in other files must be in the same folder.</param>
    /// <param name="vocabularyPath">Its <c>vocab.txt</c>, UTF-8, one piece in each line.</param>
    /// <param name="options">Options; null = the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The model is not such an encoder, the vocabulary none of BERT's, or they do not belong
    /// together.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static TextEncoder FromFile(string modelPath, string vocabularyPath, TextEncoderOptions? options = null)
    {
        foreach (var (path, what) in new[] { (modelPath, "text encoder"), (vocabularyPath, "vocabulary") })
        {
            if (!File.Exists(path))
                throw new FileNotFoundException(
                    $"There is no {what} at '{path}'. Give a BERT-style model in ONNX and the vocab.txt that came with it.", path);
        }
        return new TextEncoder(File.ReadAllBytes(modelPath), modelPath, Path.GetDirectoryName(Path.GetFullPath(modelPath)),
            File.ReadAllLines(vocabularyPath), vocabularyPath, options);
    }

    /// <summary>An encoder in memory; ids of pieces are their positions.</summary>
    /// <inheritdoc cref="FromFile" path="/exception[2]|/exception[3]"/>
    public static TextEncoder FromBytes(byte[] model, IReadOnlyList<string> vocabulary, TextEncoderOptions? options = null,
        string name = "text encoder")
        => new([.. model], name, null, vocabulary, "the list of pieces", options);

    /// <summary>
    /// The graph as EmbedText runs it: ids of one text in, states <c>[1, pieces, dimension]</c> and the last two sizes out.
    /// </summary>
    internal byte[] Wrap(string input, string output, string shapeOutput)
    {
        var model = EncoderFile.Parse(_model, _source);
        var graph = model.Graph;
        var builder = new OnnxGraph(model);   // made first: it must know the names that are taken
        var (inputs, nodes) = (Inputs(graph), graph.Node.ToList());
        var overridable = graph.Input.Except(inputs).ToList();
        graph.Node.Clear();
        graph.Input.Clear();
        graph.Output.Clear();

        builder.Input(input, OnnxType.Int64, 1, "pieces");
        graph.Input.AddRange(overridable);
        var shape = builder.Op("Shape", input);
        string Filled(long value) => builder.Op("Expand", builder.Constant("mlnetser.value", [value]), shape);
        foreach (var wanted in inputs)
        {
            var value = wanted.Name switch
            {
                var name when s_ids.Contains(name) => input,
                var name when s_masks.Contains(name) => Filled(1),
                var name when s_types.Contains(name) => Filled(0),
                _ => builder.Op("Expand", builder.Op("Range", builder.Constant("mlnetser.zero", [0L]),
                    builder.Op("Gather", shape, builder.Constant("mlnetser.axis", [1L])), builder.Constant("mlnetser.one", [1L])), shape),
            };
            var cast = builder.Op("Cast", [value], ("to", (long)wanted.Type.TensorType.ElemType));
            graph.Node.Add(new NodeProto
            {
                OpType = "Identity",
                Name = "mlnetser.bind." + wanted.Name,
                Input = { cast },
                Output = { wanted.Name }
            });
        }
        graph.Node.AddRange(nodes);
        var states = builder.Op("Cast", [_states], ("to", (long)OnnxType.Float));
        builder.Output(states, output, OnnxType.Float, 1, "pieces", "dimension");
        builder.Output(builder.Op("Gather", builder.Op("Shape", states), builder.Constant("mlnetser.sizes", [1L, 2L], 2)), shapeOutput,
            OnnxType.Int64, 2);
        return builder.ToBytes();
    }

    private static List<ValueInfoProto> Inputs(GraphProto graph)
    {
        var weights = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        return [.. graph.Input.Where(input => !weights.Contains(input.Name))];
    }

    private void CheckInputs(GraphProto graph, int pieceCount, string vocabularySource)
    {
        var inputs = Inputs(graph);
        string[] known = [.. s_ids, .. s_masks, .. s_types, .. s_positions];
        if (inputs.FirstOrDefault(input => s_ids.Contains(input.Name)) is not { } ids || inputs.Any(input => !known.Contains(input.Name)))
            throw new InvalidDataException(
                $"Text encoder '{_source}' has the inputs [{string.Join(", ", inputs.Select(i => i.Name))}]. Wanted: "
                + "input_ids and, if it needs them, attention_mask, token_type_ids, position_ids.");
        if (ids.Type?.TensorType?.Shape?.Dim is not { Count: 2 } dims || dims[1].DimValue > 0)
            throw new InvalidDataException(
                $"Text encoder '{_source}' takes '{ids.Name}' of fixed or unknown length. Export it with a dynamic axis for the sequence, "
                + "[batch, pieces].");
        var embedding = graph.Node.FirstOrDefault(node => node.OpType == "Gather" && node.Input is [_, var index, ..] && index == ids.Name);
        if (embedding is not null && graph.Initializer.FirstOrDefault(
            tensor => tensor.Name == embedding.Input[0]) is { Dims: [var rows, ..] } && rows < pieceCount)
            throw new InvalidDataException(
                $"Vocabulary '{vocabularySource}' has {pieceCount:N0} pieces, but text encoder '{_source}' knows {rows:N0}. "
                + "Take the vocab.txt that came with this model.");
    }

    /// <summary>
    /// Hugging Face calls the table <c>...position_embeddings.weight</c> in every model that has one; behind its end ONNX Runtime would
    /// fail in the middle of a corpus.
    /// </summary>
    private int MaxPieceCount(GraphProto graph, int? wanted)
    {
        var table = graph.Initializer.FirstOrDefault(tensor => tensor.Dims.Count == 2
            && tensor.Name.Contains("position_embeddings", StringComparison.Ordinal));
        if (table is null)
            return wanted ?? DefaultMaxPieceCount;
        if (wanted > table.Dims[0])
            throw new InvalidDataException(
                $"{nameof(TextEncoderOptions.MaxPieceCount)} is {wanted:N0}, but text encoder '{_source}' has {table.Dims[0]:N0} "
                + $"positions ('{table.Name}'). Leave {nameof(TextEncoderOptions.MaxPieceCount)} unset, or set it to {table.Dims[0]} at "
                + "most.");
        return wanted ?? (int)table.Dims[0];
    }

    private string States(GraphProto graph, TextEncoderOptions options)
    {
        string[] wanted = options.Layer is { } layer ? [
            .. s_layers.Select(pattern => string.Format(CultureInfo.InvariantCulture, pattern, layer))]
            : options.Output is { } name ? [name] : ["last_hidden_state"];
        var found = wanted.Select(w => graph.Output.FirstOrDefault(o => o.Name == w)).FirstOrDefault(o => o is not null)
            ?? (options.Layer is null && options.Output is null ? graph.Output.FirstOrDefault(o => Rank(o) == 3) : null);
        if (found is null || Rank(found) is not (null or 3))
            throw new InvalidDataException(
                $"Text encoder '{_source}' has the outputs [{string.Join(", ", graph.Output.Take(30).Select(o => o.Name))}]; "
                + $"wanted one of three dimensions called {string.Join(", ", wanted)}. "
                + $"Name another in {nameof(TextEncoderOptions)}.{nameof(TextEncoderOptions.Output)}, or export the model with its hidden "
                + "states.");
        return found.Name;
    }

    private static int? Rank(ValueInfoProto output) => output.Type?.TensorType?.Shape?.Dim.Count;
}
