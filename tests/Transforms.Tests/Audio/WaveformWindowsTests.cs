using MlNetSer.Audio.Samples;

namespace MlNetSer.Tests.Audio;

public sealed class WaveformWindowsTests
{
    [Theory]
    [InlineData(8_000)]
    [InlineData(16_000)]
    [InlineData(44_100)]
    [InlineData(48_000)]
    [InlineData(11_127)]   // coprime to 16,000: an interpolated phase for almost every sample
    public void Each_window_is_that_stretch_of_the_whole_recording_resampled(int rateHz)
    {
        var random = new Random(5);
        float[] sound = [.. Enumerable.Range(0, 2 * rateHz).Select(_ => random.NextSingle() - 0.5f)];
        var whole = Resampler.Resample(sound, rateHz, 16_000);
        var windows = new WaveformWindows(rateHz, windowSeconds: 0.5, hopSeconds: 0.2);
        List<WaveformWindow> got = [];

        for (var at = 0; at < sound.Length;)
        {
            var count = Math.Min(random.Next(1, 5_000), sound.Length - at);
            got.AddRange(windows.Add(sound.AsSpan(at, count)));
            at += count;
        }

        Assert.InRange(got.Count, 7, 8);   // starts at 0, 0.2, ... 1.4; the last waits for the filter's reach where the rates differ
        Assert.All(got.Select((window, i) => (window, i)), entry =>
        {
            Assert.Equal(0.2 * entry.i, entry.window.StartSeconds, 1e-9);
            Assert.Equal(whole[(3200 * entry.i)..(3200 * entry.i + 8000)], entry.window.Waveform);
        });
    }

    [Fact]
    public void Windows_may_stand_apart()
    {
        var got = new WaveformWindows(16_000, windowSeconds: 0.001, hopSeconds: 0.01)
            .Add(Enumerable.Range(0, 400).Select(i => (float)i).ToArray());

        Assert.Equal([0, 160, 320], got.Select(window => window.Waveform[0]));
        Assert.All(got, window => Assert.Equal(16, window.Waveform.Length));
    }

    [Fact]
    public void Durations_and_rates_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WaveformWindows(16_000, windowSeconds: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WaveformWindows(16_000, hopSeconds: -1));
        Assert.Contains("The sample rate is 1,000 Hz",
            Assert.Throws<ArgumentOutOfRangeException>(() => new WaveformWindows(1_000)).Message);
    }
}
