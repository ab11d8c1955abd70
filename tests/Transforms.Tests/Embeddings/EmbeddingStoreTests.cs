using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Onnx;

namespace MlNetSer.Tests.Embeddings;

public sealed class EmbeddingStoreTests : IDisposable
{
    private readonly StoreFolder _store = new();

    [Theory]
    [InlineData(EmbeddingPrecision.Float16)]
    [InlineData(EmbeddingPrecision.Float32)]
    public void An_embedding_comes_back_as_it_was_rounded_once_to_its_precision(EmbeddingPrecision precision)
    {
        var rows = StoreFolder.Read(_store.Fill(options => options.Precision = precision));

        Assert.Equal(_store.Audio, rows.Select(row => row.Path));
        foreach (var (path, values) in rows)
            Assert.Equal(FakePipeline.Embed(path).Values.Select(v => precision == EmbeddingPrecision.Float16 ? (float)(Half)v : v), values);
    }

    [Fact]
    public void Stored_utterances_are_never_embedded_again()
    {
        _store.Fill();
        Assert.Equal(_store.Audio, _store.Embedded);

        var cached = _store.Fill();
        _ = StoreFolder.Read(cached);

        Assert.Equal(10, _store.Embedded.Count);
    }

    [Fact]
    public void The_data_catalog_caches_as_the_short_form_does_and_disposing_closes_the_store()
    {
        var first = StoreFolder.Read(_store.Fill());
        var cached = new MLContext(seed: 1).Data.CacheEmbeddings(_store.Data(), _store.Path, StoreFolder.Identity);

        Assert.Equal(first.Select(row => row.Values), StoreFolder.Read(cached).Select(row => row.Values));
        Assert.Equal(10, _store.Embedded.Count);

        cached.Dispose();
        Assert.Throws<ObjectDisposedException>(() => StoreFolder.Read(cached));
    }

