using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio.Decoders;

/// <summary>Plain samples, from where a header said that they begin.</summary>
internal static class PcmSamples
{
    private const int BlockBytes = 1 << 18;

    /// <summary>Reads samples of known length out of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte of the samples.</param>
    /// <param name="length">Their bytes, inside the file.</param>
    /// <param name="isPlaceholder">The length is what is left of the file: half a sample at its end is dropped and noted, else it is an
    /// error.</param>
    /// <param name="format">One sample.</param>
    /// <param name="channelCount">Channels.</param>
    /// <param name="rateHz">Rate.</param>
    /// <param name="to">Takes them.</param>
    public static void Read(HeaderReader file, long start, long length, bool isPlaceholder, SampleFormat format, int channelCount,
        int rateHz, SampleCollector to)
    {
        long frameBytes = (long)format.Bytes * channelCount;
        if (isPlaceholder)
            to.Note(AudioNotes.PlaceholderLength);
        if (length % frameBytes != 0 && !isPlaceholder)
            throw file.Fault(start + length / frameBytes * frameBytes,
                $"the last sample is cut off: {length:N0} bytes of samples are not a multiple of {frameBytes} "
                + $"({channelCount} channels of {format.Bytes} bytes)");
        if (length % frameBytes != 0)
            to.Note(AudioNotes.PartialSampleDropped);
        var count = length / frameBytes;
        if (count == 0)
            throw file.Fault(start, "the file has no samples");
        if (count > Array.MaxLength)
            throw file.Fault(start, $"the file has {count:N0} samples per channel, more than {Array.MaxLength:N0}. Cut it into utterances");
        to.Begin(channelCount, rateHz, count);
        file.Stream.Position = start;
        var bad = Read(file.Stream, count * frameBytes, format, channelCount, to);
        if (bad >= 0)
            throw file.Fault(start + bad, "a sample is not a finite number");
    }

    /// <summary>Reads whole frames, up to a length or to the end of the stream. Returns the byte of the first value that is not finite,
    /// else −1.</summary>
    public static long Read(Stream stream, long length, SampleFormat format, int channelCount, SampleCollector to)
    {
        var frameBytes = format.Bytes * channelCount;
        var bytes = new byte[Math.Max(1, Math.Min(length, BlockBytes) / frameBytes) * frameBytes];
        var samples = new float[bytes.Length / format.Bytes];
        for (long done = 0; done < length;)
        {
            var wanted = (int)Math.Min(bytes.Length, length - done);
            var got = stream.ReadAtLeast(bytes.AsSpan(0, wanted), wanted, throwOnEndOfStream: false);
            var whole = samples.AsSpan(0, got / frameBytes * channelCount);
            format.Decode(bytes, whole);
            var bad = to.Add(whole);
            if (bad >= 0)
                return done + (long)bad / channelCount * frameBytes;
            done += got;
            if (got < bytes.Length)
                break;
        }
        return -1;
    }
}
