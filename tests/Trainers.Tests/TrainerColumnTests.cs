using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests;

/// <summary>What a trainer refuses before any work, with the sentence that helps: by the promised schema and by the data alike.</summary>
[Collection("libtorch")]
public sealed class TrainerColumnTests
{
    private static readonly MLContext Ml = new(1);
    private static readonly SpeechEncoder Encoder = SpeechEncoder.Untrained();

    private static MulticlassClassificationCatalog.MulticlassClassificationTrainers Trainers => Ml.MulticlassClassification.Trainers;

    private static readonly Dictionary<string, (Func<SpeechTrainer> Create, string Said)> Cases = new()
    {
        ["CtaRnn on a filterbank"] = (() => Trainers.CtaRnn(new CtaRnnOptions { FeatureColumnName = "Filterbank" }),
            "Column 'Filterbank' gives one sequence, but CtaRnn weighs several against each other. Use RnnMhsa"),
        ["ChannelTemporalAttention on a filterbank"] = (()
            => Trainers.ChannelTemporalAttention(new ChannelTemporalAttentionOptions { FeatureColumnName = "Filterbank" }), "Use RnnMhsa"),
        ["WeightedFusionRnn on one block"] = (()
            => Trainers.WeightedFusionRnn(new WeightedFusionRnnOptions { FeatureColumnName = "OneBlock" }),
                "Column 'OneBlock' gives one sequence, but WeightedFusionRnn"),
        ["EarlyFusionRnn on a filterbank"] = (() => Trainers.EarlyFusionRnn(new EarlyFusionRnnOptions { FeatureColumnName = "Filterbank" }),
            "Use RnnMhsa"),
        ["LateFusionRnn on one stream"] = (() => Trainers.LateFusionRnn(new LateFusionRnnOptions { Streams = [new("Embedding", [2])] }),
            "Use RnnMhsa"),
        ["RnnMhsa on four blocks"] = (() => Trainers.RnnMhsa(),
            "Column 'Embedding' has 4 blocks, but RnnMhsa takes one sequence. Set RnnMhsaOptions.Block"),
        ["RnnMhsa on block 5 of four"] = (() => Trainers.RnnMhsa(new RnnMhsaOptions { Block = 5 }),
            "Block 5 of column 'Embedding' is asked for, but it has blocks 1 to 4."),
        ["LateFusionRnn on block 2 of a filterbank"] = (()
            => Trainers.LateFusionRnn(new LateFusionRnnOptions { Streams = [new("Embedding"), new("Filterbank", [2])] }),
                "Block 2 of column 'Filterbank' is asked for"),
        ["CtaRnn on a waveform"] = (() => Trainers.CtaRnn(new CtaRnnOptions { FeatureColumnName = "Waveform" }),
            "Schema mismatch for feature column 'Waveform': expected embeddings or a filterbank, got a waveform of 16,000 Hz. Append "
                + "EmbedSpeech"),
        ["a label of text"] = (() => Trainers.CtaRnn(new CtaRnnOptions { LabelColumnName = "Speaker" }),
            "Schema mismatch for label column 'Speaker': expected Key, got String. "
                + "Append ml.Transforms.Conversion.MapValueToKey(\"Speaker\")."),
    };

    public static TheoryData<string> All => [.. Cases.Keys];

    [Theory, MemberData(nameof(All))]
    public void A_trainer_refuses_what_it_cannot_learn_from_before_a_row_is_read(string name)
    {
        var (create, said) = Cases[name];
        var data = Ml.Data.LoadFromEnumerable(Untouchable());
        var features = Features();
        var embedded = features.Fit(data).Transform(data);

        // a chain asks for all schemas before it fits its first part
        var promised = Assert.ThrowsAny<Exception>(() => features.Append(create()).Fit(data));
        var delivered = Assert.ThrowsAny<Exception>(() => create().Fit(embedded));

        Assert.Contains(said, promised.Message);
        Assert.Equal(promised.Message, delivered.Message);
    }

    [Fact]
    public void One_block_in_a_column_of_the_user_s_own_is_refused_when_it_is_read()
    {
        var rows = Row.Make(12);
        foreach (var row in rows)
            (row.Embedding, row.Shape) = (row.Embedding[..(row.Embedding.Length / 3)], [1, row.Shape[1], row.Shape[2]]);

        var error = Assert.Throws<InvalidOperationException>(() => Trainers.CtaRnn(Quick.With(new CtaRnnOptions()))
            .Fit(Row.View(Ml, rows)));

        Assert.Contains("Use RnnMhsa", error.Message);
    }

    [Fact]
    public void A_validation_set_that_another_encoder_made_is_refused_before_a_row_is_read()
    {
        var data = Ml.Data.LoadFromEnumerable(Untouchable());
        IDataView By(SpeechEncoder encoder)
        {
            var view = Ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(Ml.Transforms.EmbedSpeech("Embedding", encoder))
                .Fit(data).Transform(data);
            return view;
        }

        var error = Assert.Throws<InvalidOperationException>(() => Trainers.CtaRnn().Fit(By(Encoder), By(SpeechEncoder.Untrained(2))));

        Assert.Contains("Embed both with one encoder", error.Message);
    }

    private static EstimatorChain<ITransformer> Features()
    {
        IEstimator<ITransformer>[] parts =
        [
            Ml.Transforms.LoadAudio("Waveform", "AudioPath"),
            Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform"),
            Ml.Transforms.EmbedSpeech("Embedding", Encoder),
            Ml.Transforms.EmbedSpeech("OneBlock", Encoder, "Filterbank", 3),
        ];
        return parts.Aggregate(new EstimatorChain<ITransformer>(), (chain, part) => chain.Append(part));
    }

    private static IEnumerable<SpeechRow> Untouchable()
    {
        Assert.Fail("a row was read");
        yield break;
    }

    private sealed class SpeechRow
    {
        public string AudioPath { get; set; } = "";

        public string Speaker { get; set; } = "";

        [KeyType(3)]
        public uint Label { get; set; }
    }
}
