using System.Diagnostics;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Encoders;

/// <summary>What an encoder cannot take, because it is too short or not finite: refused in the same words on every path, before ONNX
/// Runtime sees it.</summary>
public sealed class ShortSpeechTests
{
    // The built-in encoder needs 7 frames: 25 ms, and 6 more of 10 ms.
    private const string FromSamples = "lasts 50 ms, but the encoder needs at least 85 ms. Leave such utterances out, or pad them with "
        + "silence.",
        FromFrames = "The utterance lasts 60 ms, but the encoder needs at least 70 ms. Leave such utterances out, or pad them with "
            + "silence.";

    private static readonly MLContext Ml = new(1);
    private static readonly CtcTokens Tokens = CtcTokens.FromList(["<blk>", .. "abcdefghi".Select(c => "▁" + c)]);
    private static readonly Lazy<SpeechEncoder> Encoder = new(()
        => SpeechEncoder.Untrained(1, new ConformerOptions
        {
            BlockCount = 2,
            Dimension = 32,
            HeadCount = 2,
            FeedForwardSize = 32,
            KernelSize = 3,
            VocabularySize = 10
        }));

    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Fact]
    public void Fifty_milliseconds_are_refused_alike_row_by_row_in_bulk_in_a_store_and_in_transcription()
    {
        var data = Ml.Data.LoadFromEnumerable([new Wave { Id = "a", Waveform = new float[800] }]);
        var frames = Ml.Data.LoadFromEnumerable([new Fbank { Filterbank = new float[6 * 80] }]);
        using var extractor = new EmbeddingExtractor(Encoder.Value);
        var embedded = Ml.Transforms.EmbedSpeech("E", Encoder.Value).Fit(data).Transform(data);
        string Folder() => Directory.CreateTempSubdirectory().FullName;
        EmbeddingStoreOptions store = new() { ColumnName = "E", AudioPathColumnName = null, KeyColumnNames = ["Id"] };

        Refused("The utterance " + FromSamples, () => embedded.GetColumn<float[]>("E").ToList());
        Refused("'waveform 0' " + FromSamples, () => extractor.Extract([new float[800]], cancellationToken: Never).ToList());
        var listed = Assert.Throws<UnreadableUtterancesException>(
            () => embedded.Cached(Folder(), options: store, cancellationToken: Never));
        Assert.StartsWith("it lasts 50 ms, but the encoder needs at least 85 ms.", Assert.Single(listed.Utterances).Reason,
            StringComparison.Ordinal);
        Refused(FromFrames, () => Ml.Transforms.EmbedSpeech("E", "Filterbank", Encoder.Value).Fit(frames).Transform(frames)
            .GetColumn<float[]>("E").ToList());
        Refused(FromFrames, () => Ml.Transforms.TranscribeSpeech("T", "Filterbank", Encoder.Value, Tokens).Fit(frames).Transform(frames)
            .GetColumn<string>("T").ToList());
        Refused(FromFrames, () => Ml.Transforms.EmbedAndTranscribeSpeech("E", "T", "Filterbank", Encoder.Value, Tokens).Fit(frames)
            .Transform(frames).GetColumn<float[]>("E").ToList());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(399)]
    [InlineData(1359)]
    public void One_sample_less_than_the_shortest_is_refused_and_the_shortest_is_embedded(int samples)
    {
        var model = Ml.Transforms.EmbedSpeech("E", Encoder.Value).Fit(Rows(samples));

        var error = Cause<AudioTooShortException>(() => model.Transform(Rows(samples)).GetColumn<float[]>("E").ToList());

        Assert.Equal((null, samples / 16.0, 85), (error.Name, error.LengthMs, error.LeastMs));
        Assert.Equal([2, 1, 32], model.Transform(Rows(1360)).GetColumn<long[]>("E.Shape").Single());
    }

    [Theory]
    [InlineData("embed")]
    [InlineData("embed features")]
    [InlineData("transcribe")]
    public void A_loaded_model_refuses_in_the_same_words_and_nothing_is_written_to_stderr(string path)
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var data = path == "embed" ? Rows(800) : Ml.Data.LoadFromEnumerable([new Fbank { Filterbank = new float[6 * 80] }]);
        ITransformer model = path switch
        {
            "embed" => Ml.Transforms.EmbedSpeech("Out", Encoder.Value).Fit(data),
            "embed features" => Ml.Transforms.EmbedSpeech("Out", "Filterbank", Encoder.Value).Fit(data),
            _ => Ml.Transforms.TranscribeSpeech("T", "Filterbank", Encoder.Value, Tokens,
                new TranscribeSpeechOptions { LogProbsColumnName = "Out" }).Fit(data),
        };
        var (zip, rows) = (Path.Combine(folder, "model.zip"), Path.Combine(folder, "rows.idv"));
        Ml.Model.Save(model, data.Schema, zip);
        using (var stream = File.Create(rows))
            Ml.Data.SaveAsBinary(data, stream);

        var (output, errors) = InFreshProcess(zip, rows, "Out");

        Assert.Equal("AudioTooShortException: " + (path == "embed" ? "The utterance " + FromSamples : FromFrames), output.Trim());
        Assert.Equal("", errors);
    }

    [Fact]
    public void The_real_encoders_shortest_utterance_is_found_by_running_it()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Absent);
        var encoder = SpeechEncoder.FromFile(SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx")!);
        using var extractor = new EmbeddingExtractor(encoder, new() { ContinueAfterError = true });
        var waves = Enumerable.Range(4, 24).Select(i => new float[i * 80]).ToList();

        var embeddings = extractor.Extract(waves, cancellationToken: Never).ToList();

        var least = Assert.IsType<AudioTooShortException>(embeddings[0].Error).LeastMs;
        Assert.Equal(4, encoder.Reach!.Stride);
        foreach (var (wave, embedding) in waves.Zip(embeddings))
            Assert.Equal(wave.Length / 16.0 >= least, embedding.Error is null);
        Assert.Equal(1, embeddings.First(embedding => embedding.Error is null).FrameCount);
    }

    [Fact]
    public void Features_that_are_not_finite_are_refused_row_by_row_and_in_bulk_in_the_words_of_the_store()
    {
        float[] loud = [.. Enumerable.Range(0, 8000).Select(i => i % 2 == 0 ? 1e15f : -1e15f)];   // finite, and its power is not
        float[] broken = [.. Enumerable.Range(0, 10 * 80).Select(i => i == 83 ? float.NaN : 1)];
        var data = Ml.Data.LoadFromEnumerable([new Wave { Id = "a", Waveform = loud }]);
        var frames = Ml.Data.LoadFromEnumerable([new Fbank { Filterbank = broken }]);
        using var extractor = new EmbeddingExtractor(Encoder.Value);

        Infinite("The filterbank holds ", () => Ml.Transforms.EmbedSpeech("E", Encoder.Value).Fit(data).Transform(data)
            .GetColumn<float[]>("E").ToList());
        Infinite("The filterbank holds ", () => Ml.Transforms.ExtractFilterbank("F", "Waveform").Fit(data).Transform(data)
            .GetColumn<float[]>("F").ToList());
        Infinite("The filterbank holds ", () => extractor.Extract([loud], cancellationToken: Never).ToList());
        Infinite("The waveform holds NaN at position 7; ", ()
            => extractor.Extract([[.. Enumerable.Range(0, 8000).Select(i => i == 7 ? float.NaN : 0)]], cancellationToken: Never).ToList());
        Infinite("The filterbank holds NaN at position 83; ", () => Ml.Transforms.EmbedSpeech("E", "Filterbank", Encoder.Value).Fit(frames)
            .Transform(frames).GetColumn<float[]>("E").ToList());
        Infinite("The filterbank holds NaN at position 83; ", () => Ml.Transforms.TranscribeSpeech("T", "Filterbank", Encoder.Value, Tokens)
            .Fit(frames).Transform(frames).GetColumn<string>("T").ToList());
    }

    [Fact]
    public void Features_that_are_no_whole_frames_are_refused_in_words()
    {
        var data = Ml.Data.LoadFromEnumerable([new Fbank { Filterbank = new float[16_079] }]);

        var error = Cause<InvalidDataException>(() => Ml.Transforms.EmbedSpeech("E", "Filterbank", Encoder.Value).Fit(data).Transform(data)
            .GetColumn<float[]>("E").ToList());

        Assert.Equal("The filterbank is not the encoder's: 16,079 values are not a whole number of frames of 80. Give the features that "
            + "encoder profile 'wenet' wants.", error.Message);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Scores_that_are_not_finite_name_no_class(float score)
    {
        var error = Assert.Throws<InvalidDataException>(()
            => PredictClassMapping.Predict(new PredictionInput { Scores = [0.2f, score], Classes = ["happy", "sad"] },
            new PredictionOutput()));

        Assert.Contains($"The score column holds {(float.IsNaN(score) ? "NaN" : "Infinity")} at position 1; every value must be finite.",
            error.Message);
    }

    private static void Refused(string message, Action act)
    {
        var error = Cause<AudioTooShortException>(act);
        Assert.Equal(message, error.Message);
    }

    private static void Infinite(string start, Action act)
    {
        var error = Cause<InvalidDataException>(act);
        Assert.Contains(start, error.Message);
        Assert.EndsWith("every value must be finite. Listen to that file, or leave it out.", error.Message);
    }

    /// <summary>ML.NET's cursors wrap what a row throws in errors of their own, where they read ahead.</summary>
    private static T Cause<T>(Action act) where T : Exception
    {
        var error = Assert.ThrowsAny<Exception>(act);
        for (var at = error; at is not null; at = at.InnerException)
        {
            if (at is T cause)
                return cause;
        }
        throw error;
    }

    private static IDataView Rows(int samples) => Ml.Data.LoadFromEnumerable([new Wave { Id = "a", Waveform = new float[samples] }]);

    private static (string Output, string Errors) InFreshProcess(string zip, string rows, string column)
    {
        var program = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "FreshProcess").Value!;
        using var process = Process.Start(new ProcessStartInfo("dotnet",
            [program, zip, rows, column, "--errors"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (output, errors.GetAwaiter().GetResult());
    }

    private sealed class Wave
    {
        public string Id { get; set; } = "";

        [VectorType]
        public float[] Waveform { get; set; } = [];
    }

    private sealed class Fbank
    {
        [VectorType]
        public float[] Filterbank { get; set; } = [];
    }
}
