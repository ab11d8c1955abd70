using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Benchmarks;

/// <summary>The embedding store at the paper's size, 64 utterances of [12, 110, 512], from a warm page cache.</summary>
internal static class Store
{
    private const int UtteranceCount = 64, BlockCount = 12, FrameCount = 110, Dimension = 512, Values = BlockCount * FrameCount * Dimension;

    public static IEnumerable<string> Run(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("mlnetser-store-benchmark-").FullName;
        try
        {
            var ml = new MLContext();
            var random = new Random(1);
            var row = new Row { Embedding = [.. Enumerable.Range(0, Values).Select(_ => (float)random.NextDouble())] };
            var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, UtteranceCount)
                .Select(i => new Row { Id = i.ToString(CultureInfo.InvariantCulture), Embedding = row.Embedding }));
            var options = new EmbeddingStoreOptions { AudioPathColumnName = null, KeyColumnNames = ["Id"] };
            yield return Line("fill, fsync and all", Best(1, () => data.Cached(folder, "benchmark", options)));
            yield return Line("open again, every checksum", Best(rounds, () => data.Cached(folder, "benchmark", options)));

            using var store = EmbeddingStore.Open(folder);
            var before = ResidentBytes();
            var block = new float[FrameCount * Dimension];
            var bytes = new byte[block.Length * 2];
            using var file = File.OpenHandle(Directory.GetFiles(folder, "*.safetensors", SearchOption.AllDirectories)[0]);
            yield return Line("floor: the same bytes, not widened",
                Best(rounds, () => ForEachBlock((utterance, n) =>
                RandomAccess.Read(file, bytes, 8 + ((utterance * BlockCount) + n) * (long)bytes.Length))));
            yield return Line("store.Read, all 12 blocks", Best(rounds,
                () => ForEachBlock((utterance, n) => store.Read(utterance, n + 1, block))));
            yield return Line("store.Read, 1 block of 12", Best(rounds, () => ForEachBlock((utterance, n) =>
            {
                if (n == 6)
                    store.Read(utterance, n + 1, block);
            })));
            var cached = data.Cached(folder, "benchmark", options);
            yield return Line("data view cursor, the whole column", Best(rounds, () => Read(cached)));
            var size = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(f => f.Length);
            yield return string.Create(CultureInfo.InvariantCulture, $"memory grew by {(ResidentBytes() - before) >> 20} MB over "
                + $"{size >> 20} MB of store");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void ForEachBlock(Action<int, int> read)
    {
        for (var utterance = 0; utterance < UtteranceCount; utterance++)
        {
            for (var n = 0; n < BlockCount; n++)
                read(utterance, n);
        }
    }

    private static void Read(IDataView data)
    {
        using var cursor = data.GetRowCursor([data.Schema["Embedding"]]);
        var get = cursor.GetGetter<VBuffer<float>>(data.Schema["Embedding"]);
        VBuffer<float> values = default;
        while (cursor.MoveNext())
            get(ref values);
    }

    private static double Best(int rounds, Action run) => Enumerable.Range(0, rounds).Min(_ =>
    {
        var clock = Stopwatch.StartNew();
        run();
        return clock.Elapsed.TotalMilliseconds / UtteranceCount;
    });

    private static string Line(string what, double milliseconds)
        => string.Create(CultureInfo.InvariantCulture, $"{what,-36} {milliseconds:F3} ms per utterance");

    private static long ResidentBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        [VectorType]
        public float[] Embedding { get; set; } = [];

        [VectorType(3), ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [BlockCount, FrameCount, Dimension];
    }
}
