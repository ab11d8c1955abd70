using MlNetSer.Audio.Decoders;
using MlNetSer.Audio.Samples;

namespace MlNetSer.Tests.Audio.Decoders;

public sealed class WavReaderTests
{
    private static readonly byte[] Sound = Wav.Chunk("data", Wav.Pcm16(16384, -32768, 0));

    /// <summary>At 16 kHz, so that nothing is resampled.</summary>
    private static float[] Read(byte[] file) => Recording(file).Samples;

    private static AudioRecording Recording(byte[] file)
    {
        var to = new SampleCollector("a.wav", AudioChannel.Mean);
        WavReader.Read(new MemoryStream(file), "a.wav", to);
        return to.Finish("WAV");
    }

    [Fact]
    public void Sixteen_bits_are_scaled_to_one() => Assert.Equal([0.5f, -1, 0], Read(Wav.File(Wav.Format(), Sound)));

    [Fact]
    public void Eight_bits_are_unsigned()
        => Assert.Equal([-1f, 0, 0.5f], Read(Wav.File(Wav.Format(bits: 8), Wav.Chunk("data", [0, 128, 192]))));

    [Fact]
    public void Twenty_four_bits()
        => Assert.Equal([0.5f, -1], Read(Wav.File(Wav.Format(bits: 24), Wav.Chunk("data", [0, 0, 0x40, 0, 0, 0x80]))));

    [Fact]
    public void Thirty_two_bits()
        => Assert.Equal([0.5f, -1], Read(Wav.File(Wav.Format(bits: 32), Wav.Chunk("data", [0, 0, 0, 0x40, 0, 0, 0, 0x80]))));

    [Fact]
    public void Twelve_bits_lie_in_two_bytes() => Assert.Equal([0.5f, -1, 0], Read(Wav.File(Wav.Format(bits: 12), Sound)));

    [Fact]
    public void Floats_keep_their_values_beyond_full_scale()
    {
        Assert.Equal([0.25f, -1.5f], Read(Wav.File(Wav.Format(tag: 3, bits: 32),
            Wav.Chunk("data", [.. BitConverter.GetBytes(0.25f), .. BitConverter.GetBytes(-1.5f)]))));
        Assert.Equal([0.25f, -1.5f], Read(Wav.File(Wav.Format(tag: 3, bits: 64),
            Wav.Chunk("data", [.. BitConverter.GetBytes(0.25), .. BitConverter.GetBytes(-1.5)]))));
    }

    /// <summary>Values of ITU-T G.711: the codes next to zero, and the largest of each sign.</summary>
    [Theory]
    [InlineData(0xD5, 8)]
    [InlineData(0x55, -8)]
    [InlineData(0xAA, 32256)]
    [InlineData(0x2A, -32256)]
    public void A_law(byte code, int value)
        => Assert.Equal([value / 32768f], Read(Wav.File(Wav.Format(tag: 6, bits: 8), Wav.Chunk("data", [code]))));

    [Theory]
    [InlineData(0xFF, 0)]
    [InlineData(0x80, 32124)]
    [InlineData(0x00, -32124)]
    [InlineData(0xFE, 8)]
    public void Mu_law(byte code, int value)
        => Assert.Equal([value / 32768f], Read(Wav.File(Wav.Format(tag: 7, bits: 8), Wav.Chunk("data", [code]))));

    [Fact]
    public void Extensible_format_is_read_by_its_sub_format()
        => Assert.Equal([0.5f, -1], Read(Wav.File(Wav.Extensible(1, 1, 16000, 24), Wav.Chunk("data", [0, 0, 0x40, 0, 0, 0x80]))));

    [Fact]
    public void Channels_are_averaged()
        => Assert.Equal([0.25f, -0.5f], Read(Wav.File(Wav.Format(channels: 3),
        Wav.Chunk("data", Wav.Pcm16(16384, 8192, 0, -16384, -16384, -16384)))));

