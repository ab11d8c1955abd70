using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace MlNetSer.Safetensors;

/// <summary>
/// A safetensors file, memory-mapped: eight bytes of header length, a JSON header, the tensors (huggingface/safetensors).
/// </summary>
/// <remarks>Every offset is checked against the file before it is used. Thread-safe.</remarks>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly string _path;
    private readonly byte* _data;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(string path, SafetensorsHeader header)
    {
        (_path, _header) = (path, header);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _data);
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => _header.Tensors;

    /// <summary>The header's free texts.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <exception cref="InvalidDataException">The file is damaged, or something else.</exception>
    public static SafetensorsFile Open(string path)
    {
        using var handle = File.OpenHandle(path);
        return new SafetensorsFile(path, SafetensorsHeader.Read(path, handle));
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
            default:
                throw new InvalidDataException(
                $"'{_path}': tensor '{name}' is of type {entry.Type}; F16, BF16, F32, F64 and I64 can be read.");
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
        : throw new InvalidDataException(
        $"'{_path}' has no tensor '{name}'. It has {Tensors.Count}, such as {string.Join(", ", Tensors.Keys.Take(3))}.");
}
