using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests;

public sealed class CrossCorpusTests
{
    private static readonly MLContext s_ml = SpeechRows.Ml;

    private static IEstimator<ITransformer> Trainer => SpeechRows.Trainer;

    private static FoldModels Within(out SpeakerCrossValidationResult result)
    {
        var models = new FoldModels();
        result = s_ml.MulticlassClassification.CrossValidateBySpeaker(
            SpeechRows.View(SpeechRows.Rows(4, "angry", "happy")), Trainer, new SpeakerCrossValidationOptions { ModelFitted = models.Add });
        return models;
    }

    /// <summary>A model that a test writes down.</summary>
    private static FoldModel Stub(int fold, Action<Shown, Scored> score)
    {
        var labels = SpeechRows.View(SpeechRows.Rows(1, "angry", "happy"));
        var model = s_ml.Transforms.CustomMapping(score, null)
            .Append(s_ml.Transforms.Conversion.MapValueToKey(
            "PredictedLabel", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue,
            keyData: s_ml.Data.LoadFromEnumerable(new[] { new Key { PredictedLabel = "angry" },
            new Key { PredictedLabel = "happy" } }))).Fit(labels);
        return new FoldModel { Fold = Fold.Of(fold, ["x"], ["y"], ["z"]), Model = model };
    }

    public sealed class Key
    {
        public string PredictedLabel { get; set; } = "";
    }

    public sealed class Shown
    {
        public string Utterance { get; set; } = "";
    }

    public sealed class Scored
    {
        public string PredictedLabel { get; set; } = "";

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }

    private static FoldModel Sure(int fold, string certain, float angry) => Stub(fold, (row, scored) =>
    {
        var share = row.Utterance.Contains(certain) ? angry : 0.4f;
        (scored.PredictedLabel, scored.Score) = (share > 0.5f ? "angry" : "happy", [share, 1 - share]);
    });

    [Fact]
    public void Uars_of_the_models_are_averaged_and_the_ensemble_averages_probabilities()
    {
        // Four rows, one speaker each class. Model 1: angry rows certainly angry (0.9), happy rows happy: UAR 1. Model 2: all happy, angry
        // rows by 0.6: UAR 1/2. Mean probability of angry on angry rows: (0.9 + 0.4) / 2 = 0.65, so the ensemble is right: UAR 1.
        var target = SpeechRows.View(SpeechRows.Rows(1, "angry", "happy").Where(row => row.Script == "script 0"));

        var result = s_ml.MulticlassClassification.CrossCorpus([Sure(1, "angry", 0.9f), Sure(2, "nobody", 0)], target);

        Assert.Equal([1.0, 0.5], result.Folds.Select(fold => fold.Matrix.Uar));
        Assert.Equal((0.75, Math.Sqrt(0.125), 1.0), (result.MeanUar, result.UarStandardDeviation, result.Ensemble.Uar));
        Assert.Equal(0.65, result.Predictions[0].Probabilities[0], 1e-6);
        Assert.Equal([0, 1], result.Predictions[0].Predicted);
        // One speaker only: every draw is the target itself.
        Assert.Equal((0.75, 0.75), (result.Interval.Low, result.Interval.High));
        // By utterance a draw of the two rows is angry twice (models right in 1 and 0), one of each, or happy twice (1 and 1).
        Assert.Equal((0.5, 1.0), (result.IntervalByUtterance.Low, result.IntervalByUtterance.High));
        Assert.StartsWith(
            "UAR 75.0 ± 35.4 over 2 models (95 % interval 75.0 to 75.0, drawn by speaker; 50.0 to 100.0 by utterance); "
            + "ensemble 100.0 (100.0 to 100.0)", result.ToString());
    }

    [Fact]
    public void Models_of_a_run_score_all_of_another_corpus_after_the_label_map()
    {
        using var models = Within(out var within);
        var rows = SpeechRows.Rows(2, "angry", "excited", "fearful");
        foreach (var row in rows)
            row.Speaker += "2";
        var options = new CrossCorpusOptions { LabelMap = { ["excited"] = "happy", ["fearful"] = "" }, Notes = { ["seed"] = "1" } };

        var result = s_ml.MulticlassClassification.CrossCorpus(models, SpeechRows.View(rows), options);

        Assert.Equal(1.0, within.MeanUar);
        Assert.Equal((4, 1.0, 1.0), (result.Folds.Count, result.MeanUar, result.Ensemble.Uar));
        Assert.Equal(16, result.Predictions.Count);
        Assert.Equal(
            "8 rows left out: their class is mapped to none (a-fearful-0, a-fearful-1, a-fearful-2, a-fearful-3, b-fearful-0, ...)",
            result.LeftOut!.ToString());
        Assert.Contains("labels: excited -> happy, fearful -> left out", result.ToString());
        Assert.DoesNotContain("score leaks", result.ToString());
        Assert.Equal(result.ToJson(), CrossCorpusResult.FromJson(result.ToJson()).ToJson());
    }

