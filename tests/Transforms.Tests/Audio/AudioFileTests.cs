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
        Assert.Contains("There is no audio file", Assert.Throws<FileNotFoundException>(() => AudioFile.ReadMono(Path.Combine(Folder, "none.wav"))).Message);
        Assert.Contains("the file is empty", Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(Write("empty.wav", []))).Message);
        Assert.Contains("but this one with 'Hello, this '", Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(Write("text.wav", "Hello, this is text"u8.ToArray()))).Message);
    }

    [Fact]
    public void Recording_at_8_kHz_comes_out_at_16()
    {
        var path = SharedData.Find("speech", "8k.wav");
        Assert.SkipWhen(path is null, SharedData.Absent);

        var (samples, rate) = AudioFile.Read(path!);

        Assert.Equal(8000, rate);
        Assert.Equal(2 * samples.Length, AudioFile.ReadMono(path!).Length);
    }

    [Fact]
    public void Other_formats_need_ffmpeg_and_say_so()
    {
        var path = Environment.GetEnvironmentVariable("PATH");
        var file = Write("speech.flac", "fLaC\0\0\0\"and more"u8.ToArray());
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
    public void FLAC_through_ffmpeg_gives_the_samples_of_the_WAV_it_was_made_of_and_a_broken_one_an_error()
    {
        Assert.SkipWhen(!FfmpegExists(), "SKIPPED: ffmpeg is not installed on this machine, so decoding through it was not tested.");
        var wav = Write("tone.wav", Wav.File(Wav.Format(channels: 2), Wav.Chunk("data", Wav.Pcm16([.. Enumerable.Range(0, 3200).Select(i => (short)(8000 * Math.Sin(0.1 * i)))]))));
        var flac = Path.Combine(Folder, "tone.flac");
        using (var process = System.Diagnostics.Process.Start("ffmpeg", ["-loglevel", "error", "-y", "-i", wav, flac]))
            process.WaitForExit();

        Assert.Equal(AudioFile.ReadMono(wav), AudioFile.ReadMono(flac));
        Assert.Contains("ffmpeg could not decode it", Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(Write("broken.flac", "fLaC and then nothing"u8.ToArray()))).Message);
    }

    private static bool FfmpegExists()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "ffmpeg")));
}
