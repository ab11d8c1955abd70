using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace MlNetSer.Safetensors;

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

/// <summary>What comes before the tensors of a safetensors file: eight bytes of length, then JSON (huggingface/safetensors).</summary>
/// <param name="Bytes">The JSON as it is in the file, its padding with it.</param>
/// <param name="Tensors">The tensors by name, in the order of the JSON; every offset lies inside the file.</param>
/// <param name="Metadata">The free texts.</param>
internal sealed record SafetensorsHeader(byte[] Bytes, IReadOnlyDictionary<string, SafetensorsEntry> Tensors,
    IReadOnlyDictionary<string, string> Metadata)
{
    public const string MetadataName = "__metadata__";
    private const long Longest = 100_000_000;   // the format's own limit

    /// <exception cref="InvalidDataException">The file is damaged, or something else.</exception>
    public static SafetensorsHeader Read(string path, SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        if (length < 8)
            throw new InvalidDataException($"'{path}' has {length} bytes; a safetensors file has at least 8.");
        Span<byte> start = stackalloc byte[8];
        ReadFully(path, file, start, 0);
        var headerLength = BinaryPrimitives.ReadInt64LittleEndian(start);
        if (headerLength < 2 || headerLength > Math.Min(length - 8, Longest))
            throw new InvalidDataException(
                $"'{path}' claims a header of {headerLength:N0} bytes, but has {length - 8:N0} after its length. "
                + "It is cut off, or not a safetensors file.");
        var bytes = new byte[headerLength];
        ReadFully(path, file, bytes, 8);
        return Parse(path, bytes, length);
    }

    /// <summary>Fills <paramref name="into"/> from a place in a file, or says where the file ends.</summary>
    public static void ReadFully(string path, SafeFileHandle file, Span<byte> into, long offset)
    {
        for (var done = 0; done < into.Length;)
        {
            var count = RandomAccess.Read(file, into[done..], offset + done);
            if (count == 0)
                throw new InvalidDataException(
                    $"'{path}' ends at byte {offset + done:N0}; bytes up to {offset + into.Length:N0} were wanted. "
                    + "It was cut off while in use.");
            done += count;
        }
    }

    private static SafetensorsHeader Parse(string path, byte[] bytes, long length)
    {
        var tensors = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Name != MetadataName)
                    tensors[property.Name] = Entry(path, property.Name, property.Value, 8 + bytes.Length, length);
                else
                    foreach (var text in property.Value.EnumerateObject())
                        metadata[text.Name] = text.Value.GetString() ?? "";
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"'{path}': the header is damaged: {error.Message}", error);
        }
        return new SafetensorsHeader(bytes, tensors, metadata);
    }

    private static SafetensorsEntry Entry(string path, string name, JsonElement json, long dataStart, long length)
    {
        var offsets = json.GetProperty("data_offsets");
        long[] shape = [.. json.GetProperty("shape").EnumerateArray().Select(v => v.GetInt64())];
        var (start, end) = (offsets[0].GetInt64(), offsets[1].GetInt64());
        var type = json.GetProperty("dtype").GetString() ?? "";
        var wanted = new System.Numerics.BigInteger(SafetensorsEntry.Bytes(type));
        foreach (var size in shape)
            wanted *= size;
        if (start < 0 || end < start || end > length - dataStart || shape.Any(size => size < 0) || end - start != wanted)
            throw new InvalidDataException(
                $"'{path}': tensor '{name}' ({type} [{string.Join(", ", shape)}]) is said to lie at bytes {start:N0} to {end:N0} of "
                + $"{length - dataStart:N0}, which does not fit. The file is cut off or damaged.");
        return new SafetensorsEntry(type, shape, dataStart + start, dataStart + end);
    }
}
