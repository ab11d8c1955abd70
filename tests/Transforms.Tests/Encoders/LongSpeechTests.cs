using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using MlNetSer.Encoders.Model;
using MlNetSer.Onnx;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Encoders;

/// <summary>What is longer than an encoder's longest input. Windows of a second, so that all of it is fast.</summary>
public sealed class LongSpeechTests(ITestOutputHelper output)
{
    private const double Longest = 1, Context = 0.2;

    private static readonly MLContext Ml = new(1);
    private static readonly CtcTokens Tokens = CtcTokens.FromList(["<blk>", .. "abcdefghi".Select(c => "▁" + c)]);

    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(100, "0+100:0-")]
    // the last begins at a multiple of the stride, 4: with 97 frames, it is the shortest there can be
    [InlineData(101, "0+100:0-6 4+97:5-")]
    [InlineData(104, "0+100:0-6 4+100:5-")]
    [InlineData(160, "0+100:0-20 60+100:5-")]
    [InlineData(161, "0+100:0-20 60+100:5-6 64+97:5-")]
    [InlineData(250, "0+100:0-20 60+100:5-20 120+100:5-13 152+98:5-")]
    public void Windows_overlap_by_two_contexts_and_the_last_is_moved_back(int length, string expected)
    {
        // 100 input frames, a stride of 4 and 5 encoder frames of context at each end: a hop of 100 − 2·5·4 = 60.
        var plan = WindowPlan.Of(new EncoderProfile { Name = "toy", Input = "x", LongestSeconds = 1, ContextSeconds = 0.2 },
            new EncoderReach(7, 4))!;

        Assert.Equal(expected, string.Join(' ', plan.Windows(length)
            .Select(window => $"{window.Start}+{window.Length}:{window.Skip}-{window.End}")));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public void Every_length_from_the_shortest_to_two_and_a_half_windows_has_as_many_frames_as_without_windows(int subsampling)
    {
        var options = new ConformerOptions
        {
            BlockCount = 1,
            Dimension = 16,
            HeadCount = 2,
            FeedForwardSize = 16,
            KernelSize = 3,
            Subsampling = subsampling
        };
        var encoder = Windowed(SpeechEncoder.Untrained(1, options));
        using var session = Session(encoder.Wrap("in", "out", "sizes", "id", null));

        Assert.Equal((options.FrameCount(encoder.Reach!.Least), 0, subsampling),
            (1, options.FrameCount(encoder.Reach.Least - 1), encoder.Reach.Stride!.Value));
        for (var length = encoder.Reach.Least; length <= 250; length++)
            Assert.Equal([1, options.FrameCount(length), 16], Run(session, Noise(length * 80), [1, length, 80]).Shape);
    }

    [Theory]
    [InlineData(17, false)]
    [InlineData(17, true)]
    [InlineData(13, false)]
    [InlineData(12, false)]
    [InlineData(11, true)]
    public void An_encoder_that_sees_less_than_the_context_gives_the_same_in_windows_as_at_once(int opset, bool samples)
    {
        var (profile, model) = Convolutions(opset, samples);
        var (whole, windowed) = (SpeechEncoder.FromBytes(model, profile with { LongestSeconds = 60 }),
            SpeechEncoder.FromBytes(model, profile));
        using var sessions = new Pair(Session(whole.Wrap("in", "out", "sizes", "id", [2, 1])),
            Session(windowed.Wrap("in", "out", "sizes", "id", [2, 1])));
        var (atOnce, inWindows) = sessions;
        var (unit, width) = samples ? (160, 1) : (1, 3);

        foreach (var length in new[] { 1, 40, 99, 100, 101, 103, 104, 105, 160, 161, 199, 200, 223, 250, 777 })
        {
            var count = length * unit + (samples ? length % 7 : 0);
            long[] shape = samples ? [1, count] : [1, count, width];
            var (expected, actual) = (Run(atOnce, Noise(count * width), shape), Run(inWindows, Noise(count * width), shape));

            Assert.Equal(expected.Shape, actual.Shape);
            Assert.All(expected.Values.Zip(actual.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void Up_to_the_longest_every_bit_is_the_encoders_own()
    {
        var encoder = SpeechEncoder.Untrained();
        using var sessions = new Pair(Session(encoder.Wrap("in", "out", "sizes", "id", null, windowed: false)),
            Session(encoder.Wrap("in", "out", "sizes", "id", null)));
        var (plain, looped) = sessions;

        foreach (var length in new[] { 7, 8, 98, 400, 1003 })
            Assert.Equal(Run(plain, Noise(length * 80), [1, length, 80]).Values, Run(looped, Noise(length * 80), [1, length, 80]).Values);
    }

    [Fact]
    public void Row_by_row_in_bulk_and_beside_shorter_ones_a_long_utterance_has_the_same_numbers()
    {
        var encoder = Windowed(SpeechEncoder.Untrained());
        float[][] waves = [.. new[] { 8_000, 16_240, 16_400, 20_000, 37_000, 41_234, 16_000, 15_000 }.Select(Noise)];
        var data = Ml.Data.LoadFromEnumerable(waves.Select(wave => new Wave { Waveform = wave }));
        using var extractor = new EmbeddingExtractor(encoder, new() { ThreadCount = 2 });

        var rows = Ml.Transforms.EmbedSpeech("Embedding", encoder).Fit(data).Transform(data).GetColumn<float[]>("Embedding").ToList();
        var bulk = extractor.Extract(waves, cancellationToken: Never).ToList();

        for (var i = 0; i < waves.Length; i++)
        {
            Assert.Equal(rows[i].Length, bulk[i].Values.Length);
            Assert.All(rows[i].Zip(bulk[i].Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
        Assert.Contains(waves, wave => wave.Length > 16_000 * Longest);
    }

    [Fact]
    public void The_embedding_of_a_long_recording_goes_through_the_disk_with_the_same_numbers_and_leaves_no_file()
    {
        var encoder = Windowed(SpeechEncoder.Untrained());
        var wave = Noise(41_234);
        SpeechEmbedding Embed(long mostInMemory)
        {
            using var extractor = new EmbeddingExtractor(encoder, new() { MostInMemory = mostInMemory });
            return extractor.Extract([wave], cancellationToken: Never).Single();
        }
        string[] Files() => Directory.GetFiles(Path.GetTempPath(), "mlnetser-*.spill");

        var (inMemory, onDisk) = (Embed(long.MaxValue), Embed(1000));

        using var spilled = onDisk.Spilled!;
        var values = new float[inMemory.Values.Length];
        spilled.Read(0, values);
        Assert.Equal((inMemory.BlockCount, inMemory.FrameCount, inMemory.Dimension),
            (onDisk.BlockCount, onDisk.FrameCount, onDisk.Dimension));
        Assert.Equal(inMemory.Values.ToArray(), values);
        Assert.Empty(Files());
        Assert.Null(inMemory.Spilled);
    }

    [Fact]
    public void Samples_are_normalised_over_the_utterance_and_not_over_a_window()
    {
        var (profile, model) = Convolutions(17, samples: true);
        profile = profile with { Normalization = EncoderNormalization.PerUtterance, SampleScale = 5 };
        float[] wave = [.. Noise(40_000).Select((v, i) => v * (1 + i / 10_000) + 0.5f)];   // louder from window to window
        float[] Embed(EncoderProfile used)
        {
            using var extractor = new EmbeddingExtractor(SpeechEncoder.FromBytes(model, used));
            return extractor.Extract([wave], cancellationToken: Never).Single().Values.ToArray();
        }
        var data = Ml.Data.LoadFromEnumerable([new Wave { Waveform = wave }]);

        var (whole, windows) = (Embed(profile with { LongestSeconds = 60 }), Embed(profile));
        var row = Ml.Transforms.EmbedSpeech("E", SpeechEncoder.FromBytes(model, profile)).Fit(data).Transform(data).GetColumn<float[]>("E")
            .Single();

        Assert.All(whole.Zip(windows), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(whole.Zip(row), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Transcripts_of_long_speech_join_the_log_probabilities_as_embeddings_are_joined()
    {
        var encoder = Windowed(SpeechEncoder.Untrained(1,
            new ConformerOptions
            {
                BlockCount = 2,
                Dimension = 32,
                HeadCount = 2,
                FeedForwardSize = 32,
                KernelSize = 3,
                VocabularySize = 10
            }));
        var data = Ml.Data.LoadFromEnumerable([new Fbank { Filterbank = Noise(333 * 80) }, new Fbank { Filterbank = Noise(90 * 80) }]);
        var options = new TranscribeSpeechOptions { LogProbsColumnName = "P" };

        var both = Ml.Transforms.EmbedAndTranscribeSpeech("E", "T", "Filterbank", encoder, Tokens, options).Fit(data).Transform(data);

        var embedded = Ml.Transforms.EmbedSpeech("E", "Filterbank", encoder).Fit(data).Transform(data);
        var transcribed = Ml.Transforms.TranscribeSpeech("T", "Filterbank", encoder, Tokens, options).Fit(data).Transform(data);
        Assert.Equal(embedded.GetColumn<float[]>("E"), both.GetColumn<float[]>("E"));
        Assert.Equal(transcribed.GetColumn<float[]>("P"), both.GetColumn<float[]>("P"));
        Assert.Equal([[82L, 10], [21L, 10]], both.GetColumn<long[]>("P.Shape"));   // ((333 − 1) / 2 − 1) / 2
        Assert.Equal(both.GetColumn<long[]>("E.Shape").Select(shape => shape[1]), both.GetColumn<long[]>("P.Shape")
            .Select(shape => shape[0]));
        Assert.Equal(transcribed.GetColumn<string>("T"), both.GetColumn<string>("T"));
        Assert.InRange(transcribed.GetColumn<float[]>("T.TokenTimesMs").First()[^1], 2500, 3330);
    }

    [Fact]
    public void Encoder_of_one_length_only_runs_as_it_is()
    {
        var graph = new OnnxGraph("fixed");
        var x = graph.Input("input", OnnxType.Float, "b", "t", 3);
        graph.Output(graph.Op("Reshape", x, graph.Constant("shape", [1L, 50, 3], 3)), "b1", OnnxType.Float, 1, 50, 3);
        var encoder = SpeechEncoder.FromBytes(graph.ToBytes(),
            new EncoderProfile { Name = "toy", Input = "input", BlockOutputs = ["b{0}"], Filterbank = new() { MelBinCount = 3 } });

        Assert.Null(encoder.Reach);
        using var session = Session(encoder.Wrap("in", "out", "sizes", "id", null));
        Assert.Equal([1, 50, 3], Run(session, Noise(150), [1, 50, 3]).Shape);
    }

    [Fact]
    public void Windows_without_an_inner_part_are_refused_and_settings_travel_as_JSON()
    {
        var profile = SpeechEncoder.Untrained().Profile;
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "profile.json");
        (profile with { LongestSeconds = 12.5, ContextSeconds = 2 }).Save(path);

        Assert.Equal((12.5, 2.0), (EncoderProfile.Load(path).LongestSeconds, EncoderProfile.Load(path).ContextSeconds));
        Assert.Contains("LongestSeconds is 0, but must be greater than 0",
            Assert.Throws<InvalidDataException>(() => Fault(profile with { LongestSeconds = 0 })).Message);
        Assert.Contains("ContextSeconds is 20, but must be at least 0 and below half",
            Assert.Throws<InvalidDataException>(() => Fault(profile with { ContextSeconds = 20 })).Message);
        Assert.Contains("leaves nothing of a window",
            Assert.Throws<InvalidDataException>(() => Fault(profile with { LongestSeconds = 0.1, ContextSeconds = 0.01 })).Message);

        static object? Fault(EncoderProfile faulty) => SpeechEncoder.FromBytes(SpeechEncoder.Untrained().Model.ToArray(), faulty).Windows;
    }

    [Fact]
    public void Real_speech_of_a_minute_in_windows_is_near_the_real_encoders_answer_at_once()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Absent);
        var path = SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx")!;
        float[] minute = [.. Directory.GetFiles(SharedData.Find("lj")!, "*.wav").Order(StringComparer.Ordinal).Take(12)
            .SelectMany(clip => AudioFile.ReadMono(clip)).Take(60 * 16_000)];
        float[] Embed(double seconds)
        {
            using var extractor = new EmbeddingExtractor(SpeechEncoder.FromFile(path,
                EncoderProfile.NemoCtcKaldi with { LongestSeconds = seconds }), new() { Blocks = [1, 5, 16] });
            return extractor.Extract([minute], cancellationToken: Never).Single().Values.ToArray();
        }

        var (whole, windows) = (Embed(60), Embed(40));

        var errors = whole.Chunk(whole.Length / 3)
            .Zip(windows.Chunk(windows.Length / 3), (a, b) => Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Sum() / a.Sum(x => x * x)))
            .ToList();
        output.WriteLine(string.Join(", ", errors));
        Assert.Equal(3 * 1500 * 176, windows.Length);
        Assert.All(errors.Zip([0.05, 0.15, 0.30]), pair => Assert.InRange(pair.First, 0, pair.Second));   // docs/encoders.md
    }

    private static SpeechEncoder Windowed(SpeechEncoder encoder)
        => SpeechEncoder.FromBytes(encoder.Model.ToArray(), encoder.Profile with { LongestSeconds = Longest, ContextSeconds = Context });

    /// <summary>Two convolutions that see 11 frames in all, with a stride of 4; or of samples, with one of 640.</summary>
    private static (EncoderProfile Profile, byte[] Model) Convolutions(int opset, bool samples)
    {
        var profile = new EncoderProfile
        {
            Name = "toy",
            Takes = samples ? EncoderInput.Samples : EncoderInput.Features,
            Input = "input",
            BlockOutputs = ["b{0}"],
            OutputLayout = TensorLayout.BFT,
            InputLayout = samples ? TensorLayout.BTF : TensorLayout.BFT,
            Filterbank = new() { MelBinCount = 3 },
            LongestSeconds = Longest,
            ContextSeconds = Context,
        };
        var graph = new OnnxGraph("toy", opset);
        var x = samples ? graph.Input("input", OnnxType.Float, "b", 1, "t") : graph.Input("input", OnnxType.Float, "b", 3, "t");
        if (samples)
            x = graph.Op("Conv", [x, graph.Constant("w", Noise(3 * 400), 3, 1, 400)], ("strides", new long[] { 160 }),
                ("pads", new long[] { 120, 120 }), ("kernel_shape", new long[] { 400 }));
        x = graph.Op("Conv", [x, graph.Constant("w", Noise(27), 3, 3, 3)], ("strides", new long[] { 2 }), ("pads", new long[] { 1, 1 }),
            ("kernel_shape", new long[] { 3 }));
        x = graph.Op("Conv", [x, graph.Constant("w", Noise(45), 3, 3, 5)], ("strides", new long[] { 2 }), ("pads", new long[] { 2, 2 }),
            ("kernel_shape", new long[] { 5 }));
        graph.Output(x, "b1", OnnxType.Float, "b", 3, "m");
        graph.Output(graph.Op("Mul", x, graph.Constant("two", [2f])), "b2", OnnxType.Float, "b", 3, "m");
        return (profile, graph.ToBytes());
    }

    private static float[] Noise(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() - 0.5))];
    }

    private static InferenceSession Session(byte[] model)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        return new InferenceSession(model, options);
    }

    private static (long[] Shape, float[] Values) Run(InferenceSession session, float[] input, long[] shape)
    {
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var results = session.Run(options, ["in"], [x], ["out", "sizes"]);
        var sizes = results[1].GetTensorDataAsSpan<long>().ToArray();
        Assert.Equal([1, .. sizes], results[0].GetTensorTypeAndShape().Shape);
        return (sizes, results[0].GetTensorDataAsSpan<float>().ToArray());
    }

    private readonly record struct Pair(InferenceSession First, InferenceSession Second) : IDisposable
    {
        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
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
}