    [Fact]
    public void Format_may_follow_the_samples() => Assert.Equal([0.5f, -1, 0], Read(Wav.File(Sound, Wav.Format())));

    [Fact]
    public void Other_chunks_are_passed_over_and_odd_ones_are_padded()
        => Assert.Equal([0.5f, -1, 0], Read(Wav.File(Wav.Chunk("LIST", [1, 2, 3]), Wav.Format(), Wav.Chunk("fact", [9]), Sound)));

    /// <summary>ffmpeg; sox and espeak-ng; arecord; recorders of Windows; nothing filled in; and neighbours of each.</summary>
    [Theory]
    [InlineData(0xFFFFFFFF)]
    [InlineData(0xFFFFFFFE)]
    [InlineData(0xFFFFFF00)]
    [InlineData(0x7FFFF000)]
    [InlineData(0x7FFFF024)]
    [InlineData(0x7FFFFFFF)]
    [InlineData(0x7FFFFFDA)]
    [InlineData(0x80000000)]
    [InlineData(0)]
    public void Length_that_was_never_known_means_to_the_end_and_is_noted(uint length)
    {
        foreach (var riff in new uint?[] { null, length, 36, 0xFFFFFFFF, 0 })
        {
            var recording = Recording(Wav.File("RIFF", riff, Wav.Format(), Wav.Chunk("data", Wav.Pcm16(16384, -32768), claimed: length)));

            Assert.Equal([0.5f, -1], recording.Samples);
            Assert.True(recording.Notes.HasFlag(AudioNotes.PlaceholderLength));
        }
    }

    [Fact]
    public void Half_a_sample_after_a_length_that_was_never_known_is_dropped_and_noted()
    {
        var recording = Recording([.. Wav.File(Wav.Format(channels: 2), Wav.Chunk("data", Wav.Pcm16(16384, 0), claimed: 0x7FFFF000)), 1, 2,
            3]);

        Assert.Equal([0.25f], recording.Samples);
        Assert.True(recording.Notes.HasFlag(AudioNotes.PartialSampleDropped | AudioNotes.PlaceholderLength));
    }

