using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;
using MlNetSer.Encoders.FrontEnds;
using MlNetSer.Marks;
using MlNetSer.Tests.Composition;
using MlNetSer.Tests.Text;

namespace MlNetSer.Tests.Marks;

/// <summary>A column knows what it holds, and a part that cannot take that refuses it before any work.</summary>
public sealed class ColumnKindTests
{
    private static readonly MLContext Ml = new(1);
    private static readonly SpeechEncoder Encoder = SpeechEncoder.Untrained();
    private static readonly SpeechEncoder Ctc = SpeechEncoder.Untrained(1,
        new ConformerOptions { BlockCount = 2, Dimension = 32, HeadCount = 2, FeedForwardSize = 32, KernelSize = 3, VocabularySize = 3 });

    private static CtcTokens Tokens => CtcTokens.FromList(["<blk>", "a", "b"]);

    [Fact]
    public void A_waveform_goes_through_the_front_end_in_both_forms_of_EmbedSpeech()
    {
        using var folder = new WavFolder();
        var speech = Through(folder.Rows(Ml), Audio());

        var one = Embedding(speech, Ml.Transforms.EmbedSpeech("Embedding", Encoder, "Waveform"));
        var other = Embedding(speech, Ml.Transforms.EmbedSpeech("Embedding", "Waveform", Encoder));

        Assert.Equal(4 * 23 * 64, one.Length);   // 16,000 samples: 98 frames of features, 23 of the encoder
        Assert.Equal(one, other);
    }

    [Fact]
    public void A_filterbank_is_taken_as_it_is_in_both_forms_of_EmbedSpeech()
    {
        using var folder = new WavFolder();
        var speech = Through(folder.Rows(Ml), Audio().Append(Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform")));

        var one = Embedding(speech, Ml.Transforms.EmbedSpeech("Embedding", Encoder, "Filterbank"));
        var other = Embedding(speech, Ml.Transforms.EmbedSpeech("Embedding", "Filterbank", Encoder));
        var fromWaveform = Embedding(speech, Ml.Transforms.EmbedSpeech("Embedding", Encoder, "Waveform"));

        Assert.Equal(one, other);
        Assert.Equal(one, fromWaveform);
    }

    public static TheoryData<string, string> WrongPairs => new()
    {
        { "filterbank of 8 kHz", "expected a waveform of 8,000 Hz, got a waveform of 16,000 Hz. Set LogMelFilterbankOptions.SampleRateHz = "
            + "16000" },
        { "filterbank of a filterbank", "expected a waveform of 16,000 Hz, got a filterbank" },
        { "filterbank of embeddings", "expected a waveform of 16,000 Hz, got embeddings of 4 blocks" },
        { "embeddings of another filterbank", "It has MelBinCount 40, wanted 80; SnipEdges False, wanted True." },
        { "embeddings of a copy of another filterbank", "It has MelBinCount 40, wanted 80" },
        { "embeddings of embeddings", "expected a filterbank or a waveform, got embeddings of 4 blocks" },
        { "embeddings of text embeddings", "expected a filterbank or a waveform, got embeddings of one block" },
        { "transcript of a waveform", "expected a filterbank, got a waveform of 16,000 Hz. Append ExtractFilterbank" },
        { "transcript of embeddings", "expected a filterbank or a waveform, got embeddings of one block" },
        { "transcript of another filterbank", "It has MelBinCount 40, wanted 80" },
    };

    private static EstimatorChain<ITransformer> Chain(IEnumerable<IEstimator<ITransformer>> parts)
        => parts.Aggregate(new EstimatorChain<ITransformer>(), (chain, part) => chain.Append(part));

    private static List<IEstimator<ITransformer>> Parts(string name)
    {
        var other = Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform",
            new LogMelFilterbankOptions { MelBinCount = 40, SnipEdges = false });
        var text = TextEncoder.FromBytes(BertGraph.Write(8), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"]);
        IEstimator<ITransformer>[] parts = name switch
        {
            "filterbank of 8 kHz" => [Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform",
                new LogMelFilterbankOptions { SampleRateHz = 8000 })],
            "filterbank of a filterbank" => [other, Ml.Transforms.ExtractFilterbank("Twice", "Filterbank")],
            "filterbank of embeddings" => [Ml.Transforms.EmbedSpeech("Embedding", Encoder),
                Ml.Transforms.ExtractFilterbank("Twice", "Embedding")],
            "embeddings of another filterbank" => [other, Ml.Transforms.EmbedSpeech("Embedding", "Filterbank", Encoder)],
            "embeddings of a copy of another filterbank"
                => [other, Ml.Transforms.CopyColumns("Copy", "Filterbank"), Ml.Transforms.EmbedSpeech("Embedding", Encoder, "Copy")],
            "embeddings of embeddings" => [Ml.Transforms.EmbedSpeech("Embedding", Encoder),
                Ml.Transforms.EmbedSpeech("Twice", "Embedding", Encoder)],
            "embeddings of text embeddings" => [Ml.Transforms.EmbedText("Text", "AudioPath", text),
                Ml.Transforms.EmbedSpeech("Embedding", "Text", Encoder)],
            "transcript of a waveform" => [Ml.Transforms.TranscribeSpeech("Transcript", "Waveform", Ctc, Tokens)],
            "transcript of embeddings" => [Ml.Transforms.EmbedSpeech("Embedding", Encoder, "Waveform", 2),
                Ml.Transforms.TranscribeSpeech("Transcript", "Embedding", Ctc, Tokens)],
            "transcript of another filterbank" => [other, Ml.Transforms.TranscribeSpeech("Transcript", "Filterbank", Ctc, Tokens)],
            _ => throw new ArgumentException(name),
        };
        return [Ml.Transforms.LoadAudio("Waveform", "AudioPath"), .. parts];
    }

    [Theory, MemberData(nameof(WrongPairs))]
    public void A_wrong_pair_of_column_and_part_is_refused_by_the_promised_schema(string name, string said)
    {
        var untouchable = Ml.Data.LoadFromEnumerable(Untouchable());

        // a chain asks for all schemas before it fits its first part
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Chain(Parts(name)).Fit(untouchable));

        Assert.Contains(said, error.Message);
    }

