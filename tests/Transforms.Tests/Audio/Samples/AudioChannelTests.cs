using System.Text.Json;

namespace MlNetSer.Tests.Audio.Samples;

public sealed class AudioChannelTests
{
    private static readonly byte[] Three = Wav.File(Wav.Format(channels: 3),
        Wav.Chunk("data", Wav.Pcm16(16384, -16384, 8192, 0, 3277, -32768)));

    private static float[] Read(AudioChannel channel)
        => AudioFile.Read(Three, "three.wav", new AudioReadOptions { Channel = channel }).Samples;

    [Fact]
    public void Each_channel_and_their_mean_can_be_heard()
    {
        Assert.Equal([0.5f, 0], Read(AudioChannel.Left));
        Assert.Equal([-0.5f, 3277 / 32768f], Read(AudioChannel.Right));
        Assert.Equal([0.25f, -1], Read(AudioChannel.FromNumber(3)));
        Assert.Equal([(float)(0.25 / 3), (float)((3277 - 32768) / 32768.0 / 3)], Read(AudioChannel.Mean));
    }

    [Fact]
    public void A_channel_that_is_not_there_is_refused_with_what_is()
        => Assert.Contains("'three.wav': channel 4 is wanted, but the file has 3.",
            Assert.Throws<InvalidDataException>(() => Read(AudioChannel.FromNumber(4))).Message);

    [Theory]
    [InlineData("mean", 0)]
    [InlineData("LEFT", 1)]
    [InlineData("right", 2)]
    [InlineData("2", 2)]
    [InlineData(" 17 ", 17)]
    public void Text_and_JSON_say_the_same(string text, int number)
    {
        var channel = AudioChannel.Parse(text);

        Assert.Equal(number, channel.Number);
        Assert.Equal(channel, AudioChannel.Parse(channel.ToString()));
        Assert.Equal(channel,
            JsonSerializer.Deserialize<AudioReadOptions>(JsonSerializer.Serialize(new AudioReadOptions { Channel = channel }))!.Channel);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("middle")]
    public void Anything_else_is_no_channel(string text)
    {
        Assert.Contains("wanted mean, left, right", Assert.Throws<FormatException>(() => AudioChannel.Parse(text)).Message);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<AudioChannel>(JsonSerializer.Serialize(text)));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<AudioChannel>("7"));
    }
}
