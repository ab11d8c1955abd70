using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Encoders.Extraction;
using MlNetSer.TestKit;
using MlNetSer.Tests.Audio;

namespace MlNetSer.Tests.Encoders;

public sealed class EmbeddingExtractorTests(ITestOutputHelper output)
{
    private static readonly SpeechEncoder Masking = SpeechEncoder.Untrained();
    private static readonly SpeechEncoder NotMasking =
        SpeechEncoder.FromBytes(Masking.Model.ToArray(), Masking.Profile with { MasksPadding = false });

    private static CancellationToken Never => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, 4)]
    [InlineData(true, 1)]
    [InlineData(false, 4)]
    public void Gives_in_input_order_what_EmbedSpeech_gives_one_at_a_time(bool masks, int batchSize)
    {
        var ml = new MLContext(1);
        var encoder = masks ? Masking : NotMasking;
        var waves = Waves(21);
        using var extractor = new EmbeddingExtractor(encoder,
            new() { BatchSize = batchSize, WindowSize = 8, ThreadCount = 2, Blocks = [4, 1] });

        var embeddings = extractor.Extract(waves, cancellationToken: Never).ToList();

        var data = ml.Data.LoadFromEnumerable(waves.Select(wave => new Wave { Waveform = wave }));
        var expected = ml.Transforms.EmbedSpeech("Embedding", encoder, blocks: [4, 1]).Fit(data).Transform(data);
        var (values, shapes) = (expected.GetColumn<float[]>("Embedding").ToList(), expected.GetColumn<long[]>("Embedding.Shape").ToList());
        Assert.Equal(Enumerable.Range(0, 21), embeddings.Select(embedding => embedding.Index));
        foreach (var embedding in embeddings)
        {
            Assert.Equal(shapes[embedding.Index], new long[] { embedding.BlockCount, embedding.FrameCount, embedding.Dimension });
            // the tolerance
            Assert.True(values[embedding.Index].Zip(embedding.Values.ToArray(), (e, a) => Math.Abs(e - a)).Max() <= 1e-4,
                $"utterance {embedding.Index}");
        }
    }

    [Fact]
    public void Number_of_threads_changes_no_bit()
    {
        float[][] Bits(int threads)
        {
            using var extractor = new EmbeddingExtractor(Masking, new() { ThreadCount = threads, WindowSize = 10 });
            return [.. extractor.Extract(Waves(25), cancellationToken: Never).Select(embedding => embedding.Values.ToArray())];
        }

        Assert.Equal(Bits(1), Bits(3));
    }

    [Fact]
    public void Batches_hold_similar_lengths_where_padding_is_masked_and_equal_lengths_where_it_is_not()
    {
        int[] lengths = [100, 50, 98, 100, 91, 50, 89, 100];
        var utterances = lengths.Select((length, i) => new PendingUtterance(i, default) { FrameCount = length }).ToList();
        string Plan(bool masks) => string.Join(" | ", new BatchPlan(3, masks).Batches(utterances)
            .Select(batch => string.Join(' ', batch.Select(u => u.FrameCount))));

        Assert.Equal("100 100 100 | 98 91 89 | 50 50", Plan(masks: true));
        Assert.Equal("100 100 100 | 98 | 91 | 89 | 50 50", Plan(masks: false));
    }

    [Fact]
    public void Bad_file_is_told_by_name_and_those_before_it_are_delivered()
    {
        var folder = Directory.CreateTempSubdirectory("mlnetser-extract").FullName;
        string[] paths = [.. Enumerable.Range(0, 6).Select(i => Path.Combine(folder, $"{i}.wav"))];
        foreach (var path in paths)
            File.WriteAllBytes(path, Tone(0.5));
        File.WriteAllText(paths[2], "no audio at all");
        File.WriteAllBytes(paths[4], Tone(0.05));   // 3 filterbank frames; the encoder needs 7
        List<int> delivered = [];
        using var strict = new EmbeddingExtractor(Masking, new() { ThreadCount = 2, BatchSize = 2 });
        using var lenient = new EmbeddingExtractor(Masking, new() { ThreadCount = 2, BatchSize = 6, ContinueAfterError = true });

        var error = Assert.Throws<InvalidDataException>(() =>
        {
            foreach (var embedding in strict.Extract(paths, cancellationToken: Never))
                delivered.Add(embedding.Index);
        });
        var reports = new Reports();
        var all = lenient.Extract(paths, reports, Never).ToList();

        Assert.Equal([0, 1], delivered);
        Assert.StartsWith($"Utterance 2, '{paths[2]}': ", error.Message);
        Assert.Equal([2, 4], all.Where(embedding => embedding.Error is not null).Select(embedding => embedding.Index));
        var tooShort = Assert.IsType<AudioTooShortException>(all[4].Error);
        Assert.Equal((paths[4], 50, 85), (tooShort.Name, tooShort.LengthMs, tooShort.LeastMs));   // 7 frames: 25 ms, and 6 more of 10 ms
        var last = reports.All[^1];
        Assert.Equal((6, 2, 6, 2.0), (last.DoneCount, last.FailedCount, last.TotalCount!.Value, last.AudioSeconds));
        Assert.Equal(TimeSpan.Zero, last.TimeLeft);
        Assert.StartsWith("6/6 utterances, 2 failed, ", last.ToString());
    }

    [Fact]
    public void Cancelling_ends_it_between_two_utterances_and_leaving_early_does_no_harm()
    {
        using var extractor = new EmbeddingExtractor(Masking, new() { ThreadCount = 2, WindowSize = 4 });
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Never);
        List<int> delivered = [];

        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var embedding in extractor.Extract(Waves(500), cancellationToken: cancel.Token))
            {
                delivered.Add(embedding.Index);
                if (delivered.Count == 3)
                    cancel.Cancel();
            }
        });

        Assert.Equal([0, 1, 2], delivered);
        Assert.Equal([0, 1], extractor.Extract(Waves(500), cancellationToken: Never).Take(2).Select(embedding => embedding.Index));
    }

    [Fact]
    public void No_more_than_three_windows_are_read_ahead()
    {
        var read = 0;
        IEnumerable<float[]> Counted()
        {
            foreach (var wave in Waves(100))
            {
                Interlocked.Increment(ref read);
                yield return wave;
            }
        }
        using var extractor = new EmbeddingExtractor(Masking, new() { ThreadCount = 2, WindowSize = 5 });

        foreach (var embedding in extractor.Extract(Counted(), cancellationToken: Never))
            // three windows, and a fourth pulled to wait at the door
            Assert.True(Volatile.Read(ref read) <= (embedding.Index / 5 + 4) * 5, $"at {embedding.Index}, {read} are read");

        Assert.Equal(100, read);
    }

    [Fact]
    public void Sources_that_fail_to_enumerate_and_faulty_options_are_told()
    {
        static IEnumerable<float[]> Broken()
        {
            yield return Waves(1)[0];
            throw new IOException("the disk is gone");
        }
        using var extractor = new EmbeddingExtractor(Masking);

        Assert.Equal("the disk is gone", Assert.Throws<IOException>(
            () => extractor.Extract(Broken(), cancellationToken: Never).ToList()).Message);
        Assert.Contains("ThreadCount is 0, but must be at least 1; WindowSize is -1",
            Assert.Throws<ArgumentException>(() => new EmbeddingExtractor(Masking, new() { ThreadCount = 0, WindowSize = -1 })).Message);
        Assert.Contains("needs a front end that MlNetSer does not have",
            Assert.Throws<NotSupportedException>(() => new EmbeddingExtractor(
            SpeechEncoder.FromBytes(Masking.Model.ToArray(), Masking.Profile with { MissingFrontEnd = "x" }))).Message);
        Assert.Contains("has blocks 1 to 4", Assert.Throws<ArgumentOutOfRangeException>(
            () => new EmbeddingExtractor(Masking, new() { Blocks = [5] })).Message);
    }

    [Fact]
    public void Real_speech_through_the_real_encoder_agrees_with_EmbedSpeech()
    {
        Assert.SkipWhen(SharedData.Folder is null, SharedData.Absent);
        var ml = new MLContext(1);
        var encoder = SpeechEncoder.FromFile(SharedData.Find("nemo-conformer-ctc-small", "encoder.onnx")!);
        string[] paths = [.. Directory.GetFiles(SharedData.Find("emodb", "Happy")!).Order(StringComparer.Ordinal).Take(4)];
        using var extractor = new EmbeddingExtractor(encoder);
        var reports = new Reports();

        var embeddings = extractor.Extract(paths, reports, Never).ToList();

        output.WriteLine($"{reports.All[^1]}");
        var speech = ml.Data.LoadFromEnumerable(paths.Select(path => new Speech(path)));
        var pipeline = ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(ml.Transforms.EmbedSpeech("Embedding", encoder));
        var expected = pipeline.Fit(speech).Transform(speech).GetColumn<float[]>("Embedding").ToList();
        Assert.All(embeddings, embedding => Assert.True(
            expected[embedding.Index].Zip(embedding.Values.ToArray(), (e, a) => Math.Abs(e - a)).Max() <= 1e-4));
    }

    /// <summary>Sweeps of 0.3 to 0.9 seconds, some of them equally long.</summary>
    private static float[][] Waves(int count) => [.. Enumerable.Range(0, count).Select(i =>
        Enumerable.Range(0, 4800 + i * 7 % 5 * 2400).Select(t => (float)(0.3 * Math.Sin(0.02 * (1 + i % 3) * t) + 0.1 * Math.Sin(0.37 * t)))
        .ToArray())];

    private static byte[] Tone(double seconds)
        => Wav.File(Wav.Format(), Wav.Chunk("data", Wav.Pcm16(
        [.. Enumerable.Range(0, (int)(16_000 * seconds)).Select(t => (short)(8000 * Math.Sin(0.05 * t)))])));

    private sealed record Speech(string AudioPath);

    private sealed class Wave
    {
        [VectorType]
        public float[] Waveform { get; set; } = [];
    }

    private sealed class Reports : IProgress<ExtractionProgress>
    {
        public List<ExtractionProgress> All { get; } = [];

        public void Report(ExtractionProgress value) => All.Add(value);
    }
}
