using MlNetSer.Audio.Decoders;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Tests.Audio.Decoders;

public sealed class AiffReaderTests
{
    private static readonly byte[] Sixteen = [0x40, 0x00, 0xC0, 0x00, 0x20, 0x00];   // 0.5, −0.5, 0.25

    private static byte[] Big(long value, int bytes) => [.. Enumerable.Range(0, bytes).Select(i => (byte)(value >> 8 * (bytes - 1 - i)))];

    private static byte[] Chunk(string id, byte[] body, uint? claimed = null)
        => [.. System.Text.Encoding.ASCII.GetBytes(id), .. Big(claimed ?? (uint)body.Length, 4), .. body, .. new byte[body.Length % 2]];

    /// <summary>16 kHz as an 80-bit float: 2^13 x 1.953125.</summary>
    private static byte[] Common(int channels, uint count, int bits, string? codec = null)
    {
        byte[] name = codec is null ? [] : System.Text.Encoding.ASCII.GetBytes(codec + "\0\0");
        return Chunk("COMM", [.. Big(channels, 2), .. Big(count, 4), .. Big(bits, 2), 0x40, 0x0C, 0xFA, 0, 0, 0, 0, 0, 0, 0, .. name]);
    }

    private static byte[] Sound(byte[] samples, uint? claimed = null, uint offset = 0)
        => Chunk("SSND", [.. Big(offset, 4), .. Big(0, 4), .. samples], claimed);

    private static byte[] File(string kind, params byte[][] chunks)
    {
        byte[] body = [.. chunks.SelectMany(chunk => chunk)];
        return [.. "FORM"u8, .. Big(4 + body.Length, 4), .. System.Text.Encoding.ASCII.GetBytes(kind), .. body];
    }

    private static AudioRecording Read(byte[] file) => AudioFile.Read(file, "a.aiff");

    [Fact]
    public void Sixteen_bits_in_either_order_of_chunks()
    {
        Assert.Equal([0.5f, -0.5f, 0.25f], Read(File("AIFF", Common(1, 3, 16), Sound(Sixteen))).Samples);
        Assert.Equal([0.5f, -0.5f, 0.25f], Read(File("AIFF", Chunk("NAME", [65]), Sound(Sixteen), Common(1, 3, 16))).Samples);
    }

    [Theory]
    [InlineData("NONE", 8, new byte[] { 0x40, 0xC0 })]
    [InlineData("NONE", 24, new byte[] { 0x40, 0, 0, 0xC0, 0, 0 })]
    [InlineData("NONE", 32, new byte[] { 0x40, 0, 0, 0, 0xC0, 0, 0, 0 })]
    [InlineData("twos", 16, new byte[] { 0x40, 0, 0xC0, 0 })]
    [InlineData("sowt", 16, new byte[] { 0, 0x40, 0, 0xC0 })]
    [InlineData("raw ", 8, new byte[] { 192, 64 })]
    [InlineData("fl32", 32, new byte[] { 0x3F, 0, 0, 0, 0xBF, 0, 0, 0 })]
    [InlineData("FL64", 64, new byte[] { 0x3F, 0xE0, 0, 0, 0, 0, 0, 0, 0xBF, 0xE0, 0, 0, 0, 0, 0, 0 })]
    public void Codecs_of_AIFF_C(string codec, int bits, byte[] samples)
        => Assert.Equal([0.5f, -0.5f], Read(File("AIFC", Common(1, 2, bits, codec), Sound(samples))).Samples);

    [Fact]
    public void Companded_codecs_are_those_of_WAV()
    {
        Assert.Equal([32256 / 32768f], Read(File("AIFC", Common(1, 1, 16, "alaw"), Sound([0xAA]))).Samples);
        Assert.Equal([32124 / 32768f], Read(File("AIFC", Common(1, 1, 16, "ulaw"), Sound([0x80]))).Samples);
    }

    /// <summary>ffmpeg writes 0 into a pipe, sox 0x7F000000 and a little.</summary>
    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(0x7F000008u, 0x3F800000u)]
    [InlineData(0xFFFFFFFFu, 0xFFFFFFFFu)]
    public void Length_that_was_never_known_means_to_the_end_and_is_noted(uint length, uint count)
    {
        var recording = Read([.. File("AIFF", Common(1, count, 16), Sound(Sixteen, length)), 7]);

        Assert.Equal([0.5f, -0.5f, 0.25f], recording.Samples);
        Assert.True(recording.Notes.HasFlag(AudioNotes.PlaceholderLength | AudioNotes.PartialSampleDropped));
    }

    [Fact]
    public void Damage_is_told_by_byte()
    {
        Assert.Contains("'a.aiff', byte 38: chunk 'SSND' claims 14 bytes, but the file has 12",
            Fault(File("AIFF", Common(1, 3, 16), Sound(Sixteen))[..^2]));
        Assert.Contains("without a 'COMM' chunk", Fault(File("AIFF", Sound(Sixteen))));
        Assert.Contains("without an 'SSND' chunk", Fault(File("AIFF", Common(1, 3, 16))));
        Assert.Contains("'COMM' chunk has 4 bytes", Fault(File("AIFF", Chunk("COMM", [0, 1, 0, 0]), Sound(Sixteen))));
        Assert.Contains("samples begin 99 bytes into a chunk of 6", Fault(File("AIFF", Common(1, 3, 16), Sound(Sixteen, offset: 99))));
        Assert.Contains("0 channels", Fault(File("AIFF", Common(0, 3, 16), Sound(Sixteen))));

        static string Fault(byte[] file) => Assert.Throws<InvalidDataException>(() => Read(file)).Message;
    }

    [Fact]
    public void Every_cut_and_every_flipped_byte_ends_in_samples_or_in_an_error_of_the_file()
    {
        var good = File("AIFF", Common(1, 3, 16), Sound(Sixteen));
        for (var i = 12; i < good.Length; i++)
        {
            Try(good[..i]);
            foreach (var value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
                Try([.. good[..i], value, .. good[(i + 1)..]]);
        }
        static void Try(byte[] bytes)
        {
            try
            {
                var to = new SampleCollector("a.aiff", AudioChannel.Mean);
                MlNetSer.Audio.Decoders.AiffReader.Read(new MemoryStream(bytes), "a.aiff", to);
                Assert.True(to.SampleCount > 0);
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith("'a.aiff', byte ", error.Message);
            }
            catch (MlNetSer.Audio.Decoders.UnsupportedAudioException)
            {
                // Handed on.
            }
        }
    }
}
