using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Shards;

namespace MlNetSer.Tests.Embeddings;

/// <summary>A folder with a store and files that stand for audio; gone after the test.</summary>
internal sealed class StoreFolder : IDisposable
{
    public const string Identity = "fake encoder";

    private readonly string _root = Directory.CreateTempSubdirectory("mlnetser-store-").FullName;

    public StoreFolder(int audioCount = 10) => Audio = FakePipeline.Audio(AudioFolder, audioCount);

    public MLContext Ml { get; } = new();

    public string[] Audio { get; }

    public string AudioFolder => System.IO.Path.Combine(_root, "audio");

    public string Path => System.IO.Path.Combine(_root, "store");

    /// <summary>Paths in the order in which they were embedded.</summary>
    public List<string> Embedded { get; } = [];

    /// <summary>The folder inside it that belongs to the fake encoder.</summary>
    public string Own => StoreLayout.Folder(Path, Identity);

    public string[] Shards => [.. Directory.GetFiles(Path, "*.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public string Index => Directory.GetFiles(Path, "*.index.json", SearchOption.AllDirectories).Single();

    public IDataView Data(IEnumerable<string>? audio = null) => FakePipeline.Data(Ml, audio ?? Audio, Embedded.Add);

    public CachedDataView Fill(Action<EmbeddingStoreOptions>? set = null, string identity = Identity,
        IProgress<EmbeddingProgress>? progress = null)
    {
        var options = new EmbeddingStoreOptions { UtterancesPerShard = 4 };
        set?.Invoke(options);
        return Data().Cached(Path, identity, options, progress);
    }

    /// <summary>Every file of a store by its path in it.</summary>
    public static Dictionary<string, byte[]> Bytes(string folder)
        => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(path => System.IO.Path.GetRelativePath(folder, path), File.ReadAllBytes);

    public static void AssertSameBytes(IReadOnlyDictionary<string, byte[]> expected, string folder)
    {
        var actual = Bytes(folder);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, bytes) in expected)
            Assert.True(bytes.AsSpan().SequenceEqual(actual[name]), $"{name} differs.");
    }

    /// <summary>Paths with their embeddings, as a data view gives them.</summary>
    public static List<(string Path, float[] Values)> Read(IDataView data, Random? rand = null)
    {
        List<(string, float[])> rows = [];
        using var cursor = data.GetRowCursor([data.Schema["AudioPath"], data.Schema["Embedding"]], rand);
        var getPath = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["AudioPath"]);
        var getValues = cursor.GetGetter<VBuffer<float>>(data.Schema["Embedding"]);
        var (path, values) = (default(ReadOnlyMemory<char>), default(VBuffer<float>));
        while (cursor.MoveNext())
        {
            getPath(ref path);
            getValues(ref values);
            rows.Add((path.ToString(), [.. values.DenseValues()]));
        }
        return rows;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