    [Theory, MemberData(nameof(WrongPairs))]
    public void A_wrong_pair_of_column_and_part_is_refused_by_the_data_itself(string name, string said)
    {
        IDataView data = Ml.Data.LoadFromEnumerable(Untouchable());

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Parts(name)
            .Aggregate(data, (view, part) => part.Fit(view).Transform(view)));

        Assert.Contains(said, error.Message);
    }

    [Theory]
    [InlineData("filterbank of 8 kHz")]
    [InlineData("embeddings of another filterbank")]
    [InlineData("embeddings of embeddings")]
    public void A_loaded_model_s_columns_still_know_what_they_hold(string name)
    {
        using var folder = new WavFolder();
        var rows = folder.Rows(Ml);
        var parts = Parts(name);
        var first = Chain(parts[..^1]).Fit(rows);
        var zip = folder.Path("first.zip");
        Ml.Model.Save(first, rows.Schema, zip);
        var loaded = Ml.Model.Load(zip, out _).Transform(rows);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => parts[^1].Fit(loaded));

        Assert.Contains("Schema mismatch for input column", error.Message);
    }

    [Fact]
    public void An_encoder_that_takes_samples_refuses_a_filterbank()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(()
            => EncoderColumn.Check(new InputColumn("Filterbank", NumberDataViewType.Single, IsVector: true),
            new ColumnKind.Filterbank(FilterbankMapping.Text(new LogMelFilterbankOptions())),
                new EncoderProfile { Name = "raw", Input = "x", Takes = EncoderInput.Samples }, takesWaveform: true));

        Assert.Contains("expected a waveform, got a filterbank. Encoder profile 'raw' takes samples", error.Message);
    }

    [Fact]
    public void A_column_of_the_user_s_own_is_taken_as_the_call_says()
    {
        using var folder = new WavFolder();
        var speech = Through(folder.Rows(Ml), Audio());
        var own = Ml.Transforms.CustomMapping<Samples, Samples>((row, output) => output.Waveform = row.Waveform, null)
            .Fit(speech).Transform(speech);

        Assert.IsType<ColumnKind.Waveform>(ColumnKinds.Of(speech.Schema, "Waveform"));
        Assert.Null(ColumnKinds.Of(own.Schema, "Waveform"));
        Assert.Equal(4 * 23 * 64, Embedding(own, Ml.Transforms.EmbedSpeech("Embedding", Encoder, "Waveform")).Length);
        // 200 rows of 80, as the call says
        Assert.Equal(4 * 49 * 64, Embedding(own, Ml.Transforms.EmbedSpeech("Embedding", "Waveform", Encoder)).Length);
    }

    [Fact]
    public void What_a_column_holds_stays_with_it_through_copies_filters_caches_and_stores()
    {
        using var folder = new WavFolder();
        var embedded = Through(folder.Rows(Ml), Audio().Append((IEstimator<ITransformer>)Ml.Transforms.EmbedSpeech("Embedding", Encoder)));

        var stored = Ml.Data.Cache(Ml.Data.TakeRows(embedded, 1)).Cached(folder.Path("store"), "test",
            new EmbeddingStoreOptions { Blocks = [3, 1] });
        var kind = Assert.IsType<ColumnKind.Sequences>(ColumnKinds.Of(stored.Schema, "Embedding"));

        Assert.Equal(2, kind.Count);
        Assert.Equal(4, Assert.IsType<ColumnKind.Sequences>(ColumnKinds.Of(embedded.Schema, "Embedding")).Count);
        Assert.Contains(Encoder.Hash, kind.Maker);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_kind_is_read_as_it_was_written(bool known)
    {
        ColumnKind[] kinds = [new ColumnKind.Waveform(44_100), new ColumnKind.Filterbank("{\"MelBinCount\": 80}"),
            new ColumnKind.Sequences(known ? 12 : null, "EmbedSpeech: encoder x, all blocks")];

        Assert.All(kinds, kind => Assert.Equal(kind, ColumnKind.Parse(kind.Annotation)));
        Assert.Null(ColumnKind.Parse("SlotNames"));
    }

    private static EstimatorChain<ITransformer> Audio() => new EstimatorChain<ITransformer>()
        .Append((IEstimator<ITransformer>)Ml.Transforms.LoadAudio("Waveform", "AudioPath"));

    private static IDataView Through(IDataView data, IEstimator<ITransformer> chain) => chain.Fit(data).Transform(data);

    private static float[] Embedding(IDataView data, EmbedSpeechEstimator estimator)
    {
        using var model = estimator.Fit(data);
        return model.Transform(data).GetColumn<float[]>("Embedding").First();
    }

    private static IEnumerable<WavFolder.Row> Untouchable()
    {
        Assert.Fail("a row was read");
        yield break;
    }

    private sealed class Samples
    {
        [VectorType]
        public float[] Waveform { get; set; } = [];
    }
}
