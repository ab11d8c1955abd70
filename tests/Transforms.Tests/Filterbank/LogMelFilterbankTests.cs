using System.Globalization;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Filterbank;

public sealed class LogMelFilterbankTests
{
    // Kaldi prints six or seven digits and computes in single precision; quiet bins differ by rounding.
    private const double MeanTolerance = 0.002, LargestTolerance = 0.05;

    [Theory]
    [InlineData("test.txt", 23, true)]
    [InlineData("test-40.txt", 40, true)]
    [InlineData("test-40-no-snip-edges.txt", 40, false)]
    public void Features_agree_with_what_Kaldi_printed(string file, int bins, bool snipEdges)
    {
        Assert.SkipWhen(SharedData.Find("fbank", file) is null, SharedData.Absent);
        var kaldi = ReadKaldi(SharedData.Find("fbank", file)!);
        var samples = ReadPcm16(SharedData.Find("fbank", "test.wav")!);

        var ours = new LogMelFilterbank(new LogMelFilterbankOptions { MelBinCount = bins, SnipEdges = snipEdges }).Compute(samples);

        Assert.Equal(kaldi.Length, ours.Length);
        var differences = ours.Zip(kaldi, (a, b) => (double)Math.Abs(a - b)).ToArray();
        Assert.True(differences.Average() < MeanTolerance, $"mean {differences.Average()}");
        Assert.True(differences.Max() < LargestTolerance, $"largest {differences.Max()}");
    }

    [Fact]
    public void A_sine_peaks_in_the_bin_that_holds_its_frequency()
    {
        // 80 triangles from Mel(20) = 31.75 to Mel(8000) = 2840.04, 34.67 Mel apart: Mel(1000) = 999.99 is 27.93 steps up, so bin 27
        // (centre 28) is nearest.
        var samples = Enumerable.Range(0, 16_000).Select(i => 0.5f * (float)Math.Sin(2 * Math.PI * 1000 * i / 16_000)).ToArray();

        var features = new LogMelFilterbank().Compute(samples);

        Assert.Equal(98 * 80, features.Length);
        Assert.Equal(27, Array.IndexOf(features, features.AsSpan(0, 80).ToArray().Max()));
    }

    [Fact]
    public void Silence_is_the_logarithm_of_the_floor()
        => Assert.All(new LogMelFilterbank().Compute(new float[400]), value => Assert.Equal(-15.942385f, value, 1e-5f));

    [Theory]
    [InlineData(400, true, 1)]
    [InlineData(559, true, 1)]
    [InlineData(560, true, 2)]
    [InlineData(16_000, true, 98)]
    [InlineData(16_000, false, 100)]
    public void Frames_are_counted_as_Kaldi_counts_them(int samples, bool snipEdges, int frames)
        => Assert.Equal(frames, new LogMelFilterbank(new LogMelFilterbankOptions { SnipEdges = snipEdges }).FrameCount(samples));

    [Fact]
    public void Less_than_one_frame_is_refused_with_its_length()
    {
        var error = Assert.Throws<ArgumentException>(() => new LogMelFilterbank().Compute(new float[399]));

        Assert.Contains("399 samples", error.Message);
        Assert.Contains("needs 400", error.Message);
    }

    /// <summary>Kaldi asks for no whole frame where edges are mirrored: (399 + 80) / 160 = 2, and 80 samples give one.</summary>
    [Fact]
    public void Mirrored_edges_give_frames_of_less_than_one_frame()
    {
        var filterbank = new LogMelFilterbank(new LogMelFilterbankOptions { SnipEdges = false });

        Assert.Equal(2 * 80, filterbank.Compute(Sounds.Speak(399)).Length);
        Assert.Equal(80, filterbank.Compute(Sounds.Speak(80)).Length);
        Assert.Contains("needs 80 (5 ms)", Assert.Throws<ArgumentException>(() => filterbank.Compute(new float[79])).Message);
    }

