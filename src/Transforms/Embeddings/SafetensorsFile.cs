using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MlNetSer.Embeddings;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Type">The format's own name of its type: F32, F16, I64, ...</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Start">First byte, counted from the start of the file.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record SafetensorsEntry(string Type, long[] Shape, long Start, long End)
{
    public long Count => Shape.Aggregate(1L, (a, b) => checked(a * b));

    public static int Bytes(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => 0,
    };
}

/// <summary>A safetensors file, memory-mapped: eight bytes of header length, a JSON header, the tensors (huggingface/safetensors).</summary>
/// <remarks>Every offset is checked against the file before it is used. Thread-safe.</remarks>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private const long LongestHeader = 100_000_000;   // the format's own limit
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly string _path;
    private readonly byte* _data;

    private SafetensorsFile(string path, long length)
    {
        _path = path;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors { get; private set; } = new Dictionary<string, SafetensorsEntry>();

    /// <summary>The header's free texts.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

    /// <exception cref="InvalidDataException">The file is damaged, or something else.</exception>
    public static SafetensorsFile Open(string path)
    {
        var length = new FileInfo(path).Length;
        if (length < 8)
            throw new InvalidDataException($"'{path}' has {length} bytes; a safetensors file has at least 8.");
        var file = new SafetensorsFile(path, length);
        try
        {
            file.ReadHeader(length);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A tensor's bytes where they lie; valid until the file is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        var entry = Find(name);
        return new ReadOnlySpan<byte>(_data + entry.Start, checked((int)(entry.End - entry.Start)));
    }

    /// <summary>A tensor's values as float32, row-major.</summary>
    public float[] Floats(string name)
    {
        var entry = Find(name);
        var bytes = Bytes(name);
        var values = new float[entry.Count];
        switch (entry.Type)
        {
            case "F32": MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values); break;
            case "F16": System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values); break;
            case "BF16":
                for (var i = 0; i < values.Length; i++)
                    values[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16);
                break;
            case "F64":
                for (var i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                break;
            case "I64":
                for (var i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]);
                break;
            default: throw new InvalidDataException($"'{_path}': tensor '{name}' is of type {entry.Type}; F16, BF16, F32, F64 and I64 can be read.");
        }
        return values;
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private SafetensorsEntry Find(string name) => Tensors.TryGetValue(name, out var entry) ? entry
        : throw new InvalidDataException($"'{_path}' has no tensor '{name}'. It has {Tensors.Count}, such as {string.Join(", ", Tensors.Keys.Take(3))}.");

    private void ReadHeader(long length)
    {
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(new ReadOnlySpan<byte>(_data, 8));
        if (headerLength < 2 || headerLength > Math.Min(length - 8, LongestHeader))
            throw new InvalidDataException($"'{_path}' claims a header of {headerLength:N0} bytes, but has {length - 8:N0} after its length. It is cut off, or no safetensors file.");
        var tensors = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(new ReadOnlySpan<byte>(_data + 8, (int)headerLength).ToArray());
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Name == "__metadata__")
                {
                    foreach (var text in property.Value.EnumerateObject())
                        metadata[text.Name] = text.Value.GetString() ?? "";
                    continue;
                }
                tensors[property.Name] = Entry(property.Name, property.Value, 8 + headerLength, length);
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"'{_path}': the header is damaged: {error.Message}", error);
        }
        (Tensors, Metadata) = (tensors, metadata);
    }

    private SafetensorsEntry Entry(string name, JsonElement json, long dataStart, long length)
    {
        var offsets = json.GetProperty("data_offsets");
        long[] shape = [.. json.GetProperty("shape").EnumerateArray().Select(v => v.GetInt64())];
        var entry = new SafetensorsEntry(json.GetProperty("dtype").GetString() ?? "", shape, dataStart + offsets[0].GetInt64(), dataStart + offsets[1].GetInt64());
        var wanted = new System.Numerics.BigInteger(SafetensorsEntry.Bytes(entry.Type));
        foreach (var size in shape)
            wanted *= size;
        if (entry.Start < dataStart || entry.End > length || shape.Any(size => size < 0) || entry.End - entry.Start != wanted)
            throw new InvalidDataException($"'{_path}': tensor '{name}' ({entry.Type} [{string.Join(", ", shape)}]) is said to lie at bytes {entry.Start:N0} to {entry.End:N0} of {length:N0}, which does not fit. The file is cut off or damaged.");
        return entry;
    }
}
