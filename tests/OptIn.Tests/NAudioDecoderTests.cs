using NAudio.Wave;

namespace MlNetSer.Tests;

public sealed class NAudioDecoderTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_reader_is_a_stream_of_bytes_and_a_format_whatever_the_length_of_its_reads()
    {
        var reader = new Reader(new WaveFormat(44_100, 16, 2), 16384, 0, -16384, 0, 8192, -8192);
        var decoder = new NAudioDecoder(_ => reader, ".Sound");

        var audio = decoder.Decode(_path);

        Assert.True(decoder.CanDecode("a.SOUND", []));
        Assert.False(decoder.CanDecode("a.wav", []));
        Assert.Equal((44_100, 2), (audio.SampleRateHz, audio.ChannelCount));
        Assert.Equal([0.5f, 0, -0.5f, 0, 0.25f, -0.25f], audio.Samples);
        Assert.True(reader.IsDisposed);
    }

    [Fact]
    public void What_LoadAudio_gets_was_resampled_by_our_own_filter_which_limits_the_band()
    {
        // 12 kHz is above half of 16 kHz: a resampler without a band limit folds it to 4 kHz at full strength.
        var reader = new Reader(new WaveFormat(48_000, 16, 1),
            [.. Enumerable.Range(0, 48_000).Select(i => (short)(16384 * Math.Sin(2 * Math.PI * i / 4)))]);
        File.WriteAllText(_path, "what only the reader understands");
        using var added = AudioFile.AddDecoder(new NAudioDecoder(_ => reader, Path.GetExtension(_path)));

        var samples = AudioFile.ReadMono(_path);

        Assert.Equal(16_000, samples.Length);
        Assert.All(samples[1000..^1000], sample => Assert.Equal(0, sample, 1e-3));
    }

    [Fact]
    public void A_file_that_NAudio_refuses_is_named()
        => Assert.Contains($"'{_path}': NAudio could not open it",
        Assert.Throws<InvalidDataException>(() => NAudioDecoder.Aiff.Decode(_path)).Message);

    [Fact]
    public void A_native_library_that_is_not_there_is_an_error_of_the_file()
    {
        var decoder = new NAudioDecoder(_ => throw new DllNotFoundException("libsndfile"), ".x");

        Assert.Contains($"'{_path}': NAudio could not open it: libsndfile",
            Assert.Throws<InvalidDataException>(() => decoder.Decode(_path)).Message);
    }

    [Fact]
    public void A_reader_that_breaks_while_it_reads_is_an_error_of_the_file()
    {
        var reader = new Reader(new WaveFormat(16_000, 16, 1), 1, 2) { Fault = new IndexOutOfRangeException("a table") };

        Assert.Contains($"'{_path}': NAudio could not read it: a table",
            Assert.Throws<InvalidDataException>(() => new NAudioDecoder(_ => reader, ".x").Decode(_path)).Message);
        Assert.True(reader.IsDisposed);
    }

    /// <summary>16 bits, given in reads of at most 7 bytes: short reads are legal, and these do not end with a sample.</summary>
    private sealed class Reader(WaveFormat format, params short[] samples) : WaveStream
    {
        private readonly MemoryStream _bytes = new([.. samples.SelectMany(BitConverter.GetBytes)]);

        public bool IsDisposed { get; private set; }

        public Exception? Fault { get; init; }

        public override WaveFormat WaveFormat => format;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();   // 2.x gives wrong ones

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
            => Fault is null ? _bytes.Read(buffer, offset, Math.Min(7, count)) : throw Fault;

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
