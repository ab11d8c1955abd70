namespace MlNetSer.Tests.Filterbank;

public sealed class FrameKernelTests
{
    // Both compute in single precision, whose noise floor lies 16 nats (2^-23) under a frame's loudest bin: rounding shows in bins near it.
    private const double NearPeak = 9, NearPeakTolerance = 1e-3, FarTolerance = 2e-2;

    public static TheoryData<string, LogMelFilterbankOptions> EveryOption => new()
    {
        { "defaults", new() },
        { "mirrored edges", new() { SnipEdges = false } },
        { "an odd number of bins", new() { MelBinCount = 23 } },
        { "Hann", new() { Window = FrameWindow.Hann } },
        { "Hamming", new() { Window = FrameWindow.Hamming } },
        { "no window", new() { Window = FrameWindow.Rectangular } },
        { "DC stays, no pre-emphasis", new() { RemoveDcOffset = false, PreEmphasis = 0 } },
        { "icefall's scale", new() { SampleScale = 1, SnipEdges = false, HighFrequencyHz = -400 } },
        { "8 kHz: 200 samples, 256-point DFT", new() { SampleRateHz = 8000, MelBinCount = 40 } },
        { "22.05 kHz: 551 samples, an odd number", new() { SampleRateHz = 22_050 } },
        { "22.05 kHz, mirrored edges", new() { SampleRateHz = 22_050, SnipEdges = false } },
        { "44.1 kHz: 2048-point DFT", new() { SampleRateHz = 44_100 } },
        { "a frame as long as its DFT", new() { FrameLengthMs = 32 } },
        { "gaps between frames", new() { FrameShiftMs = 31.3 } },
        { "mean subtracted", new() { Normalization = UtteranceNormalization.Mean } },
        { "NeMo's normalisation", new() { Normalization = UtteranceNormalization.MeanAndStandardDeviation, SnipEdges = false } },
    };

    [Theory]
    [MemberData(nameof(EveryOption))]
    public void Sixteen_frames_at_once_give_the_numbers_of_one_at_a_time(string what, LogMelFilterbankOptions options)
    {
        var samples = Sounds.Speak(options.SampleRateHz);
        var filterbank = new LogMelFilterbank(options);
        var frames = filterbank.FrameCount(samples.Length);

        var ours = filterbank.Compute(samples);

        var scalar = new float[frames * options.MelBinCount];
        new ScalarFilterbank(options).Compute(samples, scalar);
        Assert.Equal(scalar.Length, ours.Length);
        for (var f = 0; f < frames; f++)
        {
            var row = scalar.AsSpan(f * options.MelBinCount, options.MelBinCount);
            var peak = row.ToArray().Max();
            for (var b = 0; b < row.Length; b++)
            {
                // After normalisation a quiet bin looks like any other.
                var tolerance = options.Normalization == UtteranceNormalization.None && peak - row[b] < NearPeak
                    ? NearPeakTolerance : FarTolerance;
                Assert.True(Math.Abs(ours[f * row.Length + b] - row[b]) <= tolerance,
                    $"{what}: frame {f}, bin {b}: {ours[f * row.Length + b]}, scalar {row[b]}");
            }
        }
    }

    [Theory]
    [InlineData(16_000)]
    [InlineData(22_050)]
    public void A_frame_has_the_same_bits_wherever_it_sits(int sampleRateHz)
    {
        var options = new LogMelFilterbankOptions { SampleRateHz = sampleRateHz };
        var filterbank = new LogMelFilterbank(options);
        var samples = Sounds.Speak(options.FrameLength + 40 * options.FrameShift);

        var together = filterbank.Compute(samples);

        for (var f = 0; f <= 40; f++)
        {
            var alone = filterbank.Compute(samples.AsSpan(f * options.FrameShift, options.FrameLength));
            Assert.True(together.AsSpan(f * 80, 80).SequenceEqual(alone), $"frame {f} alone");
            var fewer = filterbank.Compute(samples.AsSpan(0, options.FrameLength + f * options.FrameShift));
            Assert.True(together.AsSpan(0, fewer.Length).SequenceEqual(fewer), $"the first {f + 1} frames");
        }
    }

    [Theory]
    [InlineData(16_000)]
    [InlineData(22_050)]
    public void A_broken_sample_shows_in_its_own_frames_only(int sampleRateHz)
    {
        var options = new LogMelFilterbankOptions { SampleRateHz = sampleRateHz };
        var filterbank = new LogMelFilterbank(options);
        var samples = Sounds.Speak(options.FrameLength + 40 * options.FrameShift);
        var whole = filterbank.Compute(samples);
        var at = 20 * options.FrameShift + options.FrameLength;   // one past the end of frame 20
        samples[at] = float.NaN;

        var broken = filterbank.Compute(samples);

        for (var f = 0; f <= 40; f++)
        {
            var row = broken.AsSpan(f * 80, 80);
            var holdsIt = at >= f * options.FrameShift && at < f * options.FrameShift + options.FrameLength;
            Assert.True(holdsIt ? row.ToArray().All(float.IsNaN) : row.SequenceEqual(whole.AsSpan(f * 80, 80)), $"frame {f}");
        }
    }

    [Fact]
    public void Threads_share_one_filterbank()
    {
        var filterbank = new LogMelFilterbank();
        var speech = Enumerable.Range(0, 16).Select(seed => Sounds.Speak(8000 + 100 * seed, seed)).ToArray();
        var expected = speech.Select(s => filterbank.Compute(s)).ToArray();

        Parallel.For(0, 200, i => Assert.Equal(expected[i % 16], filterbank.Compute(speech[i % 16])));
    }

    [Fact]
    public void Options_changed_afterwards_change_nothing()
    {
        var options = new LogMelFilterbankOptions();
        var filterbank = new LogMelFilterbank(options);
        var samples = Sounds.Speak(8000);
        var before = filterbank.Compute(samples);
        (options.MelBinCount, options.FrameLengthMs, options.FrameShiftMs) = (40, 50, 5);

        Assert.Equal(before, filterbank.Compute(samples));
    }
}
