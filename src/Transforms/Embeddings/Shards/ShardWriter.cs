using System.Buffers;
using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MlNetSer.Composition;
using MlNetSer.Safetensors;

namespace MlNetSer.Embeddings.Shards;

/// <summary>Writes one shard to a temporary file and moves it into place when all of it is on disk: a shard is complete, or
/// absent.</summary>
internal sealed class ShardWriter : IDisposable
{
    private const float LargestHalf = 65_504;
    private const int ChunkBytes = 1 << 16;

    private readonly StorePlan _plan;
    private readonly string _path, _part;
    private readonly int _headerLength;
    private readonly Stream _stream;
    private readonly List<StoredTensor> _tensors = [];
    private bool _done;

    /// <param name="path">Where the shard belongs.</param>
    /// <param name="plan">Whose shard it is.</param>
    /// <param name="entries">Its utterances, in the order in which they are added; some may be left out.</param>
    /// <param name="create">Opens the file to write.</param>
    public ShardWriter(string path, StorePlan plan, IReadOnlyList<StoreEntry> entries, Func<string, Stream> create)
    {
        (_path, _plan) = (path, plan);
        _part = StorePlan.PartOf(path);
        _headerLength = ShardHeader.Length(plan.Identity, plan.Type, entries);
        _stream = create(_part);
        try
        {
            _stream.Position = 8 + _headerLength;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the tensors so far.</summary>
    public long ByteCount => _tensors.Count == 0 ? 0 : _tensors[^1].End;

    /// <summary>Adds the embedding of the next utterance, which <see cref="Fault(string, EmbeddingValues)"/> found nothing wrong
    /// with.</summary>
    public void Add(StoreEntry entry, ReadOnlySpan<long> shape, EmbeddingValues values)
    {
        var (start, checksum) = (ByteCount, 0u);
        var size = SafetensorsEntry.Bytes(_plan.Type);
        var (buffer, scratch) = (ArrayPool<byte>.Shared.Rent(ChunkBytes), ArrayPool<float>.Shared.Rent(ChunkBytes / size));
        for (long at = 0; at < values.Length; at += ChunkBytes / size)
        {
            var chunk = values.Chunk(at, scratch.AsSpan(0, ChunkBytes / size));
            var bytes = buffer.AsSpan(0, chunk.Length * size);
            if (size == sizeof(float))
                MemoryMarshal.AsBytes(chunk).CopyTo(bytes);
            else
                TensorPrimitives.ConvertToHalf(chunk, MemoryMarshal.Cast<byte, Half>(bytes));
            checksum = Crc32C.Append(checksum, bytes);
            _stream.Write(bytes);
        }
        ArrayPool<byte>.Shared.Return(buffer);
        ArrayPool<float>.Shared.Return(scratch);
        _tensors.Add(new StoredTensor(entry, shape.ToArray(), checksum, start, _stream.Position - 8 - _headerLength));
    }

    /// <summary>Writes the header, waits for the disk, and moves the shard into its place.</summary>
    public void Commit()
    {
        var start = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(start, _headerLength);
        _stream.Position = 0;
        _stream.Write(start);
        _stream.Write(ShardHeader.Write(_plan.Identity, _plan.Type, _tensors, _headerLength));
        if (_stream is FileStream file)
            file.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_part, _path, overwrite: true);
        _done = true;
    }

    public void Dispose()
    {
        if (_done)
            return;
        _done = true;
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // The disk that would not take the shard will not take its last bytes either; the part goes.
        }
        File.Delete(_part);
    }

    /// <summary>Why values cannot be stored: not finite, or too large for float16; null where they can.</summary>
    /// <param name="type">F16 or F32.</param>
    /// <param name="values">An embedding.</param>
    public static string? Fault(string type, ReadOnlySpan<float> values) => Fault(type, values, 0);

    /// <inheritdoc cref="Fault(string, ReadOnlySpan{float})"/>
    public static string? Fault(string type, EmbeddingValues values)
    {
        var scratch = ArrayPool<float>.Shared.Rent(ChunkBytes);
        string? fault = null;
        for (long at = 0; at < values.Length && fault is null; at += ChunkBytes)
            fault = Fault(type, values.Chunk(at, scratch.AsSpan(0, ChunkBytes)), at);
        ArrayPool<float>.Shared.Return(scratch);
        return fault;
    }

    private static string? Fault(string type, ReadOnlySpan<float> values, long first)
    {
        var limit = type == "F16" ? LargestHalf : float.MaxValue;
        if (Math.Abs(TensorPrimitives.MaxMagnitude(values)) <= limit)   // false for NaN, too
            return null;
        var at = 0;
        while (Math.Abs(values[at]) <= limit)
            at++;
        return float.IsFinite(values[at])
            ? $"its embedding holds {values[at]} at position {first + at}, and float16 ends at 65,504. Set "
                + "EmbeddingStoreOptions.Precision = "
            + "EmbeddingPrecision.Float32, and give a new folder."
            : "its embedding " + FiniteValues.Holds(values[at], first + at);
    }
}
