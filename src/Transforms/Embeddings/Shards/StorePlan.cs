using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MlNetSer.Embeddings.Shards;

/// <summary>One utterance of a store.</summary>
/// <param name="Key">Hash of the audio's bytes, the front end, the encoder and the key columns: 32 hexadecimal digits.</param>
/// <param name="Name">What a person calls it: the file's name, or the key columns' values.</param>
internal sealed record StoreEntry(string Key, string Name);

/// <summary>
/// An index: which utterances form which shard, fixed before the first is embedded, so that a shard never depends on timing.
/// </summary>
/// <remarks>
/// It is named by the hash of what it says: two processes with the same list write the same file, and a damaged one is found.
/// </remarks>
internal sealed partial class StorePlan
{
    public const string CurrentFormat = "mlnetser-embeddings 1", Extension = ".index.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // a name in any script stays legible
    };

    private readonly byte[] _bytes;

    public StorePlan(string identity, string type, int utterancesPerShard, IReadOnlyList<StoreEntry> entries)
    {
        (Identity, Type, UtterancesPerShard, Entries) = (identity, type, utterancesPerShard, entries);
        _bytes = JsonSerializer.SerializeToUtf8Bytes(new Content(CurrentFormat, identity, type, utterancesPerShard, entries), s_json);
        Name = NameOf(_bytes);
    }

    public string Name { get; }

    public string Identity { get; }

    /// <summary>F16 or F32.</summary>
    public string Type { get; }

    public int UtterancesPerShard { get; }

    public IReadOnlyList<StoreEntry> Entries { get; }

    public int ShardCount => (Entries.Count + UtterancesPerShard - 1) / UtterancesPerShard;

    public string ShardPath(string folder, int shard)
        => Path.Combine(folder, FormattableString.Invariant($"{Name}-{shard:00000}.safetensors"));

    public IReadOnlyList<StoreEntry> Shard(int shard) => [.. Entries.Skip(shard * UtterancesPerShard).Take(UtterancesPerShard)];

    public static IEnumerable<string> IndexFiles(string folder)
        => Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal);

    public static IEnumerable<string> ShardFiles(string folder)
        => Directory.EnumerateFiles(folder, "*.safetensors").Where(path => ShardName().IsMatch(Path.GetFileName(path)))
        .Order(StringComparer.Ordinal);

    public string IndexPath(string folder) => Path.Combine(folder, Name + Extension);

    public void Save(string folder) => WriteWhole(IndexPath(folder), _bytes);

    /// <summary>Writes a temporary file and moves it into place: the file is complete, or absent.</summary>
    public static void WriteWhole(string path, byte[] bytes)
    {
        var part = PartOf(path);
        try
        {
            using (var stream = new FileStream(part, FileMode.CreateNew))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            File.Move(part, path, overwrite: true);
        }
        catch (FileNotFoundException) when (File.Exists(path))
        {
            // Another process had the same to say, said it, and cleared our part away.
        }
        finally
        {
            DeleteParts(path);
        }
    }

    /// <summary>A name beside a file for what is not all of it yet.</summary>
    public static string PartOf(string path) => $"{path}.{Guid.NewGuid():N}.part";

    /// <summary>Clears away what killed processes left of a file.</summary>
    public static void DeleteParts(string path)
    {
        foreach (var part in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path) + ".*.part"))
            File.Delete(part);
    }

    /// <exception cref="InvalidDataException">The file is not what its name says it is.</exception>
    public static StorePlan Load(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var (wanted, found) = (Path.GetFileName(path)[..^Extension.Length], NameOf(bytes));
        if (wanted != found)
            throw new InvalidDataException(
                $"'{path}' is damaged: its bytes hash to {found}, not to its name. Its shards are still good; "
                + "a fill with the same data writes it again.");
        try
        {
            if (JsonSerializer.Deserialize<Content>(bytes, s_json) is
                {
                    Format: CurrentFormat, UtterancesPerShard: > 0, Identity: not null,
                    Type: not null, Entries: not null
                } content)
                return new StorePlan(content.Identity, content.Type, content.UtterancesPerShard, content.Entries);
        }
        catch (JsonException)
        {
            // Reported below: it hashes to its name, so another program wrote it.
        }
        throw new InvalidDataException(
            $"'{path}' is not an index of the format '{CurrentFormat}'. A newer MlNetSer may have written it; give another folder.");
    }

    private static string NameOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));

    [GeneratedRegex(@"^[0-9a-f]{16}-[0-9]{5,}\.safetensors$")]
    private static partial Regex ShardName();

    /// <summary>What the file says.</summary>
    private sealed record Content(string Format, string Identity, string Type, int UtterancesPerShard, IReadOnlyList<StoreEntry> Entries);
}