    [Fact]
    public void New_utterances_are_added_in_shards_of_their_own()
    {
        _store.Data(_store.Audio[..5]).Cached(_store.Path, StoreFolder.Identity);
        var before = StoreFolder.Bytes(_store.Path);
        _store.Embedded.Clear();

        var rows = StoreFolder.Read(_store.Data().Cached(_store.Path, StoreFolder.Identity));

        Assert.Equal(_store.Audio[5..], _store.Embedded);
        Assert.Equal(_store.Audio, rows.Select(row => row.Path));
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(_store.Path, file.Key))));
        Assert.Equal([5, 5], StorePlan.IndexFiles(_store.Own).Select(path => StorePlan.Load(path).Entries.Count));
    }

    [Fact]
    public void The_same_bytes_under_two_names_are_embedded_once()
    {
        var copy = Path.Combine(_store.AudioFolder, "copy.wav");
        File.Copy(_store.Audio[3], copy);

        var rows = StoreFolder.Read(_store.Data([.. _store.Audio, copy]).Cached(_store.Path, StoreFolder.Identity));

        Assert.Equal(10, _store.Embedded.Count);
        Assert.Equal(rows[3].Values, rows[10].Values);
    }

    [Fact]
    public void Changed_audio_is_embedded_again_though_its_path_is_the_same()
    {
        _store.Fill();
        _store.Embedded.Clear();
        File.WriteAllText(_store.Audio[2], "another sound");

        var rows = StoreFolder.Read(_store.Fill());

        Assert.Equal([_store.Audio[2]], _store.Embedded);
        Assert.Equal(FakePipeline.Embed(_store.Audio[2]).Values.Select(v => (float)(Half)v), rows[2].Values);
    }

    [Fact]
    public void A_choice_of_blocks_gives_these_blocks_in_this_order()
    {
        var all = StoreFolder.Read(_store.Fill());
        var some = StoreFolder.Read(_store.Fill(options => options.Blocks = [3, 1]));

        for (var row = 0; row < all.Count; row++)
        {
            var size = all[row].Values.Length / FakePipeline.BlockCount;
            Assert.Equal([.. all[row].Values[(2 * size)..], .. all[row].Values[..size]], some[row].Values);
        }
    }

    [Fact]
    public void The_source_column_points_at_the_blocks_of_a_row_after_a_filter()
    {
        var cached = _store.Fill(options => options.Blocks = [2]);
        var filtered = _store.Ml.Data.FilterRowsByKeyColumnFraction(cached, "Speaker", 0, 0.5);
        var values = filtered.GetColumn<float[]>("Embedding").ToList();
        var pointers = filtered.GetColumn<long[]>("Embedding.Source").ToList();
        var shapes = filtered.GetColumn<long[]>("Embedding.Shape").ToList();

        Assert.InRange(values.Count, 4, 6);
        for (var i = 0; i < values.Count; i++)
        {
            var source = SequenceSources.Find(pointers[i][0])!;
            var block = new float[values[i].Length];
            source.Read((int)pointers[i][1], 1, block);
            Assert.Equal(values[i], block);
            Assert.Equal([1, source.FrameCount((int)pointers[i][1]), FakePipeline.FeatureSize], shapes[i]);
        }
    }

    [Fact]
    public void A_shuffled_cursor_keeps_every_row_with_its_embedding_and_follows_its_seed()
    {
        var cached = _store.Fill();

        var shuffled = StoreFolder.Read(cached, new Random(1));

        Assert.True(cached.CanShuffle);
        Assert.Equal(10, cached.GetRowCount());
        Assert.NotEqual(_store.Audio, shuffled.Select(row => row.Path));
        Assert.Equal(_store.Audio, shuffled.Select(row => row.Path).Order(StringComparer.Ordinal));
        Assert.All(shuffled, row => Assert.Equal(FakePipeline.Embed(row.Path).Values.Select(v => (float)(Half)v), row.Values));
        Assert.Equal(shuffled.Select(row => row.Path), StoreFolder.Read(cached, new Random(1)).Select(row => row.Path));
    }

    [Fact]
    public void Cheap_columns_pass_through_with_their_names_and_touch_no_shard()
    {
        var cached = _store.Fill();
        foreach (var shard in _store.Shards)
            File.WriteAllBytes(shard, []);   // whoever reads an embedding now will know

        VBuffer<ReadOnlyMemory<char>> names = default;
        cached.Schema["Speaker"].GetKeyValues(ref names);

        Assert.Equal(["s0", "s1", "s2", "s3"], names.DenseValues().Select(name => name.ToString()));
        Assert.Equal(_store.Audio, cached.GetColumn<string>("AudioPath"));
        Assert.Throws<InvalidDataException>(() => StoreFolder.Read(cached));
    }

    [Fact]
    public void Many_cursors_read_at_once()
    {
        var cached = _store.Fill();
        var expected = StoreFolder.Read(cached);

        Parallel.For(0, 8, _ => Assert.Equal(expected, StoreFolder.Read(cached), (a, b) => a.Path == b.Path
            && a.Values.AsSpan().SequenceEqual(b.Values)));
        var set = cached.GetRowCursorSet([cached.Schema["Embedding"]], 2);

        Assert.Equal(10, set.Sum(cursor =>
        {
            using (cursor)
            {
                var count = 0;
                while (cursor.MoveNext())
                    count++;
                return count;
            }
        }));
    }

    [Fact]
    public void The_identity_is_what_the_pipeline_says_where_none_is_given()
    {
        IDataView Says(string identity)
        {
            var graph = new OnnxGraph("identity");
            graph.Input("Embedding", OnnxType.Float, 1, "values");
            graph.Output(graph.Op("Identity", graph.Constant("value", [identity], 1)), "Said", OnnxType.String, 1);
            graph.SlotNames("Said", [identity]);
            var path = Path.Combine(_store.AudioFolder, $"{identity}.onnx");
            graph.Save(path);
            return _store.Ml.Transforms.ApplyOnnxModel(["Said"], ["Embedding"], path)
                .Append(_store.Ml.Transforms.CopyColumns("Embedding.Identity", "Said")).Fit(_store.Data()).Transform(_store.Data());
        }

        Assert.Contains("Embedding.Identity", Assert.Throws<ArgumentException>(() => _store.Data().Cached(_store.Path)).Message,
            StringComparison.Ordinal);
        Says("encoder A").Cached(_store.Path);
        using var store = EmbeddingStore.Open(_store.Path);

        Assert.Equal("encoder A", store.Identity);
        Assert.Equal(10, _store.Embedded.Count);
    }

    [Fact]
    public void Without_audio_key_columns_tell_utterances_apart()
    {
        var data = _store.Data();
        Array.ForEach(_store.Audio, path => File.Move(path, path + ".here"));   // the fake pipeline needs them back to embed
        var options = new EmbeddingStoreOptions { AudioPathColumnName = null, KeyColumnNames = ["AudioPath"] };
        Assert.Throws<UnreadableUtterancesException>(() => data.Cached(_store.Path, StoreFolder.Identity));
        Array.ForEach(_store.Audio, path => File.Move(path + ".here", path));
        data.Cached(_store.Path, StoreFolder.Identity, options);
        Array.ForEach(_store.Audio, File.Delete);

        Assert.Equal(10, StoreFolder.Read(data.Cached(_store.Path, StoreFolder.Identity, options)).Count);
    }

    [Fact]
    public void Progress_says_the_size_before_anything_is_written_and_counts_to_the_end()
    {
        var reports = new Reports();

        _store.Fill(progress: reports);

        Assert.Equal((0, 10, 0L), (reports[0].Stored, reports[0].Total, reports[0].BytesWritten));
        Assert.InRange(reports[0].BytesExpected, reports[^1].BytesWritten / 3, reports[^1].BytesWritten * 3);
        Assert.Equal((10, 10, reports[^1].BytesExpected), (reports[^1].Stored, reports[^1].Total, reports[^1].BytesWritten));
        reports.Clear();
        _store.Fill(progress: reports);
        Assert.Equal(new EmbeddingProgress(10, 10, 0, 0, 0, null, null), Assert.Single(reports));
    }

    [Fact]
    public void Progress_reads_like_a_sentence()
    {
        var progress = new EmbeddingProgress(80, 192, 1_800_000, 4_400_000, 33.7, TimeSpan.FromSeconds(3.3), null);

        Assert.Equal("80/192 utterances (1.8 of 4.4 MB), 33.7 per second, 0:03 left", progress.ToString());
        Assert.EndsWith("2:05:00 left. A shard is damaged.",
            (progress with { TimeLeft = TimeSpan.FromMinutes(125), Note = "A shard is damaged." }).ToString(), StringComparison.Ordinal);
        Assert.Equal("10/10 utterances", new EmbeddingProgress(10, 10, 0, 0, 0, null, null).ToString());
        Assert.Equal("A shard is damaged.", new EmbeddingProgress { Note = "A shard is damaged." }.ToString());
    }

    [Fact]
    public void A_cancelled_fill_keeps_whole_shards_and_goes_on_from_there()
    {
        using var undisturbed = new StoreFolder();
        undisturbed.Fill();
        using var source = new CancellationTokenSource();
        var data = FakePipeline.Data(_store.Ml, _store.Audio, path =>
        {
            _store.Embedded.Add(path);
            if (_store.Embedded.Count == 6)
                source.Cancel();
        });

        Assert.Throws<OperationCanceledException>(() =>
            data.Cached(_store.Path, StoreFolder.Identity, new EmbeddingStoreOptions { UtterancesPerShard = 4 },
            cancellationToken: source.Token));
        Assert.Single(_store.Shards);
        _store.Fill();

        Assert.Equal(6 + 6, _store.Embedded.Count);
        StoreFolder.AssertSameBytes(StoreFolder.Bytes(undisturbed.Path), _store.Path);
    }

    [Fact]
    public void Shards_are_plain_safetensors_to_a_reader_that_knows_only_the_format()
    {
        _store.Fill();
        Dictionary<string, float[]> found = [];
        foreach (var path in _store.Shards)
        {
            var bytes = File.ReadAllBytes(path);
            var header = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            using var json = JsonDocument.Parse(bytes.AsMemory(8, header));
            var (end, data) = (0L, 8 + header);
            Assert.Equal((byte)'{', bytes[8]);
            Assert.Equal(0, data % 8);
            foreach (var tensor in json.RootElement.EnumerateObject().Where(p => p.Name != "__metadata__"))
            {
                var offsets = tensor.Value.GetProperty("data_offsets");
                var shape = tensor.Value.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32()).ToArray();
                Assert.Equal("F16", tensor.Value.GetProperty("dtype").GetString());
                Assert.Equal(end, offsets[0].GetInt64());   // no holes
                end = offsets[1].GetInt64();
                Assert.Equal(end - offsets[0].GetInt64(), shape[0] * shape[1] * shape[2] * 2);
                var name = json.RootElement.GetProperty("__metadata__").GetProperty(tensor.Name).GetString()![9..];
                found[name] = [.. Enumerable.Range(0, shape[0] * shape[1] * shape[2])
                    .Select(i => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(data + (int)offsets[0].GetInt64() + 2 * i)))];
            }
            Assert.Equal(bytes.Length, data + end);   // nothing after the last
        }

        Assert.Equal(_store.Audio.Length, found.Count);
        Assert.All(_store.Audio, path => Assert.Equal(FakePipeline.Embed(path).Values.Select(v => (float)(Half)v),
            found[Path.GetFileName(path)]));
    }

    [Fact]
    public void An_opened_store_reads_one_block_of_one_utterance()
    {
        _store.Fill();

        using var store = EmbeddingStore.Open(_store.Path);
        var row = store.Names.ToList().IndexOf("utterance-007.wav");
        var block = new float[store.FrameCount(row) * store.FeatureSize];
        store.Read(row, 2, block);   // blocks count from 1

        Assert.Equal((10, 3, 6, StoreFolder.Identity), (store.Count, store.BlockCount, store.FeatureSize, store.Identity));
        Assert.Equal(FakePipeline.Embed(_store.Audio[7]).Values.Skip(block.Length).Take(block.Length).Select(v => (float)(Half)v), block);
        Assert.Empty(store.FindDamage());
        Assert.All([0, 4], wrong => Assert.Contains("has blocks 1 to 3",
            Assert.Throws<ArgumentOutOfRangeException>(() => store.Read(row, wrong, block)).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Crc32C_is_the_one_of_the_standard()
    {
        Assert.Equal(0xE3069283u, Crc32C.Append(0, "123456789"u8));   // RFC 3720's check value
        Assert.Equal(0xE3069283u, Crc32C.Append(Crc32C.Append(0, "1234"u8), "56789"u8));
    }

    public void Dispose() => _store.Dispose();

    private sealed class Reports : List<EmbeddingProgress>, IProgress<EmbeddingProgress>
    {
        public void Report(EmbeddingProgress value) => Add(value);
    }
}
