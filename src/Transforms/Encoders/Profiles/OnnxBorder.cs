using System.Globalization;
using MlNetSer.Onnx;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Encoders.Profiles;

/// <summary>What can be told of a graph from outside: its inputs and outputs, its metadata.</summary>
internal sealed record OnnxBorder(string Source, IReadOnlyList<BorderTensor> Inputs, IReadOnlyList<BorderTensor> Outputs,
    IReadOnlyDictionary<string, string> Metadata)
{
    public static OnnxBorder Of(ModelProto model, string source)
    {
        var weights = model.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();   // old exporters list these as inputs too
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in model.MetadataProps)
            metadata[entry.Key] = entry.Value;
        return new OnnxBorder(source, [.. model.Graph.Input.Where(input => !weights.Contains(input.Name)).Select(BorderTensor.Of)],
            [.. model.Graph.Output.Select(BorderTensor.Of)], metadata);
    }

    public BorderTensor? Input(string name) => Inputs.FirstOrDefault(input => input.Name == name);

    public BorderTensor? Output(string name) => Outputs.FirstOrDefault(output => output.Name == name);

    public int? Number(string key)
        => Metadata.TryGetValue(key, out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>An input or output.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its dimensions, a number or a name each; null = not told.</param>
internal sealed record BorderTensor(string Name, OnnxType Type, IReadOnlyList<string>? Shape)
{
    public static BorderTensor Of(ValueInfoProto info)
        => new(info.Name, (OnnxType)(info.Type?.TensorType?.ElemType ?? 0), info.Type?.TensorType?.Shape?.Dim
        .Select(dim => dim.HasDimValue ? dim.DimValue.ToString(CultureInfo.InvariantCulture)
        : dim.DimParam is { Length: > 0 } name ? name : "?").ToList());

    public int? Rank => Shape?.Count;

    /// <summary>A dimension's size; null = open, or not told.</summary>
    public int? Size(int dimension)
        => Shape is not null && dimension < Shape.Count && int.TryParse(Shape[dimension], CultureInfo.InvariantCulture, out var size)
        ? size : null;

    public override string ToString() => $"{Name} {Type} [{(Shape is null ? "?" : string.Join(", ", Shape))}]";
}
