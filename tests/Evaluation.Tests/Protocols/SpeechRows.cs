using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests;

/// <summary>A small corpus as a data view: two sessions or more of two speakers, one number that tells the classes apart.</summary>
internal static class SpeechRows
{
    public static readonly MLContext Ml = new(1);

    /// <summary>Learns the classes in no time and is the same in every run: one thread, no random numbers.</summary>
    public static IEstimator<ITransformer> Trainer
        => Ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
        new Microsoft.ML.Trainers.LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            NumberOfThreads = 1,
            L2Regularization = 0.01f,
            L1Regularization = 0
        });

    public sealed class Row
    {
        public string Utterance { get; set; } = "";
        public string Speaker { get; set; } = "";
        public string Session { get; set; } = "";
        public string Script { get; set; } = "";
        public string Condition { get; set; } = "";
        public string Label { get; set; } = "";

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    /// <summary>
    /// Each of the speakers a, b, c, ... says each class four times, half of them improvised, in a script of the repetition.
    /// </summary>
    public static List<Row> Rows(int speakerCount = 6, params string[] classes)
        => [.. from s in Enumerable.Range(0, speakerCount)
               from c in Enumerable.Range(0, classes.Length)
               from i in Enumerable.Range(0, 4)
               select new Row
               {
                   Utterance = $"{(char)('a' + s)}-{classes[c]}-{i}",
                   Speaker = $"{(char)('a' + s)}",
                   Session = $"{s / 2 + 1}",
                   Script = $"script {i}",
                   Condition = i < 2 ? "improvised" : "scripted",
                   Label = classes[c],
                   Features = [c, 1],
               }];

    public static IDataView View(IEnumerable<Row> rows)
    {
        var view = Ml.Data.LoadFromEnumerable(rows);
        return Ml.Transforms.Conversion.MapValueToKey("Label",
            keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(view).Transform(view);
    }

    public static string[] Values(IDataView view, string column) => [.. view.GetColumn<string>(column).Distinct().Order()];
}
