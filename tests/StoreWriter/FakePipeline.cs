using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests;

/// <summary>
/// A lazy pipeline without an encoder: a file's bytes seed its embedding, 3 blocks x 4 to 8 frames x 6 values in [-1, 1].
/// </summary>
public static class FakePipeline
{
    public const int BlockCount = 3, FeatureSize = 6;

    /// <summary>Writes files that stand for audio.</summary>
    public static string[] Audio(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var path = Path.Combine(folder, $"utterance-{i:000}.wav");
            File.WriteAllText(path, $"the sound of {i}");
            return path;
        })];
    }

    /// <summary>The columns AudioPath, Speaker (key), Embedding and Embedding.Shape; tells of every path that is embedded.</summary>
    public static IDataView Data(MLContext ml, IEnumerable<string> paths, Action<string>? embedding = null)
    {
        var rows = ml.Data.LoadFromEnumerable(paths.Select((path, i) => new PathRow { AudioPath = path, Speaker = $"s{i % 4}" }));
        var keyed = ml.Transforms.Conversion.MapValueToKey("Speaker").Fit(rows).Transform(rows);
        return ml.Transforms.CustomMapping<PathOnly, EmbeddingRow>((row, output) =>
        {
            embedding?.Invoke(row.AudioPath);
            (output.Shape, output.Embedding) = Embed(row.AudioPath);
        }, null).Fit(keyed).Transform(keyed);
    }

    public static (long[] Shape, float[] Values) Embed(string path)
    {
        var random = new Random(BitConverter.ToInt32(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))));
        var frames = random.Next(4, 9);
        return ([BlockCount, frames, FeatureSize], [.. Enumerable.Range(0, BlockCount * frames * FeatureSize)
            .Select(_ => (float)(random.NextDouble() * 2 - 1))]);
    }

    private sealed class PathRow
    {
        public string AudioPath { get; set; } = "";
        public string Speaker { get; set; } = "";
    }

    private sealed class PathOnly
    {
        public string AudioPath { get; set; } = "";
    }

    private sealed class EmbeddingRow
    {
        [VectorType]
        public float[] Embedding { get; set; } = [];

        [VectorType(3), ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];
    }
}
