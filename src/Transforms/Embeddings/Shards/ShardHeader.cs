using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MlNetSer.Safetensors;

namespace MlNetSer.Embeddings.Shards;

/// <summary>A tensor of a shard: <c>[blocks, frames, dimension]</c> or <c>[frames, dimension]</c>.</summary>
/// <param name="Entry">Whose embedding it is.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Checksum">CRC-32C of its bytes.</param>
/// <param name="Start">First byte, counted from the first tensor's.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record StoredTensor(StoreEntry Entry, long[] Shape, uint Checksum, long Start, long End);

/// <summary>The header of a shard: safetensors' own, whose free texts say who made it and what its bytes must hash to.</summary>
/// <remarks>
/// Its length is known before a tensor is (the longest it can get; the rest is spaces), so a shard is written in one pass. Its own checksum
/// comes first and is counted as eight zeros.
/// </remarks>
internal static class ShardHeader
{
    private const string Opening = $$"""{"{{SafetensorsHeader.MetadataName}}":{"crc32c":"{{NoChecksum}}""", NoChecksum = "00000000";
    private static readonly int s_checksumAt = Opening.Length - NoChecksum.Length;

    /// <summary>Bytes that the header of these utterances takes, a multiple of 8.</summary>
    public static int Length(string identity, string type, IReadOnlyList<StoreEntry> entries)
    {
        const long offset = 999_999_999_999_999;
        var longest = Json(identity, type, [.. entries.Select(
            entry => new StoredTensor(entry, [int.MaxValue, int.MaxValue, int.MaxValue], 0, offset, offset))]);
        return (longest.WrittenCount + 7) / 8 * 8;
    }

    public static byte[] Write(string identity, string type, IReadOnlyList<StoredTensor> tensors, int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill((byte)' ');
        Json(identity, type, tensors).WrittenSpan.CopyTo(bytes);
        Encoding.ASCII.GetBytes(Hex(Crc32C.Append(0, bytes)), bytes.AsSpan(s_checksumAt));
        return bytes;
    }

    /// <summary>What the header says its own checksum is, and what it is; null where it does not begin like a shard's.</summary>
    public static (string Said, string Found)? Checksum(ReadOnlySpan<byte> header)
    {
        if (!header.StartsWith(Encoding.ASCII.GetBytes(Opening[..s_checksumAt])) || header.Length < Opening.Length)
            return null;
        var zeroed = header.ToArray();
        Encoding.ASCII.GetBytes(NoChecksum, zeroed.AsSpan(s_checksumAt));
        return (Encoding.ASCII.GetString(header.Slice(s_checksumAt, NoChecksum.Length)), Hex(Crc32C.Append(0, zeroed)));
    }

    public static string Hex(uint checksum) => checksum.ToString("x8", CultureInfo.InvariantCulture);

    private static ArrayBufferWriter<byte> Json(string identity, string type, IReadOnlyList<StoredTensor> tensors)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartObject(SafetensorsHeader.MetadataName);
        json.WriteString("crc32c", NoChecksum);
        json.WriteString("format", StorePlan.CurrentFormat);
        json.WriteString("identity", identity);
        foreach (var tensor in tensors)
            json.WriteString(tensor.Entry.Key, $"{Hex(tensor.Checksum)} {tensor.Entry.Name}");
        json.WriteEndObject();
        foreach (var tensor in tensors)
        {
            json.WriteStartObject(tensor.Entry.Key);
            json.WriteString("dtype", type);
            json.WriteStartArray("shape");
            foreach (var size in tensor.Shape)
                json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(tensor.Start);
            json.WriteNumberValue(tensor.End);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return bytes;
    }
}
