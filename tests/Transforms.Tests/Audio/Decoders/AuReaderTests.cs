using MlNetSer.Audio.Decoders;

namespace MlNetSer.Tests.Audio.Decoders;

public sealed class AuReaderTests
{
    private static byte[] Big(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] File(uint encoding, byte[] samples, uint? length = null, uint channels = 1, uint rate = 16_000, uint start = 28)
        => [.. ".snd"u8, .. Big(start), .. Big(length ?? (uint)samples.Length), .. Big(encoding), .. Big(rate), .. Big(channels),
            .. "note"u8, .. samples];

    private static AudioRecording Read(byte[] file) => AudioFile.Read(file, "a.au");

    [Theory]
    [InlineData(2, new byte[] { 0x40, 0xC0 })]
    [InlineData(3, new byte[] { 0x40, 0, 0xC0, 0 })]
    [InlineData(4, new byte[] { 0x40, 0, 0, 0xC0, 0, 0 })]
    [InlineData(5, new byte[] { 0x40, 0, 0, 0, 0xC0, 0, 0, 0 })]
    [InlineData(6, new byte[] { 0x3F, 0, 0, 0, 0xBF, 0, 0, 0 })]
    [InlineData(7, new byte[] { 0x3F, 0xE0, 0, 0, 0, 0, 0, 0, 0xBF, 0xE0, 0, 0, 0, 0, 0, 0 })]
    public void Every_plain_encoding(uint encoding, byte[] samples) => Assert.Equal([0.5f, -0.5f], Read(File(encoding, samples)).Samples);

    [Fact]
    public void Companded_encodings_are_those_of_WAV()
    {
        Assert.Equal([32124 / 32768f], Read(File(1, [0x80])).Samples);
        Assert.Equal([32256 / 32768f], Read(File(27, [0xAA])).Samples);
    }

    [Fact]
    public void Channels_are_averaged() => Assert.Equal([0.25f], Read(File(3, [0x40, 0, 0, 0], channels: 2)).Samples);

    [Theory]
    [InlineData(0xFFFFFFFF)]
    [InlineData(0x7FFFFFFF)]
    [InlineData(0)]
    public void Length_that_was_never_known_means_to_the_end_and_is_noted(uint length)
    {
        var recording = Read(File(3, [0x40, 0, 0xC0, 0, 9], length));

        Assert.Equal([0.5f, -0.5f], recording.Samples);
        Assert.True(recording.Notes.HasFlag(AudioNotes.PlaceholderLength | AudioNotes.PartialSampleDropped));
    }

    [Fact]
    public void Damage_is_told_by_byte()
    {
        Assert.Contains("'a.au', byte 8: the header claims 4 bytes of samples, but the file has 2", Fault(File(3, [0x40, 0], 4)));
        Assert.Contains("byte 4: samples begin at byte 99", Fault(File(3, [0x40, 0], start: 99)));
        Assert.Contains("byte 16: the sample rate is 9 Hz", Fault(File(3, [0x40, 0], rate: 9)));
        Assert.Contains("byte 20: the file claims 0 channels", Fault(File(3, [0x40, 0], channels: 0)));
        Assert.Contains("the last sample is cut off", Fault(File(3, [0x40, 0, 1])));
        Assert.Contains("24 bytes of a header are wanted, 20 are left", Fault(File(3, [])[..20]));

        static string Fault(byte[] file) => Assert.Throws<InvalidDataException>(() => Read(file)).Message;
    }
}
