using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Onnx;

/// <summary>Element types of tensors that cross a graph's border.</summary>
internal enum OnnxType
{
    Float = TensorProto.Types.DataType.Float,
    Int8 = TensorProto.Types.DataType.Int8,
    Int32 = TensorProto.Types.DataType.Int32,
    Int64 = TensorProto.Types.DataType.Int64,
    String = TensorProto.Types.DataType.String,
    Bool = TensorProto.Types.DataType.Bool,
    Float16 = TensorProto.Types.DataType.Float16,
}

/// <summary>Writes an ONNX model node by node; a value is the name of a tensor.</summary>
/// <remarks>Deterministic: the same calls give the same bytes. Not thread-safe.</remarks>
internal sealed class OnnxGraph
{
    private readonly ModelProto _model;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public OnnxGraph(string name, int opset = 17)
        : this(new ModelProto
        {
            IrVersion = 8,
            ProducerName = "MlNetSer",
            Graph = new GraphProto { Name = name },
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = opset } }
        })
    {
    }

    /// <summary>Goes on writing to a model that exists; names already taken in it are not used again.</summary>
    public OnnxGraph(ModelProto model)
    {
        _model = model;
        Take(model.Graph);
    }

    /// <summary>Names of graphs inside nodes count too: they must not hide one of the graph around them.</summary>
    private void Take(GraphProto graph)
    {
        _names.UnionWith(graph.Node.SelectMany(node => node.Output).Concat(graph.Node.Select(node => node.Name)));
        _names.UnionWith(graph.Input.Select(input => input.Name));
        _names.UnionWith(graph.Initializer.Select(tensor => tensor.Name));
        foreach (var inner in graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.G is not null))
            Take(inner.G);
    }

    /// <summary>A name that is written later, or by hand.</summary>
    public string Reserve(string name) => _names.Add(name) ? name
        : throw new ArgumentException($"The graph has a '{name}' already.", nameof(name));

    /// <summary>Declares an input; a dimension is a number, or a name where it is open.</summary>
    public string Input(string name, OnnxType type, params object[] dims)
    {
        _names.Add(name);
        _model.Graph.Input.Add(Info(name, type, dims));
        return name;
    }

    /// <summary>Declares an input that need not be given: it is false then.</summary>
    public void Flag(string name)
    {
        Input(name, OnnxType.Bool, 1);
        _model.Graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)OnnxType.Bool,
            RawData = ByteString.CopyFrom(0),
            Dims = { 1 }
        });
    }

    /// <summary>Declares an output under exactly this name.</summary>
    public void Output(string value, string name, OnnxType type, params object[] dims)
    {
        if (value != name)
            _model.Graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { value }, Output = { name } });
        _model.Graph.Output.Add(Info(name, type, dims));
    }

    public string Constant(string hint, ReadOnlySpan<float> values, params long[] dims)
        => Initializer(hint, OnnxType.Float, MemoryMarshal.AsBytes(values), dims);

    public string Constant(string hint, ReadOnlySpan<long> values, params long[] dims)
        => Initializer(hint, OnnxType.Int64, MemoryMarshal.AsBytes(values), dims);

    public string Constant(string hint, ReadOnlySpan<sbyte> values, params long[] dims)
        => Initializer(hint, OnnxType.Int8, MemoryMarshal.AsBytes(values), dims);

    public string Constant(string hint, IReadOnlyList<string> values, params long[] dims)
    {
        var tensor = new TensorProto { Name = Unique(hint), DataType = (int)OnnxType.String, Dims = { dims } };
        tensor.StringData.AddRange(values.Select(ByteString.CopyFromUtf8));
        _model.Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Numbers as bytes, little-endian. They are not copied: the array is the graph's from here on.</summary>
    public string ConstantOf(string hint, OnnxType type, byte[] owned, params long[] dims)
        => Initializer(hint, type, UnsafeByteOperations.UnsafeWrap(owned), dims);

    public string Op(string opType, params string[] inputs) => Op(opType, inputs, []);

    public string Op(string opType, string[] inputs, params (string Name, object Value)[] attributes)
        => Ops(opType, 1, inputs, attributes)[0];

    public string[] Ops(string opType, int outputCount, string[] inputs, params (string Name, object Value)[] attributes)
        => Node(opType, [.. Enumerable.Range(0, outputCount).Select(_ => Unique(opType))], inputs, attributes);

    /// <summary>A node that takes the place of another: its output has exactly this name; null = any.</summary>
    public string OpAs(string? output, string opType, string[] inputs, params (string Name, object Value)[] attributes)
        => Node(opType, [output ?? Unique(opType)], inputs, attributes)[0];

    private string[] Node(string opType, string[] outputs, string[] inputs, (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = opType, Name = outputs[0] };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        _model.Graph.Node.Add(node);
        return outputs;
    }

    /// <summary>ML.NET's OnnxTransformer turns such a node into the slot names of a column (it computes nothing that is used).</summary>
    public void SlotNames(string column, IReadOnlyList<string> names)
    {
        var node = new NodeProto { OpType = "LabelEncoder", Domain = "ai.onnx.ml", Name = $"mlnet.{column}.SlotNames" };
        node.Output.Add(Unique($"mlnet.{column}.unusedOutput"));
        node.Attribute.Add(Attribute("keys_strings", names.ToArray()));
        node.Attribute.Add(Attribute("values_int64s", Enumerable.Range(0, names.Count).Select(i => (long)i).ToArray()));
        node.Input.Add(Constant($"mlnet.{column}.unusedInput", ["x"], 1));
        _model.Graph.Node.Add(node);
        if (_model.OpsetImport.All(set => set.Domain != "ai.onnx.ml"))
            _model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 2 });
    }

    /// <summary>A column that says something about its pipeline without a row being read: the one number 0, under a slot name.</summary>
    public void Remark(string column, string text)
    {
        Output(Constant(column + ".value", [0f], 1, 1), column, OnnxType.Float, 1, 1);
        SlotNames(column, [text]);
    }

    public void Metadata(string key, string value) => _model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });

    public byte[] ToBytes() => _model.ToByteArray();

    public void Save(string path)
    {
        using var stream = File.Create(path);
        _model.WriteTo(stream);
    }

    private string Initializer(string hint, OnnxType type, ReadOnlySpan<byte> raw, long[] dims)
        => Initializer(hint, type, ByteString.CopyFrom(raw), dims);

    private string Initializer(string hint, OnnxType type, ByteString raw, long[] dims)
    {
        var tensor = new TensorProto { Name = Unique(hint), DataType = (int)type, RawData = raw, Dims = { dims } };
        _model.Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private string Unique(string hint)
    {
        var name = hint;
        for (var i = 1; !_names.Add(name); i++)
            name = hint + "_" + i.ToString(CultureInfo.InvariantCulture);
        return name;
    }

    internal static ValueInfoProto Info(string name, OnnxType type, params object[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in dims)
        {
            shape.Dim.Add(dim is string open
                ? new TensorShapeProto.Types.Dimension { DimParam = open }
                : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(dim, CultureInfo.InvariantCulture) });
        }
        return new ValueInfoProto
        {
            Name = name,
            Type =
            new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } }
        };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case long or int:
                (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int,
                    Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case float or double:
                (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float,
                    Convert.ToSingle(value, CultureInfo.InvariantCulture));
                break;
            case string text:
                (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] integers:
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                attribute.Ints.AddRange(integers);
                break;
            case float[] floats:
                attribute.Type = AttributeProto.Types.AttributeType.Floats;
                attribute.Floats.AddRange(floats);
                break;
            case GraphProto graph:
                (attribute.Type, attribute.G) = (AttributeProto.Types.AttributeType.Graph, graph);
                break;
            case string[] texts:
                attribute.Type = AttributeProto.Types.AttributeType.Strings;
                attribute.Strings.AddRange(texts.Select(ByteString.CopyFromUtf8));
                break;
            default:
                throw new ArgumentException(
                    $"Attribute '{name}' has a value of type {value.GetType()}, which ONNX attributes do not take.", nameof(value));
        }
        return attribute;
    }
}
