using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Filling;

namespace MlNetSer.Tests.Embeddings;

/// <summary>A store that is filled through EmbedSpeech: in bulk, with the numbers of its rows.</summary>
public sealed class BulkFillTests : IDisposable
{
    private const double Tolerance = 1e-4;   // the issue's, for bulk against one at a time

    private static readonly EmbeddingStoreOptions Exact =
        new() { Precision = EmbeddingPrecision.Float32, UtterancesPerShard = 4, ThreadCount = 3 };

    private readonly SpeechFolder _speech = new(14);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bulk_fill_stores_what_the_rows_give(bool fromWaveform)
    {
        var encoder = SpeechEncoder.Untrained();
        var waveforms = Decoded();
        var filterbanks = _speech.Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", encoder.Profile.Filterbank).Fit(waveforms)
            .Transform(waveforms);
        var embed = fromWaveform ? _speech.Ml.Transforms.EmbedSpeech("Embedding", encoder, blocks: [4, 1])
            : _speech.Ml.Transforms.EmbedSpeech("Embedding", "Filterbank", encoder, 4, 1);
        var rows = embed.Fit(filterbanks).Transform(filterbanks);

        var cached = rows.Cached(_speech.Store, "tones", Exact);

        Assert.IsAssignableFrom<IBulkEmbedding>(rows);
        AssertClose(rows, cached);
        Assert.Equal(rows.GetColumn<long[]>("Embedding.Shape"), cached.GetColumn<long[]>("Embedding.Shape"));
    }

    [Fact]
    public void A_loaded_model_is_filled_row_by_row_with_the_same_numbers_and_says_so()
    {
        var speech = _speech.Ml.Data.LoadFromEnumerable(_speech.Audio.Select(path => new Speech(path)));
        var model = _speech.Ml.Transforms.LoadAudio("Waveform", "AudioPath")
            .Append(_speech.Ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained())).Fit(speech);
        var zip = _speech.InStore("model.zip");
        _speech.Ml.Model.Save(model, speech.Schema, zip);
        var embedded = model.Transform(speech);
        var loaded = new MLContext().Model.Load(zip, out _).Transform(speech);

        var expected = embedded.Cached(_speech.Store, options: Exact);

