using System.Runtime.InteropServices;
using MlNetSer.Audio.Decoders;
using MlNetSer.Audio.Samples;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Audio.Decoders;

/// <summary>Files made by ffmpeg, lame, opusenc, flac and sox in the test; truth is what ffmpeg decodes.</summary>
public sealed class DecodersAgainstFfmpegTests : IDisposable
{
    // Single precision against single precision; MP2's tables are coarser in ffmpeg. Opus in Concentus is a port of the fixed-point code.
    private const double Float = 100, Layer2 = 55, Opus = 25;

    private readonly string _folder = Directory.CreateTempSubdirectory("decoders-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    /// <summary>A second and a bit of gliding tones, left and right of their own, as 16-bit WAV.</summary>
    private string Source(int rate, int channels)
    {
        var samples = new List<short>();
        for (var i = 0; i < rate * 5 / 4; i++)
        {
            for (var c = 0; c < channels; c++)
            {
                var t = (double)i / rate;
                samples.Add((short)(9000 * Math.Sin(2 * Math.PI * (200 + 60 * c) * t * (1 + t)) * (0.6 + 0.4 * Math.Sin(9 * t))
                    + 700 * Math.Sin(2 * Math.PI * 1900 * t)));
            }
        }
        var path = In("source.wav");
        File.WriteAllBytes(path, Wav.File(Wav.Format(channels: channels, rate: (uint)rate), Wav.Chunk("data", Wav.Pcm16([.. samples]))));
        return path;
    }

    private static void Want(string program) => Assert.SkipWhen(!AudioTools.Has(program), AudioTools.Absent(program));

    /// <summary>Samples of ffmpeg at the file's own rate, interleaved.</summary>
    private static float[] ByFfmpeg(string path, params string[] input)
        => MemoryMarshal.Cast<byte, float>(AudioTools.Run("ffmpeg", ["-v", "error", .. input, "-i", path, "-f", "f32le", "-"])).ToArray();

    /// <summary>Ours, through the whole reader: content decides, so the file gets a wrong name first.</summary>
    private void Compare(string path, string format, int rate, int channels, double leastDecibel)
    {
        var misnamed = In("misnamed.WAV");
        File.Copy(path, misnamed, overwrite: true);
        var reference = ByFfmpeg(path);
        for (var c = 1; c <= channels; c++)
        {
            var recording = AudioFile.Read(misnamed, new AudioReadOptions { Channel = AudioChannel.FromNumber(c) });
            var wanted = Resampler.Resample([.. reference.Where((_, i) => i % channels == c - 1)], rate, 16_000);

            Assert.Equal((format, rate, channels), (recording.Format, recording.SourceRateHz, recording.ChannelCount));
            Assert.Equal(wanted.Length, recording.Samples.Length);
            var (signal, error) = (0.0, 1e-20);
            for (var i = 0; i < wanted.Length; i++)
                (signal, error) = (signal + Math.Pow(wanted[i], 2), error + Math.Pow((double)wanted[i] - recording.Samples[i], 2));
            var decibel = 10 * Math.Log10(signal / error);
            Assert.True(decibel >= leastDecibel, $"{Path.GetFileName(path)}, channel {c}: {decibel:0.0} dB");
        }
    }

    [Fact]
    public void Mp2_of_one_channel_at_ffmpeg_s_own_rate_is_no_silence()
    {
        Want("ffmpeg");
        AudioTools.Run("ffmpeg", ["-v", "error", "-i", Source(44100, 1), In("a.mp2")]);   // 384 kbit/s

        Compare(In("a.mp2"), "MP3", 44100, 1, Layer2);
    }

    [Theory]
    [InlineData("cbr", 16000, 1, "-b 32")]
    [InlineData("vbr with ID3", 16000, 1, "-V 2 --add-id3v2 --tt Title")]
    [InlineData("vbr with ID3", 44100, 2, "-V 4 --add-id3v2 --tt Title")]
    [InlineData("joint stereo", 48000, 2, "-m j -b 128")]
    [InlineData("without a tag", 44100, 1, "-t -b 64")]
    [InlineData("8 kHz, MPEG 2.5", 8000, 1, "-b 16")]
    public void Mp3_of_lame(string what, int rate, int channels, string options)
    {
        Want("lame");
        Want("ffmpeg");
        AudioTools.Run("lame", ["--quiet", .. options.Split(' '), Source(rate, channels), In("a.mp3")]);

        Assert.NotEmpty(what);
        Compare(In("a.mp3"), "MP3", rate, channels, Float);
    }

    [Theory]
    [InlineData("libmp3lame", "a.mp3", 44100, 2, "MP3", Float)]
    [InlineData("mp2", "a.mp2", 44100, 2, "MP3", Layer2)]
    [InlineData("mp2", "a.mp2", 16000, 1, "MP3", Layer2)]
    [InlineData("mp2", "a.mp2", 44100, 1, "MP3", Layer2)]      // NLayer fails on it: ffmpeg is asked
    [InlineData("libvorbis", "a.ogg", 16000, 1, "Ogg Vorbis", Float)]
    [InlineData("libvorbis", "a.ogg", 44100, 2, "Ogg Vorbis", Float)]
    [InlineData("libopus", "a.opus", 48000, 1, "Ogg Opus", Opus)]
    [InlineData("libopus", "a.opus", 48000, 2, "Ogg Opus", Opus)]
    [InlineData("flac", "a.flac", 16000, 2, "FLAC", Float)]
    [InlineData("flac", "a.oga", 16000, 1, "Ogg", Float)]
    [InlineData("pcm_s24be", "a.aiff", 44100, 2, "AIFF", Float)]
    [InlineData("pcm_f32be", "a.aiff", 16000, 1, "AIFF", Float)]
    [InlineData("pcm_alaw", "a.aiff", 8000, 1, "AIFF", Float)]
    [InlineData("pcm_mulaw", "a.au", 8000, 1, "AU", Float)]
    [InlineData("pcm_f64be", "a.au", 16000, 2, "AU", Float)]
    [InlineData("pcm_mulaw", "a.wav", 8000, 2, "WAV", Float)]
    [InlineData("pcm_f64le", "a.wav", 16000, 1, "WAV", Float)]
    [InlineData("adpcm_ima_wav", "a.wav", 16000, 1, "WAV", Float)]
    [InlineData("adpcm_ms", "a.wav", 16000, 2, "WAV", Float)]
    [InlineData("libmp3lame", "a.wav", 44100, 2, "MP3", Float)]
    [InlineData("aac", "a.m4a", 16000, 1, "MP4 or QuickTime", Float)]
    [InlineData("aac", "a.aac", 16000, 1, "unknown, by ffmpeg", Float)]
    [InlineData("libopus", "a.webm", 48000, 1, "Matroska or WebM", Float)]
    [InlineData("wmav2", "a.wma", 44100, 1, "WMA (ASF)", Float)]
    [InlineData("alac", "a.caf", 16000, 1, "CAF", Float)]
    [InlineData("pcm_s16le", "a.w64", 16000, 1, "W64", Float)]
    [InlineData("wavpack", "a.wv", 16000, 1, "WavPack", Float)]
    public void What_ffmpeg_writes(string codec, string file, int rate, int channels, string format, double leastDecibel)
    {
        Want("ffmpeg");
        AudioTools.Run("ffmpeg", "-v", "error", "-i", Source(rate, channels), "-c:a", codec, In(file));

        Compare(In(file), format, rate, channels, leastDecibel);
    }

    [Theory]
    [InlineData(16000, 1, "--bitrate 24")]
    [InlineData(48000, 2, "--bitrate 96 --framesize 60")]
    [InlineData(44100, 1, "--bitrate 32 --framesize 2.5")]
    public void Opus_of_opusenc(int rate, int channels, string options)
    {
        Want("opusenc");
        Want("ffmpeg");
        AudioTools.Run("opusenc", ["--quiet", .. options.Split(' '), Source(rate, channels), In("a.opus")]);

        Compare(In("a.opus"), "Ogg Opus", 48000, channels, Opus);
        Assert.Equal(20_000, AudioFile.Read(In("a.opus")).Samples.Length, 1.0);   // 1.25 s: what the encoder added at both ends is gone
    }

    [Theory]
    [InlineData("a.sph", "NIST SPHERE", "-e signed")]
    [InlineData("a.aiff", "AIFF", "-b 24")]
    [InlineData("a.au", "AU", "-e mu-law")]
    [InlineData("a.wav", "WAV", "-e gsm-full-rate")]
    [InlineData("a.voc", "VOC", "-e signed")]
    [InlineData("a.flac", "FLAC", "-b 24")]
    public void What_sox_writes(string file, string format, string options)
    {
        Want("sox");
        Want("ffmpeg");
        AudioTools.Run("sox", [Source(8000, 1), .. options.Split(' '), In(file)]);

        Compare(In(file), format, 8000, 1, Float);
    }

    [Theory]
    [InlineData("wav")]
    [InlineData("au")]
    [InlineData("aiff")]
    public void Whole_sound_comes_out_of_what_ffmpeg_wrote_into_a_pipe(string format)
    {
        Want("ffmpeg");
        var bytes = AudioTools.Run("ffmpeg", "-v", "error", "-i", Source(16000, 1), "-f", format, "-");

        var recording = AudioFile.Read(bytes, "pipe");

        Assert.Equal(20_000, recording.Samples.Length);
        Assert.True(recording.Notes.HasFlag(AudioNotes.PlaceholderLength));
    }

    [Fact]
    public void Flac_of_flac_gives_the_samples_that_it_was_made_of()
    {
        Want("flac");
        Want("ffmpeg");
        var source = Source(16000, 2);
        AudioTools.Run("flac", "--silent", "-o", In("a.flac"), source);

        Assert.Equal(AudioFile.ReadMono(source), AudioFile.ReadMono(In("a.flac")));
    }

    [Fact]
    public void An_Ogg_of_two_recordings_one_after_the_other_is_not_read_as_the_first()
    {
        Want("ffmpeg");
        var source = Source(48000, 1);
        foreach (var (codec, file) in new[] { ("libvorbis", "a.ogg"), ("libopus", "a.opus") })
        {
            AudioTools.Run("ffmpeg", "-v", "error", "-i", source, "-c:a", codec, In(file));
            byte[] chained = [.. File.ReadAllBytes(In(file)), .. File.ReadAllBytes(In(file))];

            Assert.InRange(AudioFile.Read(chained, file).DurationSeconds, 2.45, 2.55);
        }
    }

    [Theory]
    [InlineData("libvorbis", "a.ogg")]
    [InlineData("libopus", "a.opus")]
    [InlineData("libmp3lame", "a.mp3")]
    [InlineData("flac", "a.flac")]
    public void What_is_read_of_a_file_that_was_cut_off_is_told(string codec, string file)
    {
        Want("ffmpeg");
        AudioTools.Run("ffmpeg", "-v", "error", "-stream_loop", "5", "-i", Source(48000, 1), "-c:a", codec, In(file));
        var bytes = File.ReadAllBytes(In(file));

        var (whole, cut) = (AudioFile.Read(bytes, file), AudioFile.Read(bytes[..(bytes.Length / 2)], file));

        Assert.Equal(AudioNotes.None, whole.Notes);
        Assert.Equal(AudioNotes.DecodedWithErrors, cut.Notes);
    }

    [Fact]
    public void A_long_M4A_with_its_index_at_the_end_is_read_from_a_stream_too()
    {
        Want("ffmpeg");
        AudioTools.Run("ffmpeg", "-v", "error", "-stream_loop", "60", "-i", Source(48000, 2), "-c:a", "aac", "-b:a", "256k",
            In("long.m4a"));
        using var stream = new BufferedStream(File.OpenRead(In("long.m4a")));

        Assert.Equal(61 * 1.25, AudioFile.Read(In("long.m4a")).DurationSeconds, 0.1);
        Assert.Equal(61 * 1.25, AudioFile.Read(stream, "upload").DurationSeconds, 0.1);
    }
}
