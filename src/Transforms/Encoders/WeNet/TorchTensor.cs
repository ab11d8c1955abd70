using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MlNetSer.Encoders.WeNet;

/// <summary>A block of numbers in a checkpoint.</summary>
/// <param name="Kind">PyTorch's name of its type, one of <see cref="Kinds"/>.</param>
/// <param name="Key">Its file's name inside the zip.</param>
/// <param name="Count">Elements.</param>
internal sealed record TorchStorage(string Kind, string Key, long Count)
{
    /// <summary>More elements than any model has, few enough that sizes in bytes cannot overflow.</summary>
    public const long MostElements = 1L << 40;

    /// <summary>Bytes of an element by PyTorch's name of its type.</summary>
    public static IReadOnlyDictionary<string, int> Kinds { get; } = new[]
    {
        ("DoubleStorage", 8), ("LongStorage", 8), ("FloatStorage", 4), ("IntStorage", 4), ("HalfStorage", 2), ("BFloat16Storage", 2),
        ("ShortStorage", 2), ("CharStorage", 1), ("ByteStorage", 1), ("BoolStorage", 1),
    }.ToDictionary(StringComparer.Ordinal);

    public int ElementBytes => Kinds[Kind];

    /// <summary>Elements as float32: little-endian, as PyTorch writes on every machine that .NET runs on.</summary>
    public void Decode(ReadOnlySpan<byte> bytes, Span<float> into)
    {
        switch (Kind)
        {
            case "FloatStorage": MemoryMarshal.Cast<byte, float>(bytes).CopyTo(into); break;
            case "HalfStorage": TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), into); break;
            default:
                for (var i = 0; i < into.Length; i++)
                    into[i] = Element(bytes.Slice(i * ElementBytes, ElementBytes));
                break;
        }
    }

    private float Element(ReadOnlySpan<byte> at) => Kind switch
    {
        "DoubleStorage" => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
        "LongStorage" => BinaryPrimitives.ReadInt64LittleEndian(at),
        "IntStorage" => BinaryPrimitives.ReadInt32LittleEndian(at),
        // the upper half of a float32
        "BFloat16Storage" => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
        "ShortStorage" => BinaryPrimitives.ReadInt16LittleEndian(at),
        "CharStorage" => (sbyte)at[0],
        _ => at[0],
    };
}

/// <summary>A view of a storage: element (i, j, ...) lies at offset + i · strides[0] + j · strides[1] + ...</summary>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    public long Count => Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>Storage elements from the first one used to the last; <see cref="Count"/> of a tensor without holes.</summary>
    public long Span => Count == 0 ? 0 : 1 + Shape.Zip(Strides, (size, stride) => (size - 1) * stride).Sum();

    public bool IsContiguous
    {
        get
        {
            var wanted = 1L;
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
            {
                if (Shape[axis] != 1 && Strides[axis] != wanted)
                    return false;
                wanted *= Shape[axis];
            }
            return true;
        }
    }

    /// <summary>
    /// Whether every element lies inside the storage, and no element is used twice so often that the tensor outgrows it. All else here
    /// relies on it.
    /// </summary>
    public bool Fits()
    {
        if (Offset < 0 || Shape.Concat(Strides).Any(value => value is < 0 or > TorchStorage.MostElements))
            return false;
        if (Shape.Contains(0))
            return true;
        var (count, last) = ((Int128)1, (Int128)Offset);
        for (var axis = 0; axis < Shape.Length; axis++)
        {
            count *= Shape[axis];
            last += (Int128)(Shape[axis] - 1) * Strides[axis];
            if (count > Storage.Count || last >= Storage.Count)
                return false;
        }
        return last < Storage.Count;
    }

    /// <summary>Copies the elements, row by row, out of the storage's part that starts at <see cref="Offset"/>.</summary>
    public void Gather(ReadOnlySpan<float> part, Span<float> into)
    {
        var index = new long[Shape.Length];
        for (int i = 0, at = 0; i < into.Length; i++)
        {
            into[i] = part[at];
            for (var axis = index.Length - 1; axis >= 0; axis--)
            {
                at += (int)Strides[axis];
                if (++index[axis] < Shape[axis])
                    break;
                at -= (int)(index[axis] * Strides[axis]);
                index[axis] = 0;
            }
        }
    }
}
