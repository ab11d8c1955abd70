using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Filling;
using MlNetSer.Embeddings.Keys;
using MlNetSer.Marks;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Embeddings;

/// <summary>One bad file must not cost the day: the good ones are kept, and all bad ones are told together.</summary>
public sealed class UnreadableTests : IDisposable
{
    private static readonly int[] Bad = [3, 7, 9];

    private readonly StoreFolder _store = new(12);
    private readonly SpeechFolder _speech = new(12);

    [Fact]
    public void Of_the_twelve_files_of_the_case_nine_are_kept_and_three_named()
    {
        var folder = SharedData.Folder is { } data ? Path.Combine(data, "..", "cases", "one-bad-file") : null;
        Assert.SkipUnless(folder is not null && Directory.Exists(folder), SharedData.Absent);
        var audio = Directory.GetFiles(folder!, "*.wav").Order(StringComparer.Ordinal).ToArray();

        for (var run = 0; run < 2; run++)
        {
            var error = Assert.Throws<UnreadableUtterancesException>(() => _speech.Data(audio).Cached(_speech.Store));

            Assert.Equal(["03.wav", "07.wav", "09.wav"], error.Utterances.Select(utterance => utterance.Name));
            using var store = EmbeddingStore.Open(_speech.Store);
            Assert.Equal(9, store.Count);
        }
    }

