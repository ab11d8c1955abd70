using MlNetSer.Audio;

namespace MlNetSer.Tests.Audio;

public sealed class SampleBytesTests
{
    // Stereo of 16 bits.
    private static readonly byte[] Bytes = Wav.Pcm16(16384, 0, -16384, 0, 8192, -8192);
    private static readonly byte[] Stereo = Wav.Format(channels: 2)[8..];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void A_stream_may_give_as_little_at_a_time_as_it_likes(int most)
    {
        var sound = SampleBytes.ReadAll(new Short(Bytes, most), Stereo, "x.mp3");

        Assert.Equal([0.5f, 0, -0.5f, 0, 0.25f, -0.25f], sound.Samples);
        Assert.Equal((16000, 2), (sound.SampleRateHz, sound.ChannelCount));
    }

    [Fact]
    public void Live_sound_is_the_mean_of_its_channels()
        => Assert.Equal([0.25f, -0.25f, 0f], new SampleBytes(Stereo, "microphone").Add(Bytes));

    [Fact]
    public void The_extensible_form_is_understood()
        => Assert.Equal([0.5f, 0, -0.5f, 0, 0.25f, -0.25f],
            SampleBytes.ReadAll(new MemoryStream(Bytes), Wav.Extensible(1, 2, 44100, 16)[8..], "x.aiff").Samples);

    [Fact]
    public void Faults_name_the_file()
    {
        Assert.Contains("'x.mp3': the file has no samples", Refusal([], Stereo));
        Assert.Contains("'x.mp3': the last sample is cut off: 2 bytes of 4 are left", Refusal(Bytes[..6], Stereo));
        Assert.Contains("'x.mp3': a sample is not a finite number",
            Refusal(BitConverter.GetBytes(float.NaN), Wav.Format(tag: 3, bits: 32)[8..]));
        Assert.Contains("'x.mp3': samples are written in format 85", Refusal(Bytes, Wav.Format(tag: 85)[8..]));

        static string Refusal(byte[] bytes, byte[] format)
            => Assert.Throws<InvalidDataException>(() => SampleBytes.ReadAll(new MemoryStream(bytes), format, "x.mp3")).Message;
    }

    private sealed class Short(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, most));
    }
}
