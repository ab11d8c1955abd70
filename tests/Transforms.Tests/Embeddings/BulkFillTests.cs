using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Tests;

namespace MlNetSer.Embeddings;

/// <summary>A store that is filled through EmbedSpeech: in bulk, with the numbers of its rows.</summary>
public sealed class BulkFillTests : IDisposable
{
    private const double Tolerance = 1e-4;   // the issue's, for bulk against one at a time

    private static readonly EmbeddingStoreOptions Exact = new() { Precision = EmbeddingPrecision.Float32, UtterancesPerShard = 4, ThreadCount = 3 };

    private readonly SpeechFolder _speech = new(14);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void BulkFill_StoresWhatTheRowsGive(bool fromWaveform)
    {
        var encoder = SpeechEncoder.Untrained();
        var waveforms = Decoded();
        var filterbanks = _speech.Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", encoder.Profile.Filterbank).Fit(waveforms).Transform(waveforms);
        var embed = fromWaveform ? _speech.Ml.Transforms.EmbedSpeech("Embedding", encoder, blocks: [4, 1]) : _speech.Ml.Transforms.EmbedSpeech("Embedding", "Filterbank", encoder, 4, 1);
        var rows = embed.Fit(filterbanks).Transform(filterbanks);

        var cached = rows.Cached(_speech.Store, "tones", Exact);

        Assert.IsAssignableFrom<IBulkEmbedding>(rows);
        AssertClose(rows, cached);
        Assert.Equal(rows.GetColumn<long[]>("Embedding.Shape"), cached.GetColumn<long[]>("Embedding.Shape"));
    }

    [Fact]
    public void StepAfterEmbedSpeech_OrALoadedModel_IsFilledRowByRow_WithTheSameNumbers()
    {
        var speech = _speech.Ml.Data.LoadFromEnumerable(_speech.Audio.Select(path => new Speech(path)));
        var model = _speech.Ml.Transforms.LoadAudio("Waveform", "AudioPath").Append(_speech.Ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained())).Fit(speech);
        var zip = _speech.InStore("model.zip");
        _speech.Ml.Model.Save(model, speech.Schema, zip);
        var embedded = model.Transform(speech);
        var further = _speech.Ml.Transforms.CopyColumns("Name", "AudioPath").Fit(embedded).Transform(embedded);
        var loaded = new MLContext().Model.Load(zip, out _).Transform(speech);

        var expected = embedded.Cached(_speech.Store, options: Exact);

