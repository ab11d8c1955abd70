using NAudio.Wave;

namespace MlNetSer.Tests;

public sealed class NAudioCaptureTests
{
    [Fact]
    public async Task A_recording_becomes_windows_of_16_kHz_mono_until_it_stops()
    {
        using var microphone = new Microphone(new WaveFormat(16_000, 16, 2), seconds: 2.5);
        List<WaveformWindow> got = [];

        await foreach (var window in microphone.Windows(windowSeconds: 1, hopSeconds: 0.5))
            got.Add(window);

        Assert.Equal([0.0, 0.5, 1.0, 1.5], got.Select(window => window.StartSeconds));
        Assert.All(got, window => Assert.All(window.Waveform, sample => Assert.Equal(0.25f, sample)));
        Assert.True(microphone.Stopped);
    }

    [Fact]
    public async Task A_recording_that_breaks_off_is_an_error()
    {
        using var microphone = new Microphone(new WaveFormat(16_000, 16, 1), seconds: 1.5, new InvalidOperationException("unplugged"));

        var error = await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (var _ in microphone.Windows(windowSeconds: 1))
            {
            }
        });

        Assert.Contains("unplugged", error.Message);
    }

    [Fact]
    public async Task Leaving_the_loop_ends_the_recording()
    {
        using var microphone = new Microphone(new WaveFormat(16_000, 16, 1), seconds: 60);

        await foreach (var _ in microphone.Windows(windowSeconds: 1))
            break;

        Assert.True(microphone.Stopped);
    }

    [Fact]
    public async Task A_microphone_that_does_not_start_is_left_without_handlers()
    {
        using var microphone = new Microphone(new WaveFormat(16_000, 16, 1), seconds: 1, starts: false);

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await microphone.Windows(windowSeconds: 1).GetAsyncEnumerator().MoveNextAsync());

        Assert.False(microphone.IsHeard);
        Assert.False(microphone.Stopped);
    }

    /// <summary>Gives 0.25 in blocks that do not end with a sample, as fast as it can.</summary>
    private sealed class Microphone(WaveFormat format, double seconds, Exception? fault = null, bool starts = true) : IWaveIn
    {
        public WaveFormat WaveFormat { get; set; } = format;

        public bool Stopped { get; private set; }

        public bool IsHeard => DataAvailable is not null || RecordingStopped is not null;

        public event EventHandler<WaveInEventArgs>? DataAvailable;

        public event EventHandler<StoppedEventArgs>? RecordingStopped;

        public void StartRecording() => _ = starts ? Task.Run(Record) : throw new InvalidOperationException("in use");

        public void StopRecording() => Stopped = true;

        public void Dispose()
        {
        }

        private void Record()
        {
            var left = (int)(seconds * WaveFormat.SampleRate) * WaveFormat.BlockAlign;
            byte[] all = [.. Enumerable.Range(0, left / 2).SelectMany(_ => BitConverter.GetBytes((short)8192))];
            for (var at = 0; at < all.Length && !Stopped; at += 4321)
            {
                byte[] block = [.. all.Skip(at).Take(4321)];
                // bytes beyond BytesRecorded mean nothing
                DataAvailable?.Invoke(this, new WaveInEventArgs([.. block, 99, 99], block.Length));
            }
            RecordingStopped?.Invoke(this, new StoppedEventArgs(fault));
        }
    }
}