    public static TheoryData<string, LogMelFilterbankOptions> EveryGeometry => new()
    {
        { "Kaldi's", new() },
        { "mirrored", new() { SnipEdges = false } },
        { "22.05 kHz", new() { SampleRateHz = 22_050 } },
        { "22.05 kHz, mirrored", new() { SampleRateHz = 22_050, SnipEdges = false } },
        { "an odd shift, mirrored", new() { SnipEdges = false, FrameShiftMs = 9.9375 } },
        { "gaps, mirrored", new() { SnipEdges = false, FrameLengthMs = 16, FrameShiftMs = 30, MelBinCount = 40 } },
        { "shift of one sample, mirrored", new() { SnipEdges = false, FrameShiftMs = 0.0625 } },
        { "normalised, mirrored", new() { SnipEdges = false, Normalization = UtteranceNormalization.MeanAndStandardDeviation } },
    };

    [Theory, MemberData(nameof(EveryGeometry))]
    public void Counted_and_computed_frames_agree_for_every_length(string what, LogMelFilterbankOptions options)
    {
        var filterbank = new LogMelFilterbank(options);
        var samples = Sounds.Speak(3 * options.FrameLength);
        for (var length = 0; length < samples.Length; length += IsNearEdge(length) ? 1 : 7)
        {
            var frames = filterbank.FrameCount(length);
            if (frames == 0)
            {
                Assert.Throws<ArgumentException>(() => filterbank.Compute(samples.AsSpan(0, length)));
                continue;
            }
            var features = filterbank.Compute(samples.AsSpan(0, length));
            Assert.True(frames * options.MelBinCount == features.Length,
                $"{what}: {length} samples, {frames} frames counted, {features.Length} values");
            var scalar = new float[features.Length];
            new ScalarFilterbank(options).Compute(samples.AsSpan(0, length), scalar);
            if (length < options.FrameLength && length > options.FrameLength / 4)   // a few samples, mirrored, are a constant and rounding
                Assert.All(scalar.Zip(features), pair => Assert.Equal(pair.First, pair.Second, 0.02f));
        }

        bool IsNearEdge(int length) => length < 2 * options.FrameShift || Math.Abs(length - options.FrameLength) < 3;
    }

    [Fact]
    public void The_longest_waveform_is_counted_without_overflow()
    {
        var filterbank = new LogMelFilterbank(new LogMelFilterbankOptions { SnipEdges = false });

        Assert.Equal(int.MaxValue / 160 + 1, filterbank.FrameCount(int.MaxValue));
    }

    [Fact]
    public void Normalised_bins_have_mean_0_and_deviation_1()
    {
        var samples = Enumerable.Range(0, 8000).Select(i => (float)Math.Sin(i * i * 1e-4)).ToArray();

        var features = new LogMelFilterbank(new LogMelFilterbankOptions { Normalization = UtteranceNormalization.MeanAndStandardDeviation })
            .Compute(samples);

        var bin = Enumerable.Range(0, features.Length / 80).Select(f => features[f * 80 + 40]).ToArray();
        Assert.Equal(0, bin.Average(), 1e-4);
        Assert.Equal(1, Math.Sqrt(bin.Sum(x => x * x) / (bin.Length - 1)), 1e-3);
    }

    [Fact]
    public void Faulty_options_are_reported_together()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            new LogMelFilterbank(new LogMelFilterbankOptions { MelBinCount = 1, SampleScale = -1 }));

        Assert.Contains("MelBinCount is 1", error.Message);
        Assert.Contains("SampleScale is -1", error.Message);
    }

    [Fact]
    public void More_bins_than_frequencies_are_refused()
        => Assert.Contains("lies between two DFT frequencies",
        Assert.Throws<ArgumentException>(() => new LogMelFilterbank(new LogMelFilterbankOptions { MelBinCount = 200 })).Message);

    private static float[] ReadKaldi(string path) => [.. File.ReadAllText(path)
        .Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)
        .SkipWhile(word => word != "[").Skip(1).TakeWhile(word => word != "]")
        .Select(word => float.Parse(word, CultureInfo.InvariantCulture))];

    private static float[] ReadPcm16(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan(44);
        var samples = new float[bytes.Length / 2];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = BitConverter.ToInt16(bytes[(2 * i)..]) / 32768f;
        return samples;
    }
}
