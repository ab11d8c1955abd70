using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests;

public sealed class SpeakerCrossValidationTests
{
    private static readonly MLContext Ml = new(1);

    private sealed class Row
    {
        public string Speaker { get; set; } = "";
        public string Label { get; set; } = "";

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }

    private static IDataView Data(params string[] labels)
    {
        var rows = Enumerable.Range(0, 40).Select(i =>
            new Row { Speaker = "s" + i % 4, Label = labels[i / 4 % labels.Length], Features = [i / 4 % labels.Length, 1] });
        var view = Ml.Data.LoadFromEnumerable(rows);
        return Ml.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
    }

    [Fact]
    public void Test_rows_never_reach_fit()
    {
        List<(string[] Train, string[] Validation)> seen = [];

        var result = Ml.MulticlassClassification.CrossValidateBySpeaker(Data("a", "b"), (train, validation, _) =>
        {
            seen.Add((Speakers(train), Speakers(validation)));
            return Ml.MulticlassClassification.Trainers.NaiveBayes().Fit(train);
        });

        Assert.Equal(4, result.Folds.Count);
        Assert.All(result.Folds.Zip(seen), pair =>
        {
            Assert.DoesNotContain(pair.First.Fold.TestSpeakers[0], pair.Second.Train);
            Assert.DoesNotContain(pair.First.Fold.TestSpeakers[0], pair.Second.Validation);
            Assert.Equal(pair.First.Fold.TrainSpeakers, pair.Second.Train);
        });
        Assert.Equal(40, result.Pooled.Total);

        static string[] Speakers(IDataView view) => [.. view.GetColumn<string>("Speaker").Distinct().Order()];
    }

    [Fact]
    public void Separable_rows_score_100()
    {
        var result = Ml.MulticlassClassification.CrossValidateBySpeaker(
            Data("a", "b"), Ml.MulticlassClassification.Trainers.SdcaMaximumEntropy());

        Assert.Equal(1.0, result.Pooled.Uar);
        Assert.Contains("UAR 100.0 ± 0.0 over 4 folds; pooled 100.0 (95 % interval 100.0 to 100.0, drawn by speaker); accuracy 100.0",
            result.ToString());
        Assert.Contains("Leave one speaker out; nobody validated: the estimator has no Fit that takes validation rows, so the rows of the "
            + "validation side were left out (those of the next speaker); 40 utterances of 4 speakers", result.ToString());
        Assert.Contains("\"MeanUar\": 1", result.ToJson());
    }

    [Fact]
    public void One_class_is_refused()
        => Assert.Contains("one class only", Assert.Throws<InvalidOperationException>(
        () => Ml.MulticlassClassification.CrossValidateBySpeaker(Data("a"), (_, _, _) => throw new NotSupportedException())).Message);

    [Fact]
    public void A_missing_speaker_column_is_named()
        => Assert.Contains("Could not find text column 'Who'",
        Assert.Throws<ArgumentOutOfRangeException>(() => Ml.MulticlassClassification.CrossValidateBySpeaker(
            Data("a", "b"), (_, _, _) => throw new NotSupportedException(),
                new SpeakerCrossValidationOptions { Columns = { Speaker = "Who" } })).Message);
}
