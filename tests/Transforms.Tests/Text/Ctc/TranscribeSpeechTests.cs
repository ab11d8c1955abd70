using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Onnx;
using MlNetSer.TestKit;
using MlNetSer.Text;
using MlNetSer.Text.Ctc;

namespace MlNetSer.Tests.Text;

public sealed class TranscribeSpeechTests
{
    private static readonly MLContext Ml = new(1);
    private static readonly CtcTokens Tokens = CtcTokens.FromList(["<blk>", .. "abcdefghi".Select(c => "▁" + c)]);
    private static readonly Lazy<SpeechEncoder> Encoder =
        new(() => SpeechEncoder.Untrained(1, new ConformerOptions
        {
            BlockCount = 2,
            Dimension = 32,
            HeadCount = 2,
            FeedForwardSize = 32,
            KernelSize = 3,
            VocabularySize = 10
        }));

    [Fact]
    public void Real_speech_is_recognised_with_one_wrong_word_of_77_and_a_beam_does_no_worse()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Absent);
        var encoder = SpeechEncoder.FromFile(SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx")!, EncoderProfile.NemoCtcKaldi);
        var tokens = CtcTokens.FromFile(SharedData.Find("nemo-conformer-ctc-small", "tokens.txt")!);
        var truth = File.ReadLines(SharedData.Find("speech", "transcripts.tsv")!).Select(line => line.Split('\t'))
            .ToDictionary(cells => cells[0], cells => cells[1].ToLowerInvariant());
        var speech = Ml.Data.LoadFromEnumerable(truth.Keys.Select(name => new Speech { AudioPath = SharedData.Find("speech", name)! }));
        var pipeline = Ml.Transforms.LoadAudio("Waveform", "AudioPath")
            .Append(Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", encoder.Profile.Filterbank))
            .Append(Ml.Transforms.TranscribeSpeech("Greedy", "Filterbank", encoder, tokens,
            new TranscribeSpeechOptions { LogProbsColumnName = "LogProbs" }));
        using var model = pipeline.Fit(speech);

        var rows = Ml.Data.CreateEnumerable<Recognised>(model.Transform(speech), reuseRowObject: false, ignoreMissingColumns: true)
            .ToList();
        var beam = rows.Select(row => new CtcDecoder(tokens, beamWidth: 8).Decode(row.LogProbs, 40)).ToList();

        Assert.Equal(77, truth.Values.Sum(text => text.Split(' ').Length));
        Assert.Equal(1, rows.Zip(truth.Values, (row, text) => WrongWords(row.Greedy, text)).Sum());
        Assert.True(beam.Zip(truth.Values, (found, text) => WrongWords(found.Text, text)).Sum() <= 1);
        // 8k.wav, where the one wrong word is
        Assert.Equal("yet these thoughts affected hester prin less with hope than apprehension", rows[2].Greedy);
        Assert.All(rows, row => Assert.InRange(row.Confidence, 0.8f, 1));
        Assert.All(rows, row => Assert.Equal([row.Shape[0] * row.Shape[1], 1025], [row.LogProbs.Length, row.Shape[1]]));
        Assert.All(rows.Zip(beam), pair => Assert.Equal(
            pair.First.Times.Where((_, i) => i % 2 == 0), pair.Second.Tokens.Select(t => t.StartMs)));
        Assert.All(rows, row => Assert.Equal(row.Times.Order(), row.Times));
        // LibriSpeech's 8k.wav lasts 4.8 s: its last word ends in its last half second.
        Assert.InRange(rows[2].Times[^1], 4000, 4830);
    }

    [Fact]
    public void One_run_gives_the_embedding_of_EmbedSpeech_and_the_transcript_of_TranscribeSpeech()
    {
        var data = Features(120, 57);
        var both = Ml.Transforms.EmbedAndTranscribeSpeech("Embedding", "Transcript", "Filterbank", Encoder.Value, Tokens, null, 2).Fit(data)
            .Transform(data);

        var embedded = Ml.Transforms.EmbedSpeech("Embedding", "Filterbank", Encoder.Value, 2).Fit(data).Transform(data);
        var transcribed = Ml.Transforms.TranscribeSpeech("Transcript", "Filterbank", Encoder.Value, Tokens).Fit(data).Transform(data);

        Assert.Equal(embedded.GetColumn<float[]>("Embedding"), both.GetColumn<float[]>("Embedding"));
        Assert.Equal(embedded.GetColumn<long[]>("Embedding.Shape"), both.GetColumn<long[]>("Embedding.Shape"));
        Assert.Equal(transcribed.GetColumn<string>("Transcript"), both.GetColumn<string>("Transcript"));
        Assert.Equal(transcribed.GetColumn<float[]>("Transcript.TokenTimesMs"), both.GetColumn<float[]>("Transcript.TokenTimesMs"));
        Assert.All(transcribed.GetColumn<string>("Transcript"), text => Assert.NotEmpty(text));
        Assert.Equal(["Filterbank", "Transcript", "Transcript.Confidence", "Transcript.Identity", "Transcript.TokenConfidence",
            "Transcript.TokenTimesMs", "Transcript.Tokens"],
            transcribed.Schema.Where(c => !c.IsHidden).Select(c => c.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void An_utterance_that_decodes_to_nothing_has_an_empty_text_and_still_text_features(int beamWidth)
    {
        var graph = new OnnxGraph("silent");
        var x = graph.Input("features", OnnxType.Float, "b", "t", 80);
        graph.Output(x, "block_01", OnnxType.Float, "b", "t", 80);
        var nothing = graph.Op("Slice", graph.Op("Mul", x, graph.Constant("zero", [0f])), graph.Constant("from", [0L], 1),
            graph.Constant("to", [3L], 1), graph.Constant("axis", [2L], 1));
        // the blank, in every frame
        graph.Output(graph.Op("Add", nothing, graph.Constant("blank", [0f, -50, -50], 3)), "log_probs", OnnxType.Float, "b", "t", 3);
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"];
        var data = Features(120);

        var row = Ml.Transforms.TranscribeSpeech("Transcript", "Filterbank",
            SpeechEncoder.FromBytes(graph.ToBytes(), EncoderProfile.NemoCtcKaldi), CtcTokens.FromList(["<blk>", "▁a", "b"]), beamWidth)
            .Append(Ml.Transforms.EmbedText("TextEmbedding", "Transcript", TextEncoder.FromBytes(BertGraph.Write(pieces.Length), pieces)))
            .Fit(data).Transform(data);

        Assert.Equal("", row.GetColumn<string>("Transcript").Single());
        Assert.True(float.IsNaN(row.GetColumn<float>("Transcript.Confidence").Single()));
        Assert.Empty(row.GetColumn<string[]>("Transcript.Tokens").Single());
        Assert.Empty(row.GetColumn<float[]>("Transcript.TokenTimesMs").Single());
        Assert.Equal([2L, 16], row.GetColumn<long[]>("TextEmbedding.Shape").Single());   // [CLS] [SEP]
    }

    [Fact]
    public void Empty_audio_is_refused_in_words()
    {
        var data = Ml.Data.LoadFromEnumerable([new Wave()]);
        var model = Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform")
            .Append(Ml.Transforms.TranscribeSpeech("Transcript", "Filterbank", Encoder.Value, Tokens)).Fit(data);

        var error = Assert.ThrowsAny<Exception>(() => model.Transform(data).GetColumn<string>("Transcript").ToList()).GetBaseException();

        Assert.IsType<AudioTooShortException>(error);
        Assert.Equal("The utterance lasts 0 ms, but a frame of the filterbank needs at least 25 ms. Leave such utterances out, or pad "
            + "them with silence.", error.Message);
    }

    [Fact]
    public void Tokens_one_line_short_of_the_encoder_are_refused_before_any_row_is_read()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            Ml.Transforms.TranscribeSpeech("Transcript", "Filterbank", Encoder.Value,
            CtcTokens.FromList(["<blk>", .. "abcdefgh".Select(c => "▁" + c)])));

        Assert.Contains(
            "Token file 'the list of tokens' gives 9 tokens, blank included, but the encoder's 'log_probs' has 10. "
            + "Take this encoder's own token file", error.Message);
        Assert.Contains("blankId: -1 puts it behind the last token", error.Message);
    }

    [Fact]
    public void An_encoder_without_a_CTC_head_is_refused_with_the_outputs_it_has()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            Ml.Transforms.TranscribeSpeech("Transcript", "Filterbank", SpeechEncoder.Untrained(), Tokens));

        Assert.Contains("and none is called log_probs, ctc_log_probs, logprobs, probs. Transcripts need CTC log-probabilities",
            error.Message);
    }

    [Fact]
    public void Faulty_options_are_reported_together()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            Ml.Transforms.TranscribeSpeech("Transcript", "Filterbank", Encoder.Value, Tokens,
            new TranscribeSpeechOptions { BeamWidth = 0, SubsamplingFactor = 0 }));

        Assert.Contains("BeamWidth is 0, but must be in [1, 1000]; SubsamplingFactor is 0, but must be at least 1", error.Message);
    }

    [Fact]
    public void Times_count_in_steps_of_the_encoder()
    {
        var data = Features(400);
        float[] Times(int? factor) => Ml.Transforms.TranscribeSpeech(
            "Transcript", "Filterbank", Encoder.Value, Tokens, new TranscribeSpeechOptions { SubsamplingFactor = factor })
            .Fit(data).Transform(data).GetColumn<float[]>("Transcript.TokenTimesMs").Single();

        Assert.All(Times(null), time => Assert.Equal(0, time % 40));     // 400 frames give 99, of which each is 4 of 10 ms
        Assert.Equal(Times(null).Select(t => 2 * t), Times(8));
    }

    [Fact]
    public void Times_of_an_encoder_that_takes_samples_count_in_tens_of_milliseconds()
    {
        var settings = new CtcSettings
        {
            Tokens = ["<blk>", "a"],
            BlankId = 0,
            Source = "tokens.txt",
            LogProbs = "log_probs",
            BeamWidth = 1,
            FrameShiftMs = 10
        };
        var (row, transcript) = (new CtcRow
        {
            LogProbs =
            [.. Enumerable.Repeat(new[] { 0, float.NegativeInfinity }, 48).SelectMany(r => r), float.NegativeInfinity, 0],
            Sizes = [1, 16_000, 1, 49, 2],
            Settings = [settings.ToJson()]
        }, new TranscriptRow());

        TranscribeMapping.Decode(row, transcript);

        Assert.Equal([48 * 20, 49 * 20], transcript.TokenTimes);   // wav2vec 2.0: 16,000 samples give 49 frames of 20 ms
    }

    [Fact]
    public void An_encoder_that_hides_its_token_count_is_found_out_at_the_first_row()
    {
        var settings = new CtcSettings
        {
            Tokens = ["<blk>", "a"],
            BlankId = 0,
            Source = "tokens.txt",
            LogProbs = "log_probs",
            BeamWidth = 1,
            FrameShiftMs = 10
        };

        var error = Assert.Throws<InvalidDataException>(
            () => TranscribeMapping.Decode(new CtcRow
            {
                LogProbs = [0, 0, 0],
                Sizes = [1, 16, 80, 1, 1, 3],
                Settings = [settings.ToJson()]
            }, new TranscriptRow()));

        Assert.Contains("Token file 'tokens.txt' gives 2 tokens, blank included, but the encoder's 'log_probs' has 3", error.Message);
    }

    private static int WrongWords(string found, string wanted)
    {
        var (a, b) = (found.Split(' '), wanted.Split(' '));
        // this recording's errors are substitutions, so that they can be counted here without an alignment
        Assert.Equal(a.Length, b.Length);
        return a.Zip(b).Count(pair => pair.First != pair.Second);
    }

    private static IDataView Features(params int[] frameCounts)
    {
        var random = new Random(3);
        var schema = SchemaDefinition.Create(typeof(Fbank));
        return Ml.Data.LoadFromEnumerable(frameCounts.Select(
            frames => new Fbank
            {
                Filterbank = [.. Enumerable.Range(0, frames * 80)
            .Select(_ => (float)(10 + 4 * random.NextDouble()))]
            }).ToList(), schema);
    }

    private sealed class Speech
    {
        public string AudioPath { get; set; } = "";
    }

    private sealed class Wave
    {
        [VectorType]
        public float[] Waveform { get; set; } = [];
    }

    private sealed class Fbank
    {
        [VectorType]
        public float[] Filterbank { get; set; } = [];
    }

    private sealed class Recognised
    {
        public string Greedy { get; set; } = "";

        [ColumnName("Greedy.Confidence")]
        public float Confidence { get; set; }

        [ColumnName("Greedy.TokenTimesMs")]
        public float[] Times { get; set; } = [];

        public float[] LogProbs { get; set; } = [];

        [ColumnName("LogProbs.Shape")]
        public long[] Shape { get; set; } = [];
    }
}