        List<string?> notes = [];
        AssertClose(expected, loaded.Cached(_speech.InStore("loaded"), options: Exact,
            progress: new Reports(report => notes.Add(report.Note))));
        Assert.Contains(notes, note => note?.StartsWith("Column 'Embedding' is embedded row by row, not on all cores",
            StringComparison.Ordinal) == true);
        AssertClose(expected, loaded.Cached(_speech.Store, options: Exact));   // the same identity: it is all there
    }

    [Fact]
    public void Steps_after_EmbedSpeech_that_leave_the_embedding_alone_are_filled_in_bulk()
    {
        var transforms = _speech.Ml.Transforms;
        var embedded = _speech.Data();
        var expected = embedded.Cached(_speech.Store, options: Exact);
        var further = new (string Name, Func<IDataView, IDataView> Step)[]
        {
            ("copied", data => transforms.CopyColumns("Name", "AudioPath").Fit(data).Transform(data)),
            ("mapped", data => transforms.Conversion.MapValueToKey("Label", "AudioPath").Fit(data).Transform(data)),
            ("without the waveform", data => transforms.DropColumns("Waveform").Fit(data).Transform(data)),
            ("skipped", data => _speech.Ml.Data.SkipRows(data, 3)),
            ("shuffled", data => _speech.Ml.Data.ShuffleRows(data, 1)),
            ("embedded twice", data => transforms.EmbedSpeech("Other", SpeechEncoder.Untrained(2)).Fit(data).Transform(data)),
        };
        foreach (var (name, step) in further)
        {
            var data = step(embedded);
            List<string?> notes = [];

            var cached = data.Cached(_speech.InStore(name), "tones", Exact, new Reports(report => notes.Add(report.Note)));

            Assert.True(notes.TrueForAll(note => note is null), $"{name}: {notes.Find(note => note is not null)}");
            AssertSame(StoreFolder.Read(expected).Where(row => StoreFolder.Read(cached).Exists(other => other.Path == row.Path)),
                StoreFolder.Read(cached));
        }
    }

    [Fact]
    public void Steps_that_change_the_embedding_or_the_path_are_filled_with_what_the_column_holds()
    {
        var transforms = _speech.Ml.Transforms;
        var embedded = _speech.Data();
        var zeros = transforms.CustomMapping<Embedded, Embedded>((row, output) => output.Embedding = new float[row.Embedding.Length],
            null).Fit(embedded).Transform(embedded);
        var renamed = transforms.CustomMapping<Speech, Speech>((row, output)
            => output.AudioPath = _speech.Audio[^(1 + Array.IndexOf(_speech.Audio, row.AudioPath))], null)
            .Fit(embedded).Transform(embedded);
        List<string?> notes = [];

        Assert.All(StoreFolder.Read(zeros.Cached(_speech.InStore("zeros"), "zeros", Exact)),
            row => Assert.All(row.Values, value => Assert.Equal(0, value)));
        var cached = renamed.Cached(_speech.InStore("renamed"), "renamed", Exact, new Reports(report => notes.Add(report.Note)));

        AssertClose(embedded, cached, paths: false);
        Assert.Contains(notes, note => note?.Contains("row by row", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_foreign_step_before_or_after_EmbedSpeech_must_be_part_of_the_identity()
    {
        var transforms = _speech.Ml.Transforms;
        _speech.Data().Cached(_speech.Store, options: Exact);
        var speech = _speech.Ml.Data.LoadFromEnumerable(_speech.Audio.Select(path => new Speech(path)));
        var silenced = transforms.LoadAudio("Waveform", "AudioPath")
            .Append(transforms.CustomMapping<Decoding, Decoding>((row, output) => output.Waveform = new float[row.Waveform.Length], null))
            .Append(transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained())).Fit(speech).Transform(speech);
        var clean = _speech.Data();
        var halved = transforms.CustomMapping<Embedded, Embedded>((row, output)
            => output.Embedding = [.. row.Embedding.Select(value => value / 2)], null).Fit(clean).Transform(clean);

        Assert.Contains("a step between LoadAudio and the one that made column 'Embedding'",
            Assert.Throws<ArgumentException>(() => silenced.Cached(_speech.Store, options: Exact)).Message, StringComparison.Ordinal);
        Assert.Contains("column 'Embedding' was changed after the step that 'Embedding.Identity' names",
            Assert.Throws<ArgumentException>(() => halved.Cached(_speech.Store, options: Exact)).Message, StringComparison.Ordinal);
        AssertClose(silenced, silenced.Cached(_speech.Store, "silenced", Exact));
        AssertClose(halved, halved.Cached(_speech.Store, "halved", Exact));
    }

    [Fact]
    public void Notes_of_the_reader_are_counted_at_the_end()
    {
        var speech = _speech.Ml.Data.LoadFromEnumerable(_speech.Audio.Select(path => new Speech(path)));
        var waveforms = _speech.Ml.Transforms.CustomMapping<Speech, Noted>((row, output) =>
        {
            output.Waveform = AudioFile.ReadMono(row.AudioPath);
            var number = Array.IndexOf(_speech.Audio, row.AudioPath);
            output.Notes = number == 2 ? "clipped; digital silence" : number % 3 == 0 ? "clipped" : "";
        }, null).Fit(speech).Transform(speech);
        List<string?> notes = [];

        _speech.Ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained()).Fit(waveforms).Transform(waveforms)
            .Cached(_speech.Store, "tones", Exact, new Reports(report => notes.Add(report.Note)));

        Assert.Contains("Noted while reading: clipped: 6 ('tone-00.wav', 'tone-02.wav', 'tone-03.wav', ...); digital silence: 1 "
            + "('tone-02.wav').", notes);
    }

    [Fact]
    public void Stored_utterances_are_not_even_decoded()
    {
        List<string> decoded = [];
        EmbeddedBy(decoded, _speech.Audio[..9]).Cached(_speech.Store, "tones", Exact);
        Assert.Equal(_speech.Audio[..9], decoded.Order(StringComparer.Ordinal));
        decoded.Clear();

        var cached = EmbeddedBy(decoded, _speech.Audio).Cached(_speech.Store, "tones", Exact);
        _ = cached.GetColumn<float[]>("Embedding").ToList();

        Assert.Equal(_speech.Audio[9..], decoded.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Threads_change_no_byte_and_neighbours_no_bit_of_an_utterance()
    {
        _speech.Data().Cached(_speech.Store, options: new() { UtterancesPerShard = 4, ThreadCount = 1 });
        _speech.Data().Cached(_speech.InStore("three"), options: new() { UtterancesPerShard = 4, ThreadCount = 3 });
        _speech.Data(_speech.Audio.Reverse()).Cached(_speech.InStore("reversed"), options: new() { UtterancesPerShard = 5 });

        StoreFolder.AssertSameBytes(StoreFolder.Bytes(_speech.Store), _speech.InStore("three"));
        Assert.Equal(StoreFolder.Read(_speech.Data().Cached(_speech.Store)),
            StoreFolder.Read(_speech.Data().Cached(_speech.InStore("reversed"))),
            (a, b) => a.Path == b.Path && a.Values.AsSpan().SequenceEqual(b.Values));
    }

    [Fact]
    public void Features_of_another_width_are_refused_with_what_the_encoder_wants()
    {
        var waveforms = Decoded();
        var filterbanks = _speech.Ml.Transforms.ExtractFilterbank("Filterbank", "Waveform", melBinCount: 40).Fit(waveforms)
            .Transform(waveforms);
        var narrow = _speech.Ml.Transforms.CustomMapping<OwnRow, OwnRow>((row, output) => output.Filterbank = row.Filterbank, null)
            .Fit(filterbanks).Transform(filterbanks);   // a column of the user's own, which does not say what it holds
        var embedded = _speech.Ml.Transforms.EmbedSpeech("Embedding", "Filterbank", SpeechEncoder.Untrained()).Fit(narrow)
            .Transform(narrow);

        var error = Assert.Throws<UnreadableUtterancesException>(() => embedded.Cached(_speech.Store, "tones", Exact));

        Assert.Contains("values are not a whole number of frames of 80. Give the features that encoder profile", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_fill_that_is_cancelled_between_two_utterances_keeps_whole_shards()
    {
        using var source = new CancellationTokenSource();
        var reports = new Reports(report =>
        {
            if (report.Stored == 6)
                source.Cancel();
        });

        Assert.ThrowsAny<OperationCanceledException>(() => _speech.Data()
            .Cached(_speech.Store, options: Exact, progress: reports, cancellationToken: source.Token));

        Assert.Single(Directory.GetFiles(_speech.Store, "*.safetensors", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(_speech.Store, "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_changed_reader_or_resampler_makes_the_store_stale()
    {
        _speech.Data().Cached(_speech.Store, options: Exact);
        using var store = EmbeddingStore.Open(_speech.Store);

        Assert.StartsWith("LoadAudio: " + AudioFile.Version + "\nEmbedSpeech: encoder ", store.Identity, StringComparison.Ordinal);
    }

    public void Dispose() => _speech.Dispose();

    private static void AssertSame(IEnumerable<(string Path, float[] Values)> expected, IEnumerable<(string Path, float[] Values)> actual)
        => Assert.Equal(expected.OrderBy(row => row.Path, StringComparer.Ordinal), actual.OrderBy(row => row.Path, StringComparer.Ordinal),
            (a, b) => a.Path == b.Path && a.Values.AsSpan().SequenceEqual(b.Values));

    private static void AssertClose(IDataView expected, IDataView actual, bool paths = true)
    {
        foreach (var (e, a) in expected.GetColumn<float[]>("Embedding").Zip(actual.GetColumn<float[]>("Embedding")))
            Assert.True(e.Length == a.Length && e.Zip(a, (x, y) => Math.Abs(x - y)).Max() <= Tolerance);
        if (paths)
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

    private IDataView EmbeddedBy(List<string> decoded, IEnumerable<string> paths)
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

    private sealed class Embedded
    {
        [VectorType]
        public float[] Embedding { get; set; } = [];
    }

    private sealed class Noted
    {
        [VectorType]
        public float[] Waveform { get; set; } = [];

        [ColumnName("Waveform.Notes")]
        public string Notes { get; set; } = "";
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
