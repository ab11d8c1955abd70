using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests.Audio;

public sealed class AudioDecoderTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("decoder-").FullName, "tone.raw16");

    public AudioDecoderTests() => File.WriteAllBytes(_file, Wav.Pcm16(16384, -16384, 8192));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public void An_added_decoder_is_asked_first_and_no_more_once_it_is_out()
    {
        using (AudioFile.AddDecoder(new Raw16()))
            Assert.Equal([0.5f, -0.5f, 0.25f], AudioFile.ReadMono(_file));

        Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(_file));
    }

    [Fact]
    public void A_saved_pipeline_reads_through_the_decoders_of_its_process()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable([new PathRow { AudioPath = _file }]);
        using var stream = new MemoryStream();
        ml.Model.Save(ml.Transforms.LoadAudio("Waveform", "AudioPath").Fit(data), data.Schema, stream);

        using var added = AudioFile.AddDecoder(new Raw16());
        var loaded = new MLContext().Model.Load(stream, out _);

        Assert.Equal([0.5f, -0.5f, 0.25f], loaded.Transform(data).GetColumn<float[]>("Waveform").Single());
    }

    [Fact]
    public void A_decoder_that_finds_nothing_is_an_error_of_the_file()
    {
        File.WriteAllBytes(_file, [1]);
        using var added = AudioFile.AddDecoder(new Raw16());

        Assert.Contains("Raw16 found no samples in it", Assert.Throws<InvalidDataException>(() => AudioFile.ReadMono(_file)).Message);
    }

    [Fact]
    public void What_a_decoder_throws_reaches_the_caller_with_the_name_of_the_file()
    {
        using var added = AudioFile.AddDecoder(new Broken());

        var error = Assert.Throws<InvalidDataException>(() => AudioFile.Read(_file));

        Assert.Contains("tone.raw16': Broken could not decode it: libsndfile", error.Message);
        Assert.IsType<DllNotFoundException>(error.InnerException);
    }

    [Fact]
    public void A_channel_of_what_a_decoder_gave_can_be_chosen()
    {
        using var added = AudioFile.AddDecoder(new Raw16(channelCount: 3));

        Assert.Equal([-0.5f], AudioFile.Read(_file, new AudioReadOptions { Channel = AudioChannel.Right }).Samples);
        Assert.Contains("channel 4 is wanted, but the file has 3",
            Assert.Throws<InvalidDataException>(() => AudioFile.Read(_file, new AudioReadOptions { Channel = AudioChannel.FromNumber(4) }))
            .Message);
    }

    private sealed class Broken : IAudioDecoder
    {
        public bool CanDecode(string path, ReadOnlySpan<byte> head) => path.EndsWith(".raw16", StringComparison.Ordinal);

        public DecodedAudio Decode(string path) => throw new DllNotFoundException("libsndfile is not there");
    }

    private sealed class PathRow
    {
        public string AudioPath { get; set; } = "";
    }

    /// <summary>16-bit samples at 16 kHz and nothing else; takes its own ending only, so tests beside it are not disturbed.</summary>
    private sealed class Raw16(int channelCount = 1) : IAudioDecoder
    {
        public bool CanDecode(string path, ReadOnlySpan<byte> head) => path.EndsWith(".raw16", StringComparison.Ordinal);

        public DecodedAudio Decode(string path)
        {
            var bytes = File.ReadAllBytes(path);
            return new DecodedAudio([.. Enumerable.Range(0, bytes.Length / 2).Select(i => BitConverter.ToInt16(bytes, 2 * i) / 32768f)],
                16_000, channelCount);
        }
    }
}
