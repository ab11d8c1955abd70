using System.Buffers.Binary;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Audio.Decoders;

/// <summary>Decodes with the ffmpeg of this machine; resampling and the choice of channels stay ours.</summary>
/// <remarks>
/// A file that strangers sent must not make ffmpeg open another one. It gets the bytes on its standard input, may open nothing but pipes,
/// and may only use readers of
/// formats that hold their own sound: no playlists (HLS, concat, DASH, SDP), no images, no devices. Formats that must be read back and
/// forth are opened
/// as a file by one named reader, which follows no references.
/// </remarks>
internal static class FfmpegDecoder
{
    private const string Formats = "aac,ac3,act,aiff,amr,amrnb,amrwb,ape,asf,au,avi,avr,caf,dsf,dsicin,dts,dtshd,eac3,flac,flv,iff,"
        + "ircam,loas,matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,nistsphere,ogg,oma,paf,pvf,rm,sds,shn,sln,sox,tak,tta,voc,vqf,"
        + "w64,wav,wsd,wtv,wv,xwma";

    /// <param name="stream">The whole file, seekable.</param>
    /// <param name="path">Where it lies; null = nowhere.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="reason">Why our own reader does not read it; null = there is none.</param>
    /// <param name="to">Takes the samples.</param>
    /// <exception cref="InvalidDataException">ffmpeg is not installed, cannot decode the file, or takes too long.</exception>
    public static void Read(Stream stream, string? path, string name, AudioKind kind, string? reason, SampleCollector to)
    {
        var what = (reason, kind.Name) switch
        {
            ({ } said, _) => said,
            (_, { } known) => $"it is {known}",
            _ => "it is not a format that MlNetSer reads by itself",
        };
        var program = FfmpegProcess.Find() ?? throw new InvalidDataException(
            $"'{name}': {what}; decoding it takes ffmpeg, which is not installed (searched: PATH). "
            + "Install it (Debian, Ubuntu: apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg), "
            + "or convert the file to WAV.");
        if (kind.Demuxer is null)
        {
            Run(program, ["-protocol_whitelist", "pipe", "-format_whitelist", Formats, "-i", "pipe:0"], stream, name, reason, to);
            return;
        }
        var copy = path is null ? Copy(stream) : null;
        try
        {
            Run(program, ["-protocol_whitelist", "file", "-f", kind.Demuxer, "-i", "file:" + Path.GetFullPath(path ?? copy!)], null, name,
                reason, to);
        }
        finally
        {
            if (copy is not null)
                File.Delete(copy);
        }
    }

    private static void Run(string program, string[] input, Stream? bytes, string name, string? reason, SampleCollector to)
    {
        string[] arguments =
        [
            "-hide_banner", "-nostdin", "-loglevel", "error", "-threads", "1", .. input,
            "-map", "0:a:0", "-map_metadata", "-1", "-fflags", "+bitexact", "-c:a", "pcm_f32le", "-f", "wav", "pipe:1",
        ];
        using var ffmpeg = new FfmpegProcess(program, arguments, bytes);
        Exception? fault = null;
        try
        {
            Decode(ffmpeg.Output, to);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException && !to.Refused)
        {
            fault = error;   // what ffmpeg says about it is more use
        }
        var (code, said) = ffmpeg.End();
        if (fault is not null || code != 0 && (to.SampleCount == 0 || ffmpeg.TimedOut))
        {
            var also = reason is null ? "" : $" ({reason})";
            throw new InvalidDataException($"'{name}': ffmpeg could not decode it{also}: "
                + $"{said ?? fault?.Message ?? $"it ended with code {code}"}.", fault);
        }
        if (said is not null || code != 0)
            to.Note(AudioNotes.DecodedWithErrors);
    }

    /// <summary>The WAV that ffmpeg writes into a pipe: 'fmt ', perhaps others, then 'data' to the end.</summary>
    private static void Decode(Stream wav, SampleCollector to)
    {
        var head = new byte[12];
        wav.ReadExactly(head);
        WavFormat? format = null;
        while (true)
        {
            wav.ReadExactly(head, 0, 8);
            if (head.AsSpan(0, 4).SequenceEqual("data"u8))
                break;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4));
            if (length > 1 << 20)
                throw new InvalidDataException("ffmpeg wrote a header that is not WAV");
            var chunk = new byte[length + length % 2];
            wav.ReadExactly(chunk);
            if (head.AsSpan(0, 4).SequenceEqual("fmt "u8))
                format = WavFormat.Parse(chunk, reason => new InvalidDataException(reason));
        }
        if (format is null)
            throw new InvalidDataException("ffmpeg wrote samples before their format");
        to.Begin(format.ChannelCount, format.RateHz);
        if (PcmSamples.Read(wav, long.MaxValue, format.Sample, format.ChannelCount, to) >= 0)
            throw new InvalidDataException("a sample is not a finite number");
    }

    private static string Copy(Stream stream)
    {
        var path = Path.GetTempFileName();
        using var file = File.Create(path);
        stream.Position = 0;
        stream.CopyTo(file);
        return path;
    }
}
