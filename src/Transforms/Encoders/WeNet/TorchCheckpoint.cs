using System.Buffers.Binary;
using System.IO.Compression;

namespace MlNetSer.Encoders;

/// <summary>The tensors of a PyTorch checkpoint (<c>torch.save</c> of a state dict: a zip of one pickle and raw storages), read without running any of its code.</summary>
internal sealed class TorchCheckpoint : IDisposable
{
    private readonly ZipArchive _zip;
    private readonly string _path, _folder;
    private readonly Dictionary<string, TorchTensor> _tensors = new(StringComparer.Ordinal);

    private TorchCheckpoint(ZipArchive zip, string path, string folder) => (_zip, _path, _folder) = (zip, path, folder);

    /// <summary>Names of the tensors, in the file's order.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <exception cref="InvalidDataException">The file is no such checkpoint, is cut off, or asks for code to be run.</exception>
    public static TorchCheckpoint Open(string path)
    {
        ZipArchive zip;
        try
        {
            zip = ZipFile.OpenRead(path);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"'{path}' is not a PyTorch checkpoint: it is no zip file, or it is cut off. Give a file that torch.save wrote (PyTorch 1.6 or later).", error);
        }
        var checkpoint = new TorchCheckpoint(zip, path, "");
        try
        {
            var pickle = zip.Entries.FirstOrDefault(entry => entry.FullName == "data.pkl" || entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
                ?? throw new InvalidDataException($"'{path}' is a zip file, but has no data.pkl inside. Give a file that torch.save wrote.");
            checkpoint = new TorchCheckpoint(zip, path, pickle.FullName[..^"data.pkl".Length]);
            var root = new PickleReader(checkpoint.Bytes(pickle), path).Read();
            checkpoint.Collect(root, "");
            if (checkpoint._tensors.Count == 0)
                throw new InvalidDataException($"'{path}' holds no tensors. Give the state dict of a model.");
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public IReadOnlyList<long> Shape(string name) => Find(name).Shape;

    /// <summary>A tensor's values as float32, row-major.</summary>
    public float[] Values(string name)
    {
        var tensor = Find(name);
        var entry = _zip.GetEntry($"{_folder}data/{tensor.Storage.Key}")
            ?? throw new InvalidDataException($"'{_path}': tensor '{name}' is in storage {tensor.Storage.Key}, which the file lacks. It is damaged.");
        var size = tensor.Storage.ElementBytes;
        var bytes = Bytes(entry);
        if (bytes.Length / size < tensor.Storage.Count || tensor.Offset < 0 || tensor.LastElement >= tensor.Storage.Count)
            throw new InvalidDataException($"'{_path}': tensor '{name}' [{string.Join(", ", tensor.Shape)}] needs element {tensor.LastElement:N0} of storage {tensor.Storage.Key}, which has {bytes.Length / size:N0}. The file is damaged.");
        var values = new float[tensor.Count];
        var index = new long[tensor.Shape.Length];
        for (long i = 0, at = tensor.Offset; i < values.Length; i++)
        {
            values[i] = tensor.Storage.Element(bytes, at);
            for (var axis = index.Length - 1; axis >= 0; axis--)
            {
                at += tensor.Strides[axis];
                if (++index[axis] < tensor.Shape[axis])
                    break;
                at -= index[axis] * tensor.Strides[axis];
                index[axis] = 0;
            }
        }
        return values;
    }

    public void Dispose() => _zip.Dispose();

    private TorchTensor Find(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor
        : throw new InvalidDataException($"'{_path}' has no tensor '{name}'. It has {_tensors.Count}, such as {string.Join(", ", _tensors.Keys.Take(3))}.");

    private byte[] Bytes(ZipArchiveEntry entry)
    {
        try
        {
            using var stream = entry.Open();
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return memory.ToArray();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"'{_path}': part '{entry.FullName}' is damaged: {error.Message}", error);
        }
    }

    /// <summary>Names nested dictionaries by dots, so a state dict under "model" is found too.</summary>
    private void Collect(object? value, string name)
    {
        if (value is TorchTensor tensor)
        {
            _tensors[name] = tensor;
        }
        else if (value is Dictionary<object, object?> dictionary)
        {
            foreach (var (key, item) in dictionary)
                Collect(item, name.Length == 0 ? key.ToString()! : $"{name}.{key}");
        }
    }
}

/// <summary>A block of numbers in a checkpoint.</summary>
internal sealed record TorchStorage(string Kind, string Key, long Count)
{
    public int ElementBytes => Kind switch
    {
        "DoubleStorage" or "LongStorage" => 8,
        "FloatStorage" or "IntStorage" => 4,
        "HalfStorage" or "BFloat16Storage" or "ShortStorage" => 2,
        _ => 1,
    };

    public float Element(byte[] bytes, long index)
    {
        var at = bytes.AsSpan((int)(index * ElementBytes), ElementBytes);
        return Kind switch
        {
            "DoubleStorage" => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
            "LongStorage" => BinaryPrimitives.ReadInt64LittleEndian(at),
            "FloatStorage" => BinaryPrimitives.ReadSingleLittleEndian(at),
            "IntStorage" => BinaryPrimitives.ReadInt32LittleEndian(at),
            "HalfStorage" => (float)BinaryPrimitives.ReadHalfLittleEndian(at),
            "BFloat16Storage" => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
            "ShortStorage" => BinaryPrimitives.ReadInt16LittleEndian(at),
            _ => at[0],
        };
    }
}

/// <summary>A view of a storage.</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    public long Count => Shape.Aggregate(1L, (a, b) => checked(a * b));

    public long LastElement => Count == 0 ? Offset - 1 : Offset + Shape.Zip(Strides, (size, stride) => (size - 1) * stride).Sum();
}