    [Fact]
    public void A_target_that_shares_speaker_names_is_flagged()
    {
        using var models = Within(out _);

        Assert.Contains("audit: 2 speakers of the target have the name of a training or validation speaker (a, b)",
            s_ml.MulticlassClassification.CrossCorpus(models, SpeechRows.View(SpeechRows.Rows(2, "angry", "happy"))).ToString());
    }

    [Fact]
    public void A_speaker_who_chose_the_epoch_is_flagged_as_well()
    {
        using var models = Within(out _);
        var validated = models[0] with { Fold = Fold.Of(1, ["x"], ["b"], ["z"]), Validation = ValidationUse.Used };

        Assert.Equal(["b"], s_ml.MulticlassClassification.CrossCorpus(
            [validated], SpeechRows.View(SpeechRows.Rows(2, "angry", "happy"))).SpeakersAlsoInTraining);
    }

    [Fact]
    public void A_result_says_what_its_models_were_trained_on_and_by_which_folds()
    {
        using var models = Within(out var within);
        var target = SpeechRows.View(SpeechRows.Rows(2, "angry", "happy"));
        CrossCorpusResult On(string corpus) => s_ml.MulticlassClassification.CrossCorpus(
            models.Take(1).Select(model => model with { Corpus = corpus }), target);

        var result = CrossCorpusResult.FromJson(On("iemocap/merge-excited/4-0").ToJson());

        Assert.Equal("iemocap/merge-excited/4-0", result.Source);
        Assert.Equal(within.Protocol.ToString(), result.Protocol!.ToString());
        Assert.Equal(within.Folds[0].Fold.TrainSpeakers, result.Folds[0].Fold.TrainSpeakers);
        Assert.Equal(["Source: iemocap/merge-excited/4-0 -> iemocap/improvised-only/4-0"],
            result.DifferencesTo(On("iemocap/improvised-only/4-0")));
        Assert.Contains("with other protocols", Assert.Throws<InvalidOperationException>(
            () => CrossCorpusResult.Merge([result, On("iemocap/improvised-only/4-0")])).Message);
        Assert.Contains("Give models of one run", Assert.Throws<InvalidOperationException>(
            () => s_ml.MulticlassClassification.CrossCorpus([models[0], models[1] with { Corpus = "other" }], target)).Message);
    }

    [Fact]
    public void An_edited_result_is_refused()
    {
        using var models = Within(out _);
        var json = s_ml.MulticlassClassification.CrossCorpus(models, SpeechRows.View(SpeechRows.Rows(2, "angry", "happy"))).ToJson();

        Assert.Contains("says UAR 0.5, but its predictions give 1. The file was cut or edited",
            Assert.Throws<InvalidDataException>(() => CrossCorpusResult.FromJson(
            json.Replace("\"MeanUar\": 1,", "\"MeanUar\": 0.5,"))).Message);
        Assert.Contains("has 2 classes, but utterance 'a-angry-0' is 7",
            Assert.Throws<InvalidDataException>(() => CrossCorpusResult.FromJson(
            json.Replace("\"Utterance\":\"a-angry-0\",\"Speaker\":\"a\",\"Truth\":0",
            "\"Utterance\":\"a-angry-0\",\"Speaker\":\"a\",\"Truth\":7"))).Message);
    }

    [Fact]
    public void What_cannot_be_scored_is_refused_by_name()
    {
        using var models = Within(out _);
        var target = SpeechRows.View(SpeechRows.Rows(2, "angry", "excited"));
        string Refusal(IEnumerable<FoldModel> from, CrossCorpusOptions? options = null) =>
            Assert.Throws<InvalidOperationException>(() => s_ml.MulticlassClassification.CrossCorpus(from, target, options)).Message;

        Assert.Contains("The models give the classes angry, happy; the target also has 'excited'. Map each in CrossCorpusOptions.LabelMap",
            Refusal(models));
        Assert.Contains("There are no models.", Refusal([]));
        Assert.Contains("The scores of utterance 'a-angry-0' are not probabilities: 3, 4",
            Refusal([Stub(1, (_, scored) => (scored.PredictedLabel, scored.Score) = ("happy", [3, 4]))],
            new CrossCorpusOptions { LabelMap = { ["excited"] = "happy" } }));
    }

    [Fact]
    public void Kept_models_are_disposed_of_once_by_their_owner()
    {
        var models = Within(out _);
        Assert.Equal([1, 2, 3, 4], models.Select(model => model.Fold.Number));

        models.Dispose();

        Assert.Empty(models);
    }
}