        Assert.False(further is IBulkEmbedding || loaded is IBulkEmbedding);
        AssertClose(expected, further.Cached(_speech.InStore("further"), options: Exact));
        AssertClose(expected, loaded.Cached(_speech.InStore("loaded"), options: Exact));
        AssertClose(expected, loaded.Cached(_speech.Store, options: Exact));   // the same identity: it is all there
    }

    [Fact]
    public void StoredUtterances_AreNotEvenDecoded()
    {
        List<string> decoded = [];
        Embedded(decoded, _speech.Audio[..9]).Cached(_speech.Store, "tones", Exact);
        Assert.Equal(_speech.Audio[..9], decoded.Order(StringComparer.Ordinal));
        decoded.Clear();

        var cached = Embedded(decoded, _speech.Audio).Cached(_speech.Store, "tones", Exact);
        _ = cached.GetColumn<float[]>("Embedding").ToList();

        Assert.Equal(_speech.Audio[9..], decoded.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ThreadsChangeNoByte_AndNeighboursNoBitOfAnUtterance()
    {
        _speech.Data().Cached(_speech.Store, options: new() { UtterancesPerShard = 4, ThreadCount = 1 });
        _speech.Data().Cached(_speech.InStore("three"), options: new() { UtterancesPerShard = 4, ThreadCount = 3 });
        _speech.Data(_speech.Audio.Reverse()).Cached(_speech.InStore("reversed"), options: new() { UtterancesPerShard = 5 });

        StoreFolder.AssertSameBytes(StoreFolder.Bytes(_speech.Store), _speech.InStore("three"));
        Assert.Equal(StoreFolder.Read(_speech.Data().Cached(_speech.Store)), StoreFolder.Read(_speech.Data().Cached(_speech.InStore("reversed"))),
            (a, b) => a.Path == b.Path && a.Values.AsSpan().SequenceEqual(b.Values));
    }

    [Fact]
    public void FaultyAudio_IsToldByRowAndName_AndShardsBeforeItAreKept()
    {
        File.WriteAllText(_speech.Audio[6], "no audio at all");

        var error = Assert.Throws<InvalidDataException>(() => _speech.Data().Cached(_speech.Store, options: Exact));

        Assert.StartsWith($"Row 6, 'tone-06.wav': '{_speech.Audio[6]}'", error.Message, StringComparison.Ordinal);
        using var store = EmbeddingStore.Open(_speech.Store);
        Assert.Equal(_speech.Audio[..4].Select(Path.GetFileName), store.Names);
    }

    [Fact]
    public void FeaturesOfAnotherWidth_AreRefusedWithWhatTheEncoderWants()
    {
        var waveforms = Decoded();
        var filterbanks = _speech.Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", melBinCount: 40).Fit(waveforms).Transform(waveforms);
        var narrow = _speech.Ml.Transforms.CustomMapping<OwnRow, OwnRow>((row, output) => output.Filterbank = row.Filterbank, null)
            .Fit(filterbanks).Transform(filterbanks);   // a column of the user's own, which does not say what it holds
        var embedded = _speech.Ml.Transforms.EmbedSpeech("Embedding", "Filterbank", SpeechEncoder.Untrained()).Fit(narrow).Transform(narrow);

        var error = Assert.Throws<InvalidDataException>(() => embedded.Cached(_speech.Store, "tones", Exact));

        Assert.Contains("values are no whole frames of 80. Give the features that encoder profile", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_BetweenTwoUtterances_ItKeepsWholeShards()
    {
        using var source = new CancellationTokenSource();
        var reports = new Reports(report =>
        {
            if (report.Stored == 6)
                source.Cancel();
        });

        Assert.ThrowsAny<OperationCanceledException>(() => _speech.Data().Cached(_speech.Store, options: Exact, progress: reports, cancellation: source.Token));

        Assert.Single(Directory.GetFiles(_speech.Store, "*.safetensors"));
        Assert.Empty(Directory.GetFiles(_speech.Store, "*.part"));
    }

    [Fact]
    public void ChangedReaderOrResampler_MakesTheStoreStale()
    {
        _speech.Data().Cached(_speech.Store, options: Exact);
        using var store = EmbeddingStore.Open(_speech.Store);

        Assert.StartsWith("LoadAudio: " + AudioFile.Version + "\nEmbedSpeech: encoder ", store.Identity, StringComparison.Ordinal);
    }

    public void Dispose() => _speech.Dispose();

    private static void AssertClose(IDataView expected, IDataView actual)
    {
        foreach (var (e, a) in expected.GetColumn<float[]>("Embedding").Zip(actual.GetColumn<float[]>("Embedding")))
            Assert.True(e.Length == a.Length && e.Zip(a, (x, y) => Math.Abs(x - y)).Max() <= Tolerance);
        Assert.Equal(expected.GetColumn<string>("AudioPath"), actual.GetColumn<string>("AudioPath"));
    }

    private IDataView Decoded(Action<string>? decoding = null, IEnumerable<string>? paths = null)
    {
        var speech = _speech.Ml.Data.LoadFromEnumerable((paths ?? _speech.Audio).Select(path => new Speech(path)));
        return _speech.Ml.Transforms.CustomMapping<Speech, Decoding>((row, output) =>
        {
            decoding?.Invoke(row.AudioPath);
            output.Waveform = AudioFile.ReadMono(row.AudioPath);
        }, null).Fit(speech).Transform(speech);
    }

    private IDataView Embedded(List<string> decoded, IEnumerable<string> paths)
    {
        var waveforms = Decoded(path =>
        {
            lock (decoded)
                decoded.Add(path);
        }, paths);
        return _speech.Ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained()).Fit(waveforms).Transform(waveforms);
    }

    private sealed class Speech
    {
        public Speech()
        {
        }

        public Speech(string audioPath) => AudioPath = audioPath;

        public string AudioPath { get; set; } = "";
    }

    private sealed class Decoding
    {
        [VectorType]
        public float[] Waveform { get; set; } = [];
    }

    private sealed class Reports(Action<EmbeddingProgress> report) : IProgress<EmbeddingProgress>
    {
        public void Report(EmbeddingProgress value) => report(value);
    }

    private sealed class OwnRow
    {
        [VectorType]
        public float[] Filterbank { get; set; } = [];
    }
}
