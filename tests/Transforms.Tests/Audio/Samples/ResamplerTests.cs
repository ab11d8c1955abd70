using MlNetSer.Audio.Samples;

namespace MlNetSer.Tests.Audio.Samples;

public sealed class ResamplerTests
{
    private static float[] Tone(double hertz, int rate, double seconds = 1)
        => [.. Enumerable.Range(0, (int)(rate * seconds)).Select(n => (float)Math.Sin(2 * Math.PI * hertz * n / rate))];

    /// <summary>Amplitude of one frequency in the middle of a signal, by a Hann-windowed correlation: a full-scale tone gives 1.</summary>
    private static double Amplitude(float[] samples, double hertz, int rate)
    {
        var (skip, re, im, sum) = (samples.Length / 8, 0.0, 0.0, 0.0);
        var count = samples.Length - 2 * skip;
        for (var i = 0; i < count; i++)
        {
            var window = 0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / count);
            var angle = 2 * Math.PI * hertz * (i + skip) / rate;
            (re, im, sum) = (re + window * samples[i + skip] * Math.Cos(angle), im + window * samples[i + skip] * Math.Sin(angle),
                sum + window);
        }
        return 2 * Math.Sqrt(re * re + im * im) / sum;
    }

    private static double RootMeanSquareDecibel(float[] samples)
        => 20 * Math.Log10(Math.Sqrt(2 * samples.AsSpan(samples.Length / 8, samples.Length * 3 / 4).ToArray().Average(s => (double)s * s))
        + 1e-12);

    [Theory]
    [InlineData(44100)]
    [InlineData(48000)]
    [InlineData(192000)]
    [InlineData(22050)]
    [InlineData(47999)]   // coprime with 16000: interpolated phases
    public void Flat_within_a_tenth_of_a_decibel_to_7_kHz_and_80_dB_down_from_8_and_a_half(int rate)
    {
        foreach (var hertz in new[] { 50.0, 1000, 3333, 5000, 6500, 7000 })
            Assert.Equal(0, 20 * Math.Log10(Amplitude(Resampler.Resample(Tone(hertz, rate), rate, 16000), hertz, 16000)), 0.1);
        foreach (var hertz in new[] { 8500.0, 9000, 10500 }.Where(f => f < rate / 2.0))
            Assert.True(RootMeanSquareDecibel(Resampler.Resample(Tone(hertz, rate), rate, 16000)) < -80, $"{hertz} Hz comes through");
    }

    [Fact]
    public void Images_of_8_kHz_sound_are_80_dB_down()
    {
        foreach (var hertz in new[] { 200.0, 1000, 2500, 3400, 3900 })
            Assert.True(20 * Math.Log10(Amplitude(Resampler.Resample(Tone(hertz, 8000), 8000, 16000), 8000 - hertz, 16000) + 1e-12) < -80,
                $"{hertz} Hz has an image");
    }

    [Theory]
    [InlineData(4000)]
    [InlineData(11025)]
    [InlineData(32000)]
    [InlineData(96000)]
    [InlineData(191999)]
    public void Tone_keeps_its_phase_and_length_at_any_rate(int rate)
    {
        var resampled = Resampler.Resample(Tone(440, rate), rate, 16000);

        Assert.Equal(16000, resampled.Length);
        var expected = Tone(440, 16000);
        for (var i = 2000; i < 14000; i++)
            Assert.Equal(expected[i], resampled[i], 1e-4);
    }

    [Fact]
    public void Equal_rates_change_nothing()
    {
        var samples = Tone(100, 16000, 0.01);

        Assert.Same(samples, Resampler.Resample(samples, 16000, 16000));
    }

    [Fact]
    public void Changed_numbers_need_a_new_version_so_that_stored_embeddings_become_stale()
    {
        var tones = Enumerable.Range(0, 4410).Select(t => (float)(0.5 * Math.Sin(0.1 * t) + 0.3 * Math.Sin(0.8 * t))).ToArray();

        // any change of weight changes it
        var sum = Resampler.Resample(tones, 44100, 16000).Select((value, i) => value * Math.Cos(0.3 * i)).Sum();

        Assert.Equal("audio reader 2, resampler 1", AudioFile.Version);
        Assert.Equal(-6.454, sum, 1e-3);   // our own number: that of version 1
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(44100)]
    [InlineData(47999)]
    [InlineData(192000)]
    public void Blocks_of_any_length_give_the_bits_of_the_whole(int rate)
    {
        var samples = Tone(440, rate, 0.3);
        var whole = Resampler.Resample(samples, rate, 16000);
        foreach (var length in new[] { 1, 7, 100, 4608, samples.Length })
        {
            foreach (var known in new long?[] { null, samples.Length })
            {
                var parts = new ResampledSamples(rate, known);
                foreach (var block in samples.Chunk(length))
                    parts.Add(block);

                Assert.Equal(whole, parts.Finish());
            }
        }
    }

    [Theory]
    [InlineData(3999)]
    [InlineData(192001)]
    public void Rate_out_of_range_is_refused(int rate)
        => Assert.Contains("wanted 4,000 to 192,000 Hz",
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampler.Resample([0], rate, 16000)).Message);
}
