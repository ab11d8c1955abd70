using NAudio.Wave;

namespace MlNetSer.Tests;

public sealed class NAudioDecoderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("naudio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    [Fact]
    public void Aiff_is_read_through_NAudio_and_decoded_by_our_own_code()
    {
        var path = Write("two.aiff", Aiff(channels: 2, 16384, 0, -16384, 0, 8192, -8192));
        using var added = AudioFile.AddDecoder(NAudioDecoder.Aiff);

        Assert.Equal([0.25f, -0.25f, 0f], AudioFile.ReadMono(path));
    }

    [Theory]
    [InlineData(1, 16, 2)]
    [InlineData(1, 24, 1)]
    [InlineData(3, 32, 2)]
    [InlineData(6, 8, 1)]
    [InlineData(7, 8, 1)]
    public void A_reader_gives_what_our_own_wav_reader_gives(int tag, int bits, int channels)
    {
        var random = new Random(3);
        var bytes = new byte[100 * channels * bits / 8];
        random.NextBytes(bytes);
        if (tag == 3)
            bytes = [.. Enumerable.Range(0, 100 * channels).SelectMany(_ => BitConverter.GetBytes(random.NextSingle()))];
        var format = WaveFormat.CreateCustomFormat((WaveFormatEncoding)tag, 16_000, channels, 16_000 * channels * bits / 8,
            channels * bits / 8, bits);
        var path = Path.Combine(_folder, "same.wav");
        using (var writer = new WaveFileWriter(path, format))
            writer.Write(bytes, 0, bytes.Length);

        var ours = Enumerable.Range(1, channels)
            .Select(c => AudioFile.Read(path, new AudioReadOptions { Channel = AudioChannel.FromNumber(c) }).Samples).ToList();
        var theirs = new NAudioDecoder(file => new WaveFileReader(file), ".wav").Decode(path);

        Assert.Equal((16_000, channels), (theirs.SampleRateHz, theirs.ChannelCount));
        Assert.Equal(ours.SelectMany((samples, c) => samples.Select((sample, i) => (Place: i * channels + c, sample)))
            .OrderBy(x => x.Place).Select(x => x.sample), theirs.Samples);
    }

    [Fact]
    public void A_file_that_NAudio_refuses_is_named()
        => Assert.Contains("NAudio could not open it",
        Assert.Throws<InvalidDataException>(() => NAudioDecoder.Aiff.Decode(
        Write("text.aiff", "this is no audio at all"u8.ToArray()))).Message);

    /// <summary>AIFF of 16 bits at 16 kHz, field by field.</summary>
    private static byte[] Aiff(short channels, params short[] samples)
    {
        static byte[] Big(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
        byte[] rate = [0x40, 0x0C, 0xFA, 0, 0, 0, 0, 0, 0, 0];   // 16,000 as an 80-bit float: 2^13 x 1.953125
        byte[] sound = [.. samples.SelectMany(sample => new[] { (byte)(sample >> 8), (byte)sample })];
        byte[] common = [.. "COMM"u8, .. Big(18), .. Big(channels)[2..], .. Big(samples.Length / channels), 0, 16, .. rate];
        byte[] data = [.. "SSND"u8, .. Big(8 + sound.Length), .. Big(0), .. Big(0), .. sound];
        return [.. "FORM"u8, .. Big(4 + common.Length + data.Length), .. "AIFF"u8, .. common, .. data];
    }
}
