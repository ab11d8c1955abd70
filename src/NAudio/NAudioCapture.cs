using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MlNetSer.Audio;
using NAudio.Wave;

namespace MlNetSer;

/// <summary>Live sound from whatever NAudio records from.</summary>
public static class NAudioCapture
{
    private const int Waiting = 64;

    /// <summary>Records, and gives windows of 16 kHz mono as they become whole, until the recording stops or the loop ends.</summary>
    /// <remarks>
    /// A loop that is slower than the sound loses the oldest windows that wait, 64 at most; <see cref="WaveformWindow.StartSeconds"/> shows
    /// the gap.
    /// </remarks>
    /// <param name="source">The microphone: <c>new WaveInEvent()</c> (2.x, Windows), <c>new WaveIn()</c> (3.x, Windows), <c>new
    /// AlsaIn()</c> (3.x, Linux). Stays the caller's.</param>
    /// <param name="windowSeconds">Length of a window.</param>
    /// <param name="hopSeconds">From the start of one window to the next.</param>
    /// <param name="cancellationToken">Ends the recording.</param>
    /// <exception cref="InvalidDataException">The source's format is none that we decode.</exception>
    /// <exception cref="IOException">The recording broke off.</exception>
    public static async IAsyncEnumerable<WaveformWindow> Windows(
        this IWaveIn source, double windowSeconds = 3, double hopSeconds = 1,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var bytes = new SampleBytes(NAudioDecoder.FormatChunk(source.WaveFormat), "the recording");
        var windows = new WaveformWindows(bytes.RateHz, windowSeconds, hopSeconds);
        var channel = Channel.CreateBounded<WaveformWindow>(
            new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        var isRecording = false;
        source.DataAvailable += Take;
        source.RecordingStopped += End;
        try
        {
            source.StartRecording();
            isRecording = true;
            await foreach (var window in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return window;
        }
        finally
        {
            source.DataAvailable -= Take;
            source.RecordingStopped -= End;
            if (isRecording)
                source.StopRecording();
        }

        void Take(object? sender, WaveInEventArgs data)
        {
            try
            {
                foreach (var window in windows.Add(bytes.Add(data.Buffer.AsSpan(0, data.BytesRecorded))))
                    channel.Writer.TryWrite(window);
            }
            catch (InvalidDataException error)
            {
                channel.Writer.TryComplete(error);   // an exception in NAudio's thread would end the process
            }
        }

        void End(object? sender, StoppedEventArgs stopped)
            => channel.Writer.TryComplete(stopped.Exception is { } error
            ? new IOException($"The recording broke off: {error.Message}", error) : null);
    }
}
