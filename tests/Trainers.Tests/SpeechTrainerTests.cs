using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace MlNetSer.Tests;

[Collection("libtorch")]   // its random generator and its count of tensors belong to the process: one test at a time
public sealed class SpeechTrainerTests
{
    private static readonly MLContext Ml = new(1);

    public static TheoryData<string> Trainers
        => ["RnnMhsa", "WeightedFusionRnn", "EarlyFusionRnn", "LateFusionRnn", "ChannelTemporalAttention", "CtaRnn"];

    private static SpeechTrainer Create(string name, int epochs = 20, int seed = 1)
    {
        var trainers = Ml.MulticlassClassification.Trainers;
        return name switch
        {
            "RnnMhsa" => trainers.RnnMhsa(Quick.With(new RnnMhsaOptions { Block = 2 }, epochs, seed)),
            "WeightedFusionRnn" => trainers.WeightedFusionRnn(Quick.With(new WeightedFusionRnnOptions(), epochs, seed)),
            "EarlyFusionRnn" => trainers.EarlyFusionRnn(Quick.With(new EarlyFusionRnnOptions(), epochs, seed)),
            "LateFusionRnn" => trainers.LateFusionRnn(Quick.With(new LateFusionRnnOptions(), epochs, seed)),
            "ChannelTemporalAttention" => trainers.ChannelTemporalAttention(
            Quick.With(new ChannelTemporalAttentionOptions(), epochs, seed)),
            _ => trainers.CtaRnn(Quick.With(new CtaRnnOptions(), epochs, seed)),
        };
    }

    [Theory, MemberData(nameof(Trainers))]
    public void Separable_utterances_are_learned_and_scored_by_ML_NETs_own_evaluator(string name)
    {
        using var model = Create(name).Fit(Row.View(Ml, Row.Make(48)), Row.View(Ml, Row.Make(24, seed: 2)));

        var metrics = Ml.MulticlassClassification.Evaluate(model.Transform(Row.View(Ml, Row.Make(30, seed: 3))));

        Assert.Equal(1.0, metrics.MacroAccuracy);
        Assert.Equal(20, model.Report.Epochs.Count);
        Assert.Equal(model.Report.Epochs.MinBy(e => e.ValidationLoss)!.Number, model.Report.SelectedEpoch);
    }

    [Theory, MemberData(nameof(Trainers))]
    public void Saved_model_scores_like_the_original(string name)
    {
        var data = Row.View(Ml, Row.Make(24));
        using var model = Create(name, epochs: 3).Fit(data);
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "emotion.zip");

        Ml.Model.Save(model, data.Schema, path);
        var loaded = new MLContext().Model.Load(path, out _);

