using Microsoft.ML;

namespace MlNetSer.Tests;

[Collection("libtorch")]
public sealed class ValidationRowsReachTheTrainerTests
{
    private static readonly MLContext s_ml = new(1);

    private static IDataView Spoken(string label = "Label")
    {
        var rows = Row.Make(36)
            .Select((row, i) => new SpokenRow
            {
                Label = row.Label,
                Embedding = row.Embedding,
                Shape = row.Shape,
                Speaker = "s" + i / 3 % 4,
            });
        var view = s_ml.Data.LoadFromEnumerable(rows);
        return s_ml.Transforms.Conversion.MapValueToKey(label, "Label",
            keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(view).Transform(view);
    }

    [Fact]
    public void Either_spelling_hands_the_trainer_its_validation_rows()
    {
        List<TrainingReport> reports = [];
        var trainer = s_ml.MulticlassClassification.Trainers.CtaRnn(Quick.With(new CtaRnnOptions(), epochs: 6));
        SpeakerCrossValidationOptions Options() => new()
        {
            DescribeModel = model =>
            {
                reports.Add(((SpeechClassifier)model).Report);
                return $"epoch {reports[^1].SelectedEpoch}";
            },
        };

        var first = s_ml.MulticlassClassification.CrossValidateBySpeaker(Spoken(), trainer, Options());
        var second = s_ml.MulticlassClassification.CrossValidateBySpeaker(Spoken(), trainer.Fit, Options());

        Assert.All(reports, report => Assert.Equal((18, 9, report.Epochs.MinBy(epoch => epoch.ValidationLoss)!.Number),
            (report.TrainCount, report.ValidationCount, report.SelectedEpoch)));
        Assert.All(first.Folds, fold => Assert.Equal(ValidationUse.Used, fold.Validation));
        Assert.Empty(first.DifferencesTo(second));
        Assert.Contains($"  epoch {reports[0].SelectedEpoch}\n", first.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void An_estimator_of_which_the_caller_says_that_it_uses_no_validation_rows_has_no_validator()
    {
        var trainer = s_ml.MulticlassClassification.Trainers.CtaRnn(Quick.With(new CtaRnnOptions(), epochs: 1));

        var told = s_ml.MulticlassClassification.CrossValidateBySpeaker(Spoken(), trainer, new() { FitUsesValidation = false });

        Assert.All(told.Folds, fold => Assert.Equal(ValidationUse.NotUsed, fold.Validation));
        Assert.Contains("nobody validated", told.ProtocolInWords);
    }

    [Fact]
    public void Block_0_is_refused_by_name_and_value()
        => Assert.Contains("Block is 0, but blocks count from 1", Assert.Throws<ArgumentException>(
            () => s_ml.MulticlassClassification.Trainers.RnnMhsa(new RnnMhsaOptions { Block = 0 })).Message);

    [Fact]
    public void A_chain_that_ends_in_a_trainer_says_that_nobody_validated()
    {
        var chain = s_ml.Transforms.CopyColumns("Copy",
            "Speaker").Append(s_ml.MulticlassClassification.Trainers.CtaRnn(Quick.With(new CtaRnnOptions(), epochs: 1)));

        Assert.Contains("nobody validated", s_ml.MulticlassClassification.CrossValidateBySpeaker(Spoken(), chain).ProtocolInWords);
    }

    [Fact]
    public void A_label_that_is_no_key_gets_one_sentence_everywhere()
    {
        var text = s_ml.Data.LoadFromEnumerable(Row.Make(12)
            .Select(row => new SpokenRow { Label = row.Label, Embedding = row.Embedding, Shape = row.Shape, Speaker = "a" }));
        var catalog = s_ml.MulticlassClassification;
        var trainer = catalog.Trainers.CtaRnn(Quick.With(new CtaRnnOptions(), epochs: 1));
        using var model = trainer.Fit(Spoken());
        string Refusal(Action call) => Assert.Throws<ArgumentOutOfRangeException>(call).Message;

        string[] messages = [
            Refusal(() => trainer.Fit(text)),
            Refusal(() => s_ml.Transforms.CopyColumns("Copy", "Speaker").Append(trainer).Fit(text)),   // asks GetOutputSchema first
            Refusal(() => catalog.CrossValidateBySpeaker(text, trainer)),
            Refusal(() => catalog.CrossValidateBySpeaker(text, trainer.Fit)),
            Refusal(() => catalog.AuditSpeakerFolds(text)),
            Refusal(() => catalog.MakeSpeakerFolds(text)),
            Refusal(() => catalog.CrossCorpus([new FoldModel
            {
                Fold = new SpeakerFold { Number = 1, TrainSpeakers = ["x"], ValidationSpeakers = ["y"], TestSpeakers = ["z"] },
                Model = model,
            }], text)),
            Refusal(() => catalog.SweepBySpeaker(text, (CtaRnnOptions o) => catalog.Trainers.CtaRnn(o).Fit,
                new SweepOptions { TestFoldCount = 0 }))];

        Assert.Equal("Schema mismatch for label column 'Label': expected Key, got String. Append "
            + "ml.Transforms.Conversion.MapValueToKey(\"Label\"). (Parameter 'schema')", Assert.Single(messages.Distinct()));
    }

    [Fact]
    public void A_key_without_names_is_trained_and_scored_by_its_numbers()
    {
        var rows = Row.Make(36)
            .Select((row, i) => new KeyedRow
            {
                Label = row.Label == "angry" ? 0u : row.Label == "happy" ? 1u
            : 2u,
                Embedding = row.Embedding,
                Shape = row.Shape,
                Speaker = "s" + i / 3 % 4
            });

        var result = s_ml.MulticlassClassification.CrossValidateBySpeaker(s_ml.Data.LoadFromEnumerable(rows),
            s_ml.MulticlassClassification.Trainers.CtaRnn(Quick.With(new CtaRnnOptions(), epochs: 1)));

        Assert.Equal(["1", "2", "3"], result.Pooled.Classes);
    }

    public sealed class SpokenRow
    {
        public string Speaker { get; set; } = "";
        public string Label { get; set; } = "";

        [Microsoft.ML.Data.VectorType]
        public float[] Embedding { get; set; } = [];

        [Microsoft.ML.Data.VectorType(3), Microsoft.ML.Data.ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];
    }

    public sealed class KeyedRow
    {
        public string Speaker { get; set; } = "";

        [Microsoft.ML.Data.KeyType(3)]
        public uint Label { get; set; }

        [Microsoft.ML.Data.VectorType]
        public float[] Embedding { get; set; } = [];

        [Microsoft.ML.Data.VectorType(3), Microsoft.ML.Data.ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];
    }
}
