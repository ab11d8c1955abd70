using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests;

public sealed class LabelColumnTests
{
    private static readonly MLContext s_ml = SpeechRows.Ml;

    public sealed class Keyed
    {
        public string Speaker { get; set; } = "";

        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    public sealed class Numbered
    {
        public string Speaker { get; set; } = "";
        public int Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    [Fact]
    public void Classes_of_a_key_without_names_are_numbered()
    {
        var data = s_ml.Data.LoadFromEnumerable(SpeechRows.Rows(4, "angry", "sad")
            .Select(row => new Keyed { Speaker = row.Speaker, Label = row.Label == "angry" ? 0u : 1u, Features = row.Features }));

        var result = s_ml.MulticlassClassification.CrossValidateBySpeaker(data, SpeechRows.Trainer);

        Assert.Equal(["1", "2"], result.Pooled.Classes);
        Assert.Equal(1, result.Pooled.Uar);
    }

    [Fact]
    public void Classes_of_a_key_of_numbers_are_named_by_its_values()
    {
        var rows = s_ml.Data.LoadFromEnumerable(SpeechRows.Rows(4, "angry", "sad")
            .Select(row => new Numbered { Speaker = row.Speaker, Label = row.Label == "angry" ? 30 : 7, Features = row.Features }));
        var data = s_ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);

        Assert.Equal(["30", "7"], s_ml.MulticlassClassification.CrossValidateBySpeaker(data, SpeechRows.Trainer).Pooled.Classes);
    }

    [Fact]
    public void A_model_that_predicts_text_instead_of_a_key_is_refused()
    {
        var chain = SpeechRows.Trainer.Append(s_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        Assert.Contains("Leave out a MapKeyToValue after the trainer",
            Assert.Throws<InvalidOperationException>(() => s_ml.MulticlassClassification.CrossValidateBySpeaker(
            SpeechRows.View(SpeechRows.Rows(4, "angry", "sad")), (train, _, _) => chain.Fit(train))).Message);
    }
}