        Assert.Equal(Scores(model.Transform(data)), Scores(loaded.Transform(data)));
        var engine = Ml.Model.CreatePredictionEngine<UnlabelledRow, Prediction>(loaded, ignoreMissingColumns: true);
        var row = Row.Make(1)[0];
        var prediction = engine.Predict(new UnlabelledRow { Embedding = row.Embedding, Shape = row.Shape });
        Assert.Equal(1, prediction.Score.Sum(), 1e-5);
    }

    [Theory, MemberData(nameof(Trainers))]
    public void Promised_schema_is_delivered(string name)
    {
        var data = Row.View(Ml, Row.Make(24));
        var trainer = Create(name, epochs: 1);

        var promised = new EstimatorChain<ITransformer>().Append(Ml.Transforms.Conversion.MapValueToKey("Label", "Label")).Append(trainer);
        using var model = trainer.Fit(data);
        var delivered = model.Transform(data).Schema;

        Assert.NotNull(promised);
        Assert.IsType<KeyDataViewType>(delivered["PredictedLabel"].Type);
        Assert.Equal(3, ((VectorDataViewType)delivered["Score"].Type).Size);
        VBuffer<ReadOnlyMemory<char>> names = default;
        delivered["Score"].GetSlotNames(ref names);
        Assert.Equal(["angry", "happy", "sad"], names.DenseValues().Select(n => n.ToString()));
        VBuffer<ReadOnlyMemory<char>> keys = default;
        delivered["PredictedLabel"].GetKeyValues(ref keys);
        Assert.Equal(["angry", "happy", "sad"], keys.DenseValues().Select(n => n.ToString()));
        Assert.Equal(["Embedding", "Embedding.Shape", "Label", "PredictedLabel", "Score"], delivered.Where(c => !c.IsHidden)
            .Select(c => c.Name).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Trainers))]
    public void Same_seed_gives_the_same_bits(string name)
    {
        var data = Row.View(Ml, Row.Make(24));

        using var first = Create(name, epochs: 2).Fit(data);
        using var second = Create(name, epochs: 2).Fit(data);
        using var other = Create(name, epochs: 2, seed: 2).Fit(data);

        Assert.Equal(first.Scoring, second.Scoring);
        Assert.NotEqual(first.Scoring, other.Scoring);
    }

    [Theory, MemberData(nameof(Trainers))]
    public void Thread_count_changes_no_bit_of_a_trained_model(string name)
    {
        var data = Row.View(Ml, Row.Make(24));
        byte[] Train(int threads)
        {
            var trainer = Create(name, epochs: 2);
            trainer.Options.ThreadCount = threads;
            using var model = trainer.Fit(data);
            return model.Scoring;
        }

        Assert.Equal(Train(1), Train(2));
        Assert.Equal(Train(1), Train(5));
    }

    [Theory, MemberData(nameof(Trainers))]
    public void Epochs_leave_no_tensors_behind(string name)
    {
        var data = Row.View(Ml, Row.Make(24));
        long Left(int epochs)
        {
            var before = torch.Tensor.TotalCount;
            Create(name, epochs).Fit(data, data).Dispose();
            return torch.Tensor.TotalCount - before;
        }

        // new Parameter(tensor) takes over the tensor's handle and TorchSharp goes on counting the empty shell: one for each parameter,
        // whatever the epochs.
        Assert.Equal(Left(epochs: 1), Left(epochs: 4));
    }

    [Fact]
    public void One_class_is_refused_by_its_name()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Create("CtaRnn").Fit(Row.View(Ml, Row.Make(6, 1, "sad"))));

        Assert.Contains("one class only ('sad', 6 rows)", error.Message);
    }

    [Fact]
    public void Missing_and_mistyped_columns_are_refused_before_any_work()
    {
        var unlabelled = Ml.Data.LoadFromEnumerable(Row.Make(3));

        Assert.Contains("Could not find feature column 'Nothing'", Assert.Throws<ArgumentOutOfRangeException>(
            () => Ml.MulticlassClassification.Trainers.CtaRnn(new CtaRnnOptions { FeatureColumnName = "Nothing" })
                .Fit(Row.View(Ml, Row.Make(3)))).Message);
        Assert.Contains("Schema mismatch for label column 'Label': expected Key, got String",
            Assert.Throws<ArgumentOutOfRangeException>(() => Create("CtaRnn").Fit(unlabelled)).Message);
    }

    [Fact]
    public void Faulty_options_are_reported_together()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            Ml.MulticlassClassification.Trainers.CtaRnn(new CtaRnnOptions { Epochs = 0, RecurrentDropout = 1 }));

        Assert.Contains("Epochs is 0", error.Message);
        Assert.Contains("RecurrentDropout is 1", error.Message);
    }

    [Fact]
    public void Several_blocks_without_a_choice_are_refused_by_RnnMhsa()
        => Assert.Contains("has 3 blocks, but RnnMhsa takes one sequence", Assert.Throws<InvalidOperationException>(
            () => Ml.MulticlassClassification.Trainers.RnnMhsa().Fit(Row.View(Ml, Row.Make(6)))).Message);

    [Fact]
    public void Cancelling_stops_training()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => Create("CtaRnn").Fit(Row.View(Ml, Row.Make(6)), null, null, cancelled.Token));
    }

    private static float[][] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];

    private sealed class UnlabelledRow
    {
        [VectorType]
        public float[] Embedding { get; set; } = [];

        [VectorType(3), ColumnName("Embedding.Shape")]
        public long[] Shape { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
