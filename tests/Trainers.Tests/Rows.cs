using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests;

/// <summary>Invented embeddings that carry their class in every value: 3 blocks, 4 to 9 frames, 5 values.</summary>
internal sealed class Row
{
    public const int BlockCount = 3, FeatureSize = 5;

    public string Label { get; set; } = "";

    [VectorType]
    public float[] Embedding { get; set; } = [];

    [VectorType(3), ColumnName("Embedding.Shape")]
    public long[] Shape { get; set; } = [];

    public static List<Row> Make(int count, int seed = 1, params string[] classes)
    {
        string[] names = classes.Length > 0 ? classes : ["angry", "happy", "sad"];
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (label, frames) = (i % names.Length, random.Next(4, 10));
            return new Row
            {
                Label = names[label],
                Shape = [BlockCount, frames, FeatureSize],
                Embedding = [.. Enumerable.Range(0, BlockCount * frames * FeatureSize)
                .Select(j => (float)(random.NextDouble() - 0.5 + (j % FeatureSize == label ? 1 : 0)))],
            };
        })];
    }

    public static IDataView View(MLContext ml, IEnumerable<Row> rows)
    {
        var view = ml.Data.LoadFromEnumerable(rows);
        return ml.Transforms.Conversion.MapValueToKey("Label",
            keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(view).Transform(view);
    }
}
