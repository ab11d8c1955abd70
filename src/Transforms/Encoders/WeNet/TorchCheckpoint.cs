using System.IO.Compression;
using System.Runtime.InteropServices;

namespace MlNetSer.Encoders.WeNet;

/// <summary>
/// The tensors of a PyTorch checkpoint (<c>torch.save</c> of a state dict: a zip of one pickle and raw storages), read without running any
/// of its code.
/// </summary>
/// <remarks>Storages are read one at a time, when asked for. Not thread-safe.</remarks>
internal sealed class TorchCheckpoint : ITensorSource
{
    // A tensor takes about 150 bytes of pickle: thousands of them, with an optimiser's, stay below 1 MB.
    private const int LongestPickle = 8 << 20, DeepestNesting = 16, MostTensors = 100_000, LongestName = 1024;
    private readonly ZipArchive _zip;
    private readonly string _folder;
    private readonly Dictionary<string, TorchTensor> _tensors = new(StringComparer.Ordinal);
    private int _visited;

    private TorchCheckpoint(ZipArchive zip, string path)
    {
        (_zip, Path) = (zip, path);
        var pickle = zip.Entries.FirstOrDefault(entry => entry.FullName == "data.pkl"
            || entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw new InvalidDataException($"'{path}' is a zip file, but has no data.pkl inside. Give a file that torch.save wrote.");
        _folder = pickle.FullName[..^"data.pkl".Length];
        if (zip.GetEntry(_folder + "constants.pkl") is not null)
            throw new InvalidDataException(
                $"'{path}' is a TorchScript model, made to be run. Give the checkpoint that it was made of (final.pt).");
        if (pickle.Length > LongestPickle)
            throw new InvalidDataException(
                $"'{path}': part '{pickle.FullName}' claims {pickle.Length:N0} bytes; a state dict's has at most {LongestPickle:N0}. "
                + "Save the state dict alone: torch.save(model.state_dict(), path).");
        var bytes = new byte[pickle.Length];
        Read(pickle, 0, bytes);
        Collect(new PickleReader(bytes, path).Read(), "", 0);
        if (_tensors.Count == 0)
            throw new InvalidDataException($"'{path}' holds no tensors. Give the state dict of a model.");
    }

    public string Path { get; }

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <exception cref="InvalidDataException">The file is not such a checkpoint, is cut off, or asks for code to be run.</exception>
    public static TorchCheckpoint Open(string path)
    {
        ZipArchive? zip = null;
        try
        {
            zip = ZipFile.OpenRead(path);
            _ = zip.Entries;   // read lazily, but a fault in the directory is one of the file
        }
        catch (Exception error) when (IsDamage(error))
        {
            zip?.Dispose();
            throw new InvalidDataException(
                $"'{path}' is not a PyTorch checkpoint: it is not a zip file, or it is cut off. "
                + "Give a file that torch.save wrote (PyTorch 1.6 or later).", error);
        }
        try
        {
            return new TorchCheckpoint(zip, path);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public IReadOnlyList<long> Shape(string name) => Find(name).Shape;

    public float[] Values(string name)
    {
        var tensor = Find(name);
        var storage = tensor.Storage;
        var entry = _zip.GetEntry($"{_folder}data/{storage.Key}")
            ?? throw new InvalidDataException(
            $"'{Path}': tensor '{name}' is in storage {storage.Key}, which the file lacks. It is damaged.");
        if (entry.Length / storage.ElementBytes < storage.Count)
            throw new InvalidDataException(
                $"'{Path}': tensor '{name}' [{string.Join(", ", tensor.Shape)}] is in storage {storage.Key} of {storage.Count:N0} "
                + $"elements, but the file has {entry.Length / storage.ElementBytes:N0} of them. It is damaged.");
        if (tensor.Span * Math.Max(storage.ElementBytes, sizeof(float)) > Array.MaxLength)
            throw new InvalidDataException(
                $"'{Path}': tensor '{name}' [{string.Join(", ", tensor.Shape)}] takes {tensor.Span * storage.ElementBytes:N0} bytes; "
                + $"at most {Array.MaxLength:N0} can be read.");

        var part = GC.AllocateUninitializedArray<float>((int)tensor.Span);
        if (storage.Kind == "FloatStorage" && BitConverter.IsLittleEndian)
        {
            Read(entry, tensor.Offset * sizeof(float), MemoryMarshal.AsBytes(part.AsSpan()));
        }
        else
        {
            var bytes = new byte[part.LongLength * storage.ElementBytes];
            Read(entry, tensor.Offset * storage.ElementBytes, bytes);
            storage.Decode(bytes, part);
        }
        if (tensor.IsContiguous)
            return part;
        var values = new float[tensor.Count];
        tensor.Gather(part, values);
        return values;
    }

    public void Dispose() => _zip.Dispose();

    private TorchTensor Find(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor
        : throw new InvalidDataException(
        $"'{Path}' has no tensor '{name}'. It has {_tensors.Count}, such as {string.Join(", ", _tensors.Keys.Take(3))}.");

    /// <summary>
    /// A stretch of a part. PyTorch never compresses, so no part can be larger than the file: a zip bomb is refused by its directory.
    /// </summary>
    private void Read(ZipArchiveEntry entry, long from, Span<byte> into)
    {
        if (entry.Length != entry.CompressedLength)
            throw new InvalidDataException(
                $"'{Path}': part '{entry.FullName}' is packed into {entry.CompressedLength:N0} of {entry.Length:N0} bytes; "
                + "PyTorch never compresses. Save it again with torch.save, or pack it with zip -0.");
        try
        {
            using var stream = entry.Open();
            Span<byte> skipped = stackalloc byte[4096];
            for (var left = from; left > 0; left -= Math.Min(left, skipped.Length))
                stream.ReadExactly(skipped[..(int)Math.Min(left, skipped.Length)]);
            stream.ReadExactly(into);
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw new InvalidDataException($"'{Path}': part '{entry.FullName}' is damaged: {error.Message}", error);
        }
    }

    /// <summary>What a damaged zip makes its reader throw: offsets outside the file come as argument and end-of-stream faults.</summary>
    private static bool IsDamage(Exception error)
        => error is InvalidDataException or EndOfStreamException or NotSupportedException or ArgumentException or OverflowException;

    /// <summary>Names nested dictionaries by dots, so a state dict under "model" is found too.</summary>
    private void Collect(object? value, string name, int depth)
    {
        if (depth > DeepestNesting || ++_visited > MostTensors || name.Length > LongestName)
            throw new InvalidDataException(
                $"'{Path}' nests more than {DeepestNesting} deep, or holds more than {MostTensors:N0} values or names of more than "
                + $"{LongestName:N0} letters; a state dict does not. Save the state dict alone: torch.save(model.state_dict(), path).");
        if (value is TorchTensor tensor)
        {
            _tensors[name] = tensor;
        }
        else if (value is Dictionary<string, object?> dictionary)
        {
            foreach (var (key, item) in dictionary)
                Collect(item, name.Length == 0 ? key : $"{name}.{key}", depth + 1);
        }
    }
}
