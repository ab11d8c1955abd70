using MlNetSer.TestKit;

namespace MlNetSer.Tests.Audio;

public sealed class AudioFileTests
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("mlnetser").FullName;

    private static string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    [Fact]
    public void Folder_missing_file_empty_file_and_text_are_refused_by_name()
    {
        Assert.Contains("is a folder", Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(Folder)).Message);
        Assert.Contains("There is no audio file", Assert.Throws<FileNotFoundException>(
            () => AudioFile.ReadMono(Path.Combine(Folder, "none.wav"))).Message);
        Assert.Contains("the file is empty", Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(Write("empty.wav", []))).Message);
        Assert.Contains("is text, not audio: it starts with 'Hello, this is text'",
            Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(Write("text.wav", "Hello, this is text"u8.ToArray()))).Message);
    }

    [Fact]
    public async Task Named_pipe_without_a_writer_is_refused_and_ends_nothing()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/mkfifo"), "SKIPPED: needs mkfifo.");
        var pipe = Path.Combine(Folder, "pipe.wav");
        System.Diagnostics.Process.Start("mkfifo", [pipe]).WaitForExit();
        var link = File.CreateSymbolicLink(Path.Combine(Folder, "link.wav"), pipe).FullName;

        var hashes = new MlNetSer.Embeddings.Keys.AudioHashes();
        var said = await Task.Run(() => hashes.TryRead(link, out _), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        var error = await Task.Run(() => Assert.Throws<InvalidDataException>(() => AudioFile.Read(link)),
            TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Contains("cannot be read twice", said);
        Assert.Contains("named pipe", error.Message);
    }

    [Fact]
    public void Device_that_never_ends_is_not_hashed()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "SKIPPED: needs /dev/zero.");

        Assert.Contains("cannot be read twice", new MlNetSer.Embeddings.Keys.AudioHashes().TryRead("/dev/zero", out _));
        Assert.Null(new MlNetSer.Embeddings.Keys.AudioHashes().TryRead(Write("hashed.wav", []), out _));   // decoding it says what is wrong
    }

    [Fact]
    public void Recording_at_8_kHz_comes_out_at_16()
    {
        var path = SharedData.Find("speech", "8k.wav");
        Assert.SkipWhen(path is null, SharedData.Absent);

        var recording = AudioFile.Read(path!);

        Assert.Equal(8000, recording.SourceRateHz);
        Assert.Equal((new FileInfo(path!).Length - 44) / 2 * 2, recording.Samples.Length);
    }

    [Fact]
    public void Other_formats_need_ffmpeg_and_say_so()
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        var file = Write("speech.wav", "fLaC\0\0\0\"and more"u8.ToArray());
        Environment.SetEnvironmentVariable("PATH", Folder);
        try
        {
            var error = Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(file));

            Assert.Contains("takes ffmpeg, which is not installed", error.Message);
            Assert.Contains("apt install ffmpeg", error.Message);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PATH", path);
        }
    }

    [Fact]
    public void A_named_pipe_is_read_to_its_end()
    {
        Assert.SkipWhen(!AudioTools.Has("mkfifo"), AudioTools.Absent("mkfifo"));
        var pipe = Path.Combine(Folder, "pipe");
        AudioTools.Run("mkfifo", pipe);
        var bytes = Wav.File(Wav.Format(), Wav.Chunk("data", Wav.Pcm16(16384, -32768), 0x7FFFF000));
        var writer = new Thread(() => File.WriteAllBytes(pipe, bytes));
        writer.Start();

        Assert.Equal([0.5f, -1], AudioFile.ReadMono(pipe));
        writer.Join();
    }

    [Fact]
    public void A_stream_is_read_from_where_it_is()
    {
        using var stream = new MemoryStream([1, 2, 3,
            .. Wav.File(Wav.Format(), Wav.Chunk("data", Wav.Pcm16(16384, -32768)))])
        { Position = 3 };

        Assert.Equal([0.5f, -1], AudioFile.Read(stream, "part").Samples);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:1", "run 'git lfs pull'")]
    [InlineData("<!DOCTYPE html><html>", "A web page")]
    [InlineData("path,speaker\na.wav,M\u00fcller", "is text, not audio")]
    public void Text_that_stands_for_audio_is_told_by_what_it_is(string text, string hint)
        => Assert.Contains(hint,
            Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(Write("a.wav", System.Text.Encoding.UTF8.GetBytes(text))))
            .Message);
}
