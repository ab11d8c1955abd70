using MlNetSer.Audio.Decoders;
using MlNetSer.Audio.Samples;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Audio.Decoders;

public sealed class FfmpegDecoderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ffmpeg-").FullName;

    public FfmpegDecoderTests() => Assert.SkipWhen(!AudioTools.Has("ffmpeg"), AudioTools.Absent("ffmpeg"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Secret() => Write("secret.wav", Wav.File(Wav.Format(), Wav.Chunk("data", new byte[64_000])));

    /// <summary>What ffmpeg itself makes of bytes that our sniffing would have refused.</summary>
    private static InvalidDataException Refused(byte[] bytes, AudioKind? kind = null)
        => Assert.Throws<InvalidDataException>(() => FfmpegDecoder.Read(new MemoryStream(bytes), null, "x", kind
            ?? new AudioKind(Name: null), null, new SampleCollector("x", AudioChannel.Mean)));

    [Theory]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{0}\n#EXT-X-ENDLIST\n")]
    [InlineData("#EXTM3U\n#EXTINF:2,\nfile://{0}\n")]
    [InlineData("ffconcat version 1.0\nfile {0}\n")]
    [InlineData("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n")]
    public void A_playlist_under_any_name_opens_no_other_file(string script)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(script.Replace("{0}", Secret(), StringComparison.Ordinal));
        foreach (var name in new[] { "local.mp3", "local.wav", "local.m3u8", "LOCAL.FLAC" })
            Assert.Contains("is text, not audio", Assert.Throws<InvalidDataException>(() => AudioFile.Read(Write(name, bytes))).Message);

        Assert.Contains("ffmpeg could not decode it", Refused(bytes).Message);                            // a second door behind the first
        Assert.Contains("ffmpeg could not decode it",
            Refused([.. bytes, 0, 1, 2, 3]).Message);           // as it would be, were it not text
        Assert.Contains("ffmpeg could not decode it", Refused(bytes, new AudioKind("MP4", Demuxer: "mov")).Message);
    }

    [Fact]
    public void An_M4A_that_refers_to_another_file_gets_nothing_of_it()
    {
        var audio = Path.Combine(_folder, "real.m4a");
        AudioTools.Run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-c:a", "pcm_s16be", "-f", "mov", audio);
        var bytes = File.ReadAllBytes(audio);
        // A 'dref' entry of type 'alis' or 'url ' with the flag "in this very file" taken away.
        var at = bytes.AsSpan().LastIndexOf("url "u8);
        Assert.SkipWhen(at < 0, "SKIPPED: this ffmpeg writes no 'url ' reference.");
        bytes[at + 7] = 0;

        var recording = AudioFile.Read(bytes, "x");   // ffmpeg looks at no reference: what is in the file is all there is

        Assert.Equal(1, recording.DurationSeconds, 0.05);
    }

    [Fact]
    public void A_name_that_looks_like_an_option_or_an_address_is_a_file()
    {
        var flac = Path.Combine(_folder, "a.flac");
        AudioTools.Run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1:sample_rate=16000", flac);
        var here = Directory.GetCurrentDirectory();
        foreach (var name in new[] { "-y.flac", "http:x.flac", "concat:a|b.flac", "a b'\"%20.m4a" })
            Assert.Equal(16_000, AudioFile.Read(Write(name, File.ReadAllBytes(flac))).Samples.Length);
        Assert.Equal(here, Directory.GetCurrentDirectory());
    }

    [Fact]
    public void What_ffmpeg_says_first_is_the_reason()
    {
        var message = Assert.Throws<InvalidDataException>(() => AudioFile.Read(Write("broken.flac", [.. "fLaC and then nothing"u8])))
            .Message;

        Assert.Contains("broken.flac': ffmpeg could not decode it: ", message);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("pipe:0", message);
    }

    [Fact]
    public void Both_reasons_are_told_where_our_decoder_and_ffmpeg_fail()
    {
        var message = Assert.Throws<InvalidDataException>(() => AudioFile.Read([.. "OggS"u8, .. new byte[22], 1, 30, 1,
            .. "vorbis and then nothing"u8], "x.ogg")).Message;

        Assert.Contains("'x.ogg': ffmpeg could not decode it (our reader of Ogg Vorbis failed: ", message);
    }

    [Fact]
    public void Bytes_of_nothing_known_and_pictures_are_refused_by_name()
    {
        var random = new byte[5000];
        new Random(1).NextBytes(random);
        Assert.Contains("'x': ffmpeg could not decode it", Assert.Throws<InvalidDataException>(() => AudioFile.Read(random, "x")).Message);
        AudioTools.Run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=duration=1", "-frames:v", "1", Path.Combine(_folder, "a.png"));
        Assert.Contains("a.png': ffmpeg could not decode it",
            Assert.Throws<InvalidDataException>(() => AudioFile.Read(Path.Combine(_folder, "a.png"))).Message);
    }

    [Fact]
    public void A_film_without_sound_is_refused_by_name()
    {
        AudioTools.Run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=duration=1", Path.Combine(_folder, "a.mkv"));

        Assert.Contains("a.mkv': ffmpeg could not decode it",
            Assert.Throws<InvalidDataException>(() => AudioFile.Read(Path.Combine(_folder, "a.mkv"))).Message);
    }

    [Fact]
    public void A_missing_channel_is_the_answer_and_not_ffmpeg()
    {
        var flac = Path.Combine(_folder, "a.flac");
        AudioTools.Run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", flac);

        Assert.Contains("a.flac': channel 2 is wanted, but the file has 1.",
            Assert.Throws<InvalidDataException>(() => AudioFile.Read(flac, new AudioReadOptions { Channel = AudioChannel.Right })).Message);
    }

    [Fact]
    public void Many_files_at_a_time_do_not_wait_for_each_other()
    {
        var flac = Path.Combine(_folder, "a.flac");
        AudioTools.Run("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=1:sample_rate=16000", flac);

        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 8 },
            _ => Assert.Equal(16_000, AudioFile.Read(flac).Samples.Length));
    }
}