    [Fact]
    public void Length_that_the_file_keeps_is_not_noted()
        => Assert.False(Recording(Wav.File("RIFF", 0, Wav.Format(), Sound)).Notes.HasFlag(AudioNotes.PlaceholderLength));

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MaxValue)]
    public void Sixty_four_bit_length_that_was_never_known_means_to_the_end(long length)
    {
        byte[] long64 = [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(length), .. BitConverter.GetBytes(0L),
            .. BitConverter.GetBytes(0u)];

        var recording = Recording(Wav.File("RF64", 0xFFFFFFFF, Wav.Chunk("ds64", long64), Wav.Format(),
            Wav.Chunk("data", Wav.Pcm16(16384, -32768), 0xFFFFFFFF)));

        Assert.Equal([0.5f, -1], recording.Samples);
        Assert.True(recording.Notes.HasFlag(AudioNotes.PlaceholderLength));
    }

    [Theory]
    [InlineData("RF64")]
    [InlineData("BW64")]
    public void Sixty_four_bit_lengths(string id)
    {
        // file, data, samples, table
        byte[] long64 = [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes(4L), .. BitConverter.GetBytes(2L),
            .. BitConverter.GetBytes(0u)];

        Assert.Equal([0.5f, -1], Read(Wav.File(id, 0xFFFFFFFF, Wav.Chunk("ds64", long64), Wav.Format(),
            Wav.Chunk("data", Wav.Pcm16(16384, -32768), 0xFFFFFFFF), Wav.Chunk("LIST", [1, 2]))));
    }

    [Fact]
    public void Bytes_beyond_the_RIFF_length_and_a_cut_chunk_after_the_samples_do_no_harm()
        => Assert.Equal([0.5f, -1, 0], Read([.. Wav.File(Wav.Format(), Sound), .. Wav.Chunk("LIST", [1, 2], claimed: 4000)]));

    [Fact]
    public void Stream_that_cannot_seek_is_read()
    {
        using var pipe = new System.IO.Compression.DeflateStream(
            new MemoryStream(Deflated(Wav.File(Wav.Format(), Sound))), System.IO.Compression.CompressionMode.Decompress);

        Assert.Equal([0.5f, -1, 0], AudioFile.ReadMono(pipe, "upload"));
    }

    private static byte[] Deflated(byte[] bytes)
    {
        var memory = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(memory, System.IO.Compression.CompressionLevel.Fastest))
            deflate.Write(bytes);
        return memory.ToArray();
    }

    /// <summary>What is wrong, the bytes, the offset that the error must name, and words of it.</summary>
    public static TheoryData<string, byte[], long, string> Malformed()
    {
        var data = new TheoryData<string, byte[], long, string>();
        var good = Wav.File(Wav.Format(), Sound);
        void Add(string what, byte[] bytes, long offset, string words) => data.Add(what, bytes, offset, words);
        byte[] OnlyFormat(byte[] format) => Wav.File(format, Sound);

        Add("nothing", [], 0, "the file ends here");
        Add("one byte", [82], 0, "12 bytes of a header are wanted, 1 are left");
        Add("cut in the first header", good[..11], 0, "the file ends here");
        Add("header only", good[..12], 12, "without a 'fmt ' chunk");
        Add("cut in a chunk header", good[..17], 12, "without a 'fmt ' chunk");
        Add("cut in the format", good[..30], 12, "chunk 'fmt ' claims 16 bytes, but the file has 10");
        Add("no samples chunk", good[..36], 36, "without a 'data' chunk");
        Add("cut in the samples", good[..^2], 36, "chunk 'data' claims 6 bytes, but the file has 4");
        Add("text", "Dear reader, this is a text file."u8.ToArray(), 0, "starts with RIFF....WAVE, but this one with 'Dear reader,'");
        Add("zeros", new byte[100], 0, "\\x00");
        Add("big-endian RIFX", [.. "RIFX"u8, .. good[4..]], 0, "RIFX");
        Add("RIFF of another kind", [.. good[..8], .. "AVI "u8, .. good[12..]], 0, "AVI ");
        Add("no format", Wav.File(Sound), 26, "without a 'fmt ' chunk");
        Add("short format", Wav.File(Wav.Chunk("fmt ", new byte[14]), Sound), 20, "has 14 bytes; wanted at least 16");
        Add("empty format", Wav.File(Wav.Chunk("fmt ", []), Sound), 20, "has 0 bytes");
        Add("no channels", OnlyFormat(Wav.Format(channels: 0, align: 2)), 20, "0 channels");
        Add("rate 0", OnlyFormat(Wav.Format(rate: 0)), 20, "the sample rate is 0 Hz; wanted 4,000 to 192,000");
        Add("rate too low", OnlyFormat(Wav.Format(rate: 3999)), 20, "3,999 Hz");
        Add("rate absurd", OnlyFormat(Wav.Format(rate: uint.MaxValue)), 20, "4,294,967,295 Hz");
        Add("extensible, cut", Wav.File(Wav.Chunk("fmt ", [.. Wav.Extensible(1, 1, 16000, 16)[8..32]]), Sound), 20,
            "has 24 bytes; wanted 40");
        Add("no samples", Wav.File(Wav.Format(), Wav.Chunk("data", [])), 44, "has no samples");
        Add("half a sample", Wav.File(Wav.Format(), Wav.Chunk("data", [1, 2, 3])), 46, "cut off: 3 bytes");
        Add("half a stereo sample", Wav.File(Wav.Format(channels: 2), Wav.Chunk("data", [1, 2, 3, 4, 5, 6])), 48, "not a multiple of 4");
        Add("format of absurd length", Wav.File(Wav.Chunk("fmt ", [1, 2], claimed: 0x7FFFFFFF)), 12, "claims 2,147,483,647 bytes");
        Add("other chunk of absurd length", Wav.File(Wav.Chunk("LIST", [1, 2], claimed: 0xFFFFFFFF), Wav.Format(), Sound), 12,
            "chunk 'LIST' claims 4,294,967,295 bytes");
        Add("not a number", Wav.File(Wav.Format(tag: 3, bits: 32), Wav.Chunk("data", [0, 0, 0, 0, .. BitConverter.GetBytes(float.NaN)])),
            48, "not a finite number");
        Add("infinite", Wav.File(Wav.Format(tag: 3, bits: 64), Wav.Chunk("data", [.. BitConverter.GetBytes(double.PositiveInfinity)])), 44,
            "not a finite number");
        Add("RF64, short ds64", Wav.File("RF64", 0xFFFFFFFF, Wav.Chunk("ds64", new byte[20]), Wav.Format(), Sound), 20,
            "'ds64' chunk has 20 bytes");
        Add("RF64, absurd table", Wav.File("RF64", 0xFFFFFFFF, Wav.Chunk("ds64", [.. new byte[24], 255, 255, 255, 255]), Wav.Format(),
            Sound), 44, "claims 4,294,967,295 entries");
        return data;
    }

    /// <summary>Nothing is wrong with the file: another decoder is to be asked.</summary>
    public static TheoryData<string, byte[]> OfOthers() => new()
    {
        { "format 1 with 0 bits", Wav.Format(bits: 0, align: 2) },
        { "format 1 with 40 bits", Wav.Format(bits: 40) },
        { "format 3 with 16 bits", Wav.Format(tag: 3) },
        { "format 6 with 16 bits", Wav.Format(tag: 6) },
        { "format 2 with 4 bits", Wav.Format(tag: 2, bits: 4, align: 1) },
        { "format 85 with 16 bits", Wav.Format(tag: 0x55) },
        { "take 2 bytes, but the block alignment is 0", Wav.Format(align: 0) },
        { "the block alignment is 3", Wav.Format(align: 3) },
        { "unknown GUID", Wav.Extensible(1, 1, 16000, 16, new byte[14]) },
        { "format 99", Wav.Extensible(99, 1, 16000, 16) },
    };

    [Theory, MemberData(nameof(OfOthers))]
    public void Codec_that_is_not_ours_is_handed_on_with_its_reason(string words, byte[] format)
        => Assert.Contains(words, Assert.Throws<UnsupportedAudioException>(() => Read(Wav.File(format, Sound))).Message);

    [Theory, MemberData(nameof(Malformed))]
    public void Malformed_file_is_refused_with_its_name_the_offset_and_the_reason(string what, byte[] bytes, long offset, string words)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(bytes));

        Assert.True(error.Message.StartsWith($"'a.wav', byte {offset:N0}: ", StringComparison.Ordinal), $"{what}: {error.Message}");
        Assert.Contains(words, error.Message);
    }

    [Fact]
    public void Every_cut_and_every_flipped_byte_ends_in_samples_or_in_a_clear_error()
    {
        var good = Wav.File(Wav.Extensible(1, 2, 16000, 16), Wav.Chunk("LIST", [1, 2, 3]), Wav.Chunk("data", Wav.Pcm16(1, 2, 3, 4)));
        for (var i = 0; i < good.Length; i++)
        {
            Try(good[..i]);
            foreach (var value in new byte[] { 0, 1, 0x7F, 0x80, 0xFF })
                Try([.. good[..i], value, .. good[(i + 1)..]]);
        }
        static void Try(byte[] bytes)
        {
            try
            {
                Assert.NotEmpty(Read(bytes));
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith("'a.wav', byte ", error.Message);
            }
            catch (UnsupportedAudioException)
            {
                // Handed on.
            }
        }
    }
}