    [Fact]
    public void Bad_files_are_listed_together_in_bulk_and_the_next_run_tries_them_alone()
    {
        Spoil(_speech.Audio);
        using var reads = new Reads(_speech.AudioFolder);

        var error = Assert.Throws<UnreadableUtterancesException>(() => Fill());

        Assert.Equal(Bad.Select(row => ((long)row, Path.GetFileName(_speech.Audio[row]))),
            error.Utterances.Select(utterance => (utterance.Row, utterance.Name)));
        Assert.All(error.Utterances, utterance => Assert.Contains($"\n  row {utterance.Row}, '{utterance.Name}': ", error.Message,
            StringComparison.Ordinal));
        Assert.StartsWith("3 of 12 utterances cannot be embedded; what could be is stored in", error.Message, StringComparison.Ordinal);
        var before = StoreFolder.Bytes(_speech.Store);
        reads.Clear();
        Assert.Throws<UnreadableUtterancesException>(() => Fill());

        Assert.Equal(Bad.Select(row => _speech.Audio[row]), reads.Sorted());
        StoreFolder.AssertSameBytes(before, _speech.Store);   // what fails again leaves no trace
        reads.Clear();
        File.Copy(_speech.Audio[0], _speech.Audio[3], overwrite: true);
        File.AppendAllText(_speech.Audio[3], "    ");
        Assert.Equal([7L, 9L], Assert.Throws<UnreadableUtterancesException>(() => Fill()).Utterances.Select(utterance => utterance.Row));

        Assert.Equal(Bad.Select(row => _speech.Audio[row]), reads.Sorted());
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(_speech.Store, file.Key))));
    }

    [Fact]
    public void Bad_files_are_listed_together_row_by_row()
    {
        var error = Assert.Throws<UnreadableUtterancesException>(() => Failing(Bad).Cached(_store.Path, StoreFolder.Identity, Shards()));

        Assert.Equal([3L, 7L, 9L], error.Utterances.Select(utterance => utterance.Row));
        Assert.All(error.Utterances, utterance => Assert.Equal("no such sound", utterance.Reason));
        _store.Embedded.Clear();
        Assert.Equal(3, Assert.Throws<UnreadableUtterancesException>(()
            => Failing(Bad).Cached(_store.Path, StoreFolder.Identity, Shards())).Utterances.Count);
        Assert.Equal(Bad.Select(row => _store.Audio[row]), _store.Embedded);
    }

    [Fact]
    public void Where_bad_files_are_left_out_the_view_has_the_good_rows_and_names_the_others()
    {
        Spoil(_speech.Audio);
        var good = _speech.Audio.Where((_, row) => !Bad.Contains(row)).ToList();

        var cached = Fill(leaveOut: true);

        Assert.Equal(good, StoreFolder.Read(cached).Select(row => row.Path));
        Assert.Equal(good, cached.GetColumn<string>("AudioPath"));
        Assert.Equal(good, StoreFolder.Read(cached, new Random(1)).Select(row => row.Path).Order(StringComparer.Ordinal));
        Assert.Equal(9, cached.GetRowCount());
        Assert.Equal([3L, 7L, 9L], cached.LeftOut.Select(utterance => utterance.Row));
        const string Text = "3 of 12 left out: tone-03.wav, tone-07.wav, tone-09.wav";
        Assert.Equal(Text, cached.LeftOutText);
        var filtered = _speech.Ml.Data.TakeRows(cached, 5);
        Assert.Equal(Text, ColumnMarks.Read(filtered.Schema["Embedding"], "MlNetSer.LeftOut"));
        Assert.Equal(StoreFolder.Read(cached)[4].Values, StoreFolder.Read(filtered)[4].Values);
        Assert.Equal(Enumerable.Range(0, 9).Select(row => (long)row), Positions(cached));
    }

    [Fact]
    public void Missing_files_are_listed_together_before_anything_is_embedded()
    {
        Array.ForEach(Bad, row => File.Delete(_store.Audio[row]));

        var error = Assert.Throws<UnreadableUtterancesException>(() => _store.Fill());

        Assert.Equal([3L, 7L, 9L], error.Utterances.Select(utterance => utterance.Row));
        Assert.StartsWith("3 of 12 utterances cannot be read, and nothing was embedded yet.", error.Message, StringComparison.Ordinal);
        Assert.Empty(_store.Embedded);
        Assert.Equal(9, StoreFolder.Read(_store.Fill(options => options.LeaveOutUnreadable = true)).Count);
    }

    [Fact]
    public void A_killed_run_with_bad_files_ends_with_the_same_bytes()
    {
        var undisturbed = Path.Combine(_store.AudioFolder, "..", "undisturbed");
        Assert.Throws<UnreadableUtterancesException>(() => Failing(Bad).Cached(undisturbed, StoreFolder.Identity, Shards()));
        for (var stop = 1; stop < 12; stop++)
        {
            using var source = new CancellationTokenSource();
            var folder = Path.Combine(_store.AudioFolder, "..", $"stopped-{stop}");
            var seen = 0;
            var data = Failing(Bad, () =>
            {
                if (++seen == stop)
                    source.Cancel();
            });
            Assert.ThrowsAny<OperationCanceledException>(() => data.Cached(folder, StoreFolder.Identity, Shards(),
                cancellationToken: source.Token));
            Assert.Throws<UnreadableUtterancesException>(() => Failing(Bad).Cached(folder, StoreFolder.Identity, Shards()));
            StoreFolder.AssertSameBytes(StoreFolder.Bytes(undisturbed), folder);
        }
    }

    [Fact]
    public void A_bad_file_that_a_shard_of_another_process_lacks_is_reported_here_too()
    {
        Directory.CreateDirectory(_store.Own);
        var rows = KeyedRows.Read(_store.Data(), StoreFolder.Identity, Shards(), default);
        using var embedder = new PipelineRows(Failing(Bad), rows, Shards(), new RecordingNotes(), null);
        var late = new StoreFill(_store.Own, StoreFolder.Identity, Shards(), rows, null, default);   // has looked already
        Assert.Equal(9, new StoreFill(_store.Own, StoreFolder.Identity, Shards(), rows, null, default).Run(embedder, 0, 1));

        Assert.Equal(0, late.Run(embedder, 0, 1));

        Assert.Equal(Bad, late.Faults.Keys);
    }

    [Theory]
    [InlineData(float.NaN, "must be finite")]
    [InlineData(1e6f, "float16 ends at 65,504")]
    public void An_embedding_that_cannot_be_stored_is_listed_like_a_bad_file(float value, string reason)
    {
        var data = _store.Data();
        var spoilt = _store.Ml.Transforms.CustomMapping<Values, Values>((row, output) =>
        {
            output.AudioPath = row.AudioPath;
            output.Embedding = [.. row.Embedding];
            if (row.AudioPath == _store.Audio[5])
                output.Embedding[1] = value;
        }, null).Fit(data).Transform(data);

        var bad = Assert.Single(Assert.Throws<UnreadableUtterancesException>(()
            => spoilt.Cached(_store.Path, StoreFolder.Identity, Shards())).Utterances);

        Assert.Contains(reason, bad.Reason, StringComparison.Ordinal);
        Assert.Equal(5, bad.Row);
        using var store = EmbeddingStore.Open(_store.Path);
        Assert.Equal(11, store.Count);
    }

    [Fact]
    public void Where_every_file_is_bad_leaving_out_also_ends_in_the_list()
    {
        var all = Enumerable.Range(0, 12).ToArray();

        var error = Assert.Throws<UnreadableUtterancesException>(() => Failing(all).Cached(_store.Path, StoreFolder.Identity,
            new() { LeaveOutUnreadable = true }));

        Assert.Equal(12, error.Utterances.Count);
    }

    [Fact]
    public void More_than_twenty_are_counted_and_all_are_in_the_property()
    {
        using var many = new StoreFolder(30);
        Array.ForEach(many.Audio[5..], File.Delete);

        var error = Assert.Throws<UnreadableUtterancesException>(() => many.Fill());

        Assert.Equal(25, error.Utterances.Count);
        Assert.EndsWith("\n  and 5 more (UnreadableUtterancesException.Utterances)", error.Message, StringComparison.Ordinal);
        Assert.Equal(1 + 20 + 1, error.Message.Split('\n').Length);
    }

    [Fact]
    public void Parts_report_their_own_bad_files()
    {
        var options = Shards();
        var told = Enumerable.Range(0, 3).Select(part => Assert.Throws<UnreadableUtterancesException>(
            () => Failing([1, 6, 11]).FillEmbeddingStore(_store.Path, part, 3, StoreFolder.Identity, options)).Utterances.Single().Row);

        Assert.Equal([1L, 6L, 11L], told);
    }

    public void Dispose()
    {
        _store.Dispose();
        _speech.Dispose();
    }

    private static EmbeddingStoreOptions Shards() => new() { UtterancesPerShard = 4 };

    private CachedDataView Fill(bool leaveOut = false)
        => _speech.Data().Cached(_speech.Store, options: new() { UtterancesPerShard = 4, ThreadCount = 2, LeaveOutUnreadable = leaveOut });

    private IDataView Failing(int[] rows, Action? embedding = null) => FakePipeline.Data(_store.Ml, _store.Audio, path =>
    {
        _store.Embedded.Add(path);
        embedding?.Invoke();
        if (rows.Contains(Array.IndexOf(_store.Audio, path)))
            throw new InvalidDataException("no such sound");
    });

    private static void Spoil(string[] audio)
    {
        File.WriteAllText(audio[3], "no audio at all");
        File.WriteAllBytes(audio[7], File.ReadAllBytes(audio[7])[..400]);   // cut off
        File.WriteAllText(audio[9], "nor this");
    }

    private static List<long> Positions(IDataView data)
    {
        List<long> positions = [];
        using var cursor = data.GetRowCursor([]);
        while (cursor.MoveNext())
            positions.Add(cursor.Position);
        return positions;
    }

    private sealed class Values
    {
        public string AudioPath { get; set; } = "";

        [VectorType]
        public float[] Embedding { get; set; } = [];
    }
}
