using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Tests.Audio;

public sealed class LoadAudioTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loadaudio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Stereo()
        => Write("stereo.wav", Wav.File(Wav.Format(channels: 2), Wav.Chunk("data", Wav.Pcm16(16384, -16384, 8192, -8192))));

    private static IDataView Rows(MLContext ml, params string[] paths)
        => ml.Data.LoadFromEnumerable(paths.Select(path => new PathRow { AudioPath = path }));

    [Fact]
    public void The_channel_travels_inside_a_saved_model_and_is_part_of_the_identity()
    {
        var ml = new MLContext(1);
        var data = Rows(ml, Stereo());
        using var stream = new MemoryStream();
        using (var fitted = ml.Transforms.LoadAudio("Waveform", "AudioPath", AudioChannel.Right).Fit(data))
            ml.Model.Save(fitted, data.Schema, stream);

        var loaded = new MLContext().Model.Load(stream, out _).Transform(data);

        Assert.Equal([-0.5f, -0.25f], loaded.GetColumn<float[]>("Waveform").Single());
        Assert.Equal("", loaded.GetColumn<string>("Waveform.Notes").Single());
        VBuffer<ReadOnlyMemory<char>> identity = default;
        loaded.Schema["Waveform.Identity"].GetSlotNames(ref identity);
        Assert.Equal($"LoadAudio: {AudioFile.Version}, channel right", identity.DenseValues().Single().ToString());
    }

    [Fact]
    public void What_the_reader_noticed_stands_beside_the_waveform_row_by_row()
    {
        var ml = new MLContext(1);
        var silent = Write("SILENT.WAV", Wav.File(Wav.Format(), Wav.Chunk("data", new byte[32_000])));
        var data = Rows(ml, silent, Stereo(), silent);
        using var fitted = ml.Transforms.LoadAudio("Waveform", "AudioPath").Fit(data);

        Assert.Equal(["digital silence", "digital silence; channels cancel", "digital silence"],
            fitted.Transform(data).GetColumn<string>("Waveform.Notes"));
    }

    [Fact]
    public void A_file_is_decoded_once_for_all_columns_of_its_row()
    {
        var ml = new MLContext(1);
        var (first, second) = (Write("1.counted", [1]), Write("2.counted", [1]));
        var counter = new Counter();
        using var added = AudioFile.AddDecoder(counter);
        var data = Rows(ml, first, second);
        using var fitted = ml.Transforms.LoadAudio("Waveform", "AudioPath").Fit(data);

        var rows = ml.Data.CreateEnumerable<WaveRow>(fitted.Transform(data), reuseRowObject: false).ToList();

        Assert.Equal([0.5f, 0.5f], rows.Select(row => row.Waveform[0]));
        Assert.Equal(["constant value", "constant value"], rows.Select(row => row.Notes));
        Assert.Equal(2, counter.Count);
    }

    private sealed class PathRow
    {
        public string AudioPath { get; set; } = "";
    }

    private sealed class WaveRow
    {
        [VectorType]
        public float[] Waveform { get; set; } = [];

        [ColumnName("Waveform.Notes")]
        public string Notes { get; set; } = "";
    }

    private sealed class Counter : IAudioDecoder
    {
        public int Count { get; private set; }

        public bool CanDecode(string path, ReadOnlySpan<byte> head) => path.EndsWith(".counted", StringComparison.Ordinal);

        public DecodedAudio Decode(string path)
        {
            Count++;
            return new DecodedAudio([0.5f, 0.5f], 16_000);
        }
    }
}
