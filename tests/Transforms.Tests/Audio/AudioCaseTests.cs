using MlNetSer.Audio.Decoders;
using MlNetSer.Audio.Samples;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Audio;

/// <summary>Files that went wrong once (<c>shared/cases</c>).</summary>
public sealed class AudioCaseTests
{
    private static string Case(params string[] parts)
    {
        var path = SharedCases.Find(parts);
        Assert.SkipWhen(path is null, SharedCases.Absent);
        return path!;
    }

    private static AudioRecording Read(string path, AudioChannel channel = default)
        => AudioFile.Read(path, new AudioReadOptions { Channel = channel });

    [Theory]
    [InlineData("data-size-ffffffff.wav")]
    [InlineData("data-size-7ffff000-sox-pipe.wav")]
    [InlineData("data-size-0-but-samples.wav")]
    public void Lengths_that_pipes_and_recorders_write_are_read_to_the_end(string name)
    {
        var recording = Read(Case("wav-stream-lengths", name));

        Assert.Equal(16_000, recording.Samples.Length);
        Assert.Equal(AudioNotes.PlaceholderLength, recording.Notes);
    }

    [Fact]
    public void A_speaker_in_each_channel_is_told_and_each_can_be_heard()
    {
        var path = Case("channels", "alaw8k_two_speakers.wav");
        var (mean, left, right) = (Read(path), Read(path, AudioChannel.Left), Read(path, AudioChannel.Right));

        Assert.Equal(AudioNotes.ChannelsDiffer, mean.Notes);
        Assert.Equal(AudioNotes.None, left.Notes | right.Notes);
        Assert.All(mean.Samples.Zip(left.Samples, right.Samples),
            sample => Assert.Equal((sample.Second + sample.Third) / 2, sample.First, 1e-5f));
    }

    [Fact]
    public void Channels_that_cancel_are_told_and_one_of_them_can_be_heard()
    {
        var path = Case("channels", "antiphase.wav");

        Assert.Equal(AudioNotes.DigitalSilence | AudioNotes.ChannelsCancel, Read(path).Notes);
        Assert.Equal(AudioNotes.None, Read(path, AudioChannel.Left).Notes);
    }

    [Theory]
    [InlineData("adpcm.wav")]
    [InlineData("gsm.wav")]
    [InlineData("mp3-named.wav")]
    [InlineData("mp3in.wav")]
    [InlineData("ms.wav")]
    [InlineData("webm-named.wav")]
    [InlineData("x.au")]
    public void What_ffmpeg_decodes_is_decoded_whatever_its_name(string name)
    {
        var path = Case("ffmpeg-not-asked", name);
        Assert.SkipWhen(!AudioTools.Has("ffmpeg"), AudioTools.Absent("ffmpeg"));
        var rate = Read(path).SourceRateHz;
        var reference = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(AudioTools.Run("ffmpeg", "-v", "error", "-i", path,
            "-f", "f32le", "-")).ToArray();

        var samples = Read(path).Samples;

        var wanted = Resampler.Resample(reference, rate, 16_000);
        Assert.Equal(wanted.Length, samples.Length);
        Assert.All(wanted.Zip(samples), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public void Absurd_floats_are_told()
        => Assert.Equal(AudioNotes.FarBeyondFullScale, Read(Case("infinite-features", "float-1e15.wav")).Notes);

    [Fact]
    public void A_real_truncation_is_still_an_error()
        => Assert.Contains("claims 32,000 bytes, but the file has 8,956",
            Assert.Throws<InvalidDataException>(() => Read(Case("one-bad-file", "09.wav"))).Message);
}
