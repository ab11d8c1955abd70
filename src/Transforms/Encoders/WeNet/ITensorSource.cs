using MlNetSer.Safetensors;

namespace MlNetSer.Encoders.WeNet;

/// <summary>Named tensors of a file: what PyTorch's and safetensors' formats have in common.</summary>
internal interface ITensorSource : IDisposable
{
    /// <summary>The file, for errors.</summary>
    string Path { get; }

    /// <summary>Names of the tensors, in the file's order.</summary>
    IReadOnlyCollection<string> Names { get; }

    bool Contains(string name);

    /// <exception cref="InvalidDataException">There is no such tensor.</exception>
    IReadOnlyList<long> Shape(string name);

    /// <summary>A tensor's values as float32, row-major.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or the file is damaged.</exception>
    float[] Values(string name);
}

/// <summary>A safetensors file as a source of tensors.</summary>
internal sealed class SafetensorsSource(string path) : ITensorSource
{
    private readonly SafetensorsFile _file = SafetensorsFile.Open(path);

    public string Path => path;

    public IReadOnlyCollection<string> Names { get => field ??= [.. _file.Tensors.Keys]; }

    public bool Contains(string name) => _file.Tensors.ContainsKey(name);

    public IReadOnlyList<long> Shape(string name) => _file.Tensors.TryGetValue(name, out var entry) ? entry.Shape
        : throw new InvalidDataException($"'{path}' has no tensor '{name}'.");

    public float[] Values(string name) => _file.Floats(name);

    public void Dispose() => _file.Dispose();
}
