using System.Globalization;
using Microsoft.ML;
using MlNetSer.Embeddings.Filling;
using MlNetSer.Embeddings.Keys;
using MlNetSer.Embeddings.Shards;

namespace MlNetSer.Tests.Embeddings;

public sealed class StoreDamageTests : IDisposable
{
    private readonly StoreFolder _store = new();
    private readonly Dictionary<string, byte[]> _whole;

    public StoreDamageTests()
    {
        _store.Fill();
        _whole = StoreFolder.Bytes(_store.Path);
        _store.Embedded.Clear();
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_a_shard_is_found_and_the_shard_made_again()
    {
        var random = new Random(1);
        for (var round = 0; round < 20; round++)
        {
            var shard = _store.Shards[random.Next(3)];
            var bytes = File.ReadAllBytes(shard);
            var at = random.Next(round % 2 == 0 ? 1000 : bytes.Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(shard, bytes);
            var notes = new Notes();

            _store.Fill(progress: notes);

            Assert.True(notes.Any(note => note.Contains(Path.GetFileName(shard), StringComparison.Ordinal)),
                $"A flipped bit in byte {at} of {bytes.Length} was not found.");
            StoreFolder.AssertSameBytes(_whole, _store.Path);
        }
    }

    [Fact]
    public void A_flipped_bit_is_reported_with_file_tensor_and_utterance()
    {
        var bytes = File.ReadAllBytes(_store.Shards[1]);
        bytes[^1] ^= 1;   // the last tensor of the second shard is utterance 7
        File.WriteAllBytes(_store.Shards[1], bytes);

        using var store = EmbeddingStore.Open(_store.Path);
        var damage = Assert.Single(store.FindDamage());

        Assert.Contains(_store.Shards[1], damage, StringComparison.Ordinal);
        Assert.Contains("(utterance-007.wav,", damage, StringComparison.Ordinal);
        Assert.Matches("tensor '[0-9a-f]{32}'", damage);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(-1)]
    public void A_torn_shard_is_refused_by_a_reader_and_made_again_by_a_fill(int length)
    {
        var bytes = File.ReadAllBytes(_store.Shards[0]);
        File.WriteAllBytes(_store.Shards[0], bytes[..(length < 0 ? bytes.Length + length : length)]);

        Assert.Contains(_store.Shards[0], Assert.Throws<InvalidDataException>(() => EmbeddingStore.Open(_store.Path)).Message,
            StringComparison.Ordinal);
        _store.Fill(options => options.VerifyChecksums = false);

        Assert.Equal(_store.Audio[..4], _store.Embedded);
        StoreFolder.AssertSameBytes(_whole, _store.Path);
    }

    [Fact]
    public void A_damaged_shard_of_utterances_that_the_data_lacks_is_left_alone_and_not_read()
    {
        var damaged = _store.Shards[0];
        var bytes = File.ReadAllBytes(damaged);
        bytes[^1] ^= 1;
        File.WriteAllBytes(damaged, bytes);

        var rows = StoreFolder.Read(_store.Data(_store.Audio[2..]).Cached(_store.Path, StoreFolder.Identity));

        Assert.Equal(_store.Audio[2..4], _store.Embedded);
        Assert.All(rows, row => Assert.Equal(FakePipeline.Embed(row.Path).Values.Select(v => (float)(Half)v), row.Values));
        Assert.Equal(bytes, File.ReadAllBytes(damaged));
    }

    [Fact]
    public void A_damaged_index_is_written_again_and_nothing_embedded_again()
    {
        var index = _store.Index;
        File.WriteAllText(index, "{ \"format\": ");
        var notes = new Notes();

        _store.Fill(progress: notes);

        Assert.Contains(index, Assert.Single(notes), StringComparison.Ordinal);
        Assert.Empty(_store.Embedded);
        StoreFolder.AssertSameBytes(_whole, _store.Path);
    }

    [Fact]
    public void An_index_with_malformed_JSON_that_hashes_to_its_name_is_not_trusted()
    {
        foreach (var text in new[] { "[]", "{}", "null", "not json", """{"format":"mlnetser-embeddings 1","entries":null}""" })
        {
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))
                .AsSpan(0, 8));
            var path = Path.Combine(_store.Own, hash + ".index.json");
            File.WriteAllText(path, text);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => StorePlan.Load(path)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(10, StoreFolder.Read(_store.Fill()).Count);
    }

    [Fact]
    public void A_safetensors_file_of_another_program_is_not_a_shard()
    {
        var path = Path.Combine(_store.Own, "0123456789abcdef-00000.safetensors");
        byte[] header = [.. """{"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}     """u8];
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header.Length), .. header, 0, 0, 0, 0]);

        Assert.Contains("not a shard", Assert.Throws<InvalidDataException>(() => EmbeddingStore.Open(_store.Path)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_of_another_precision_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => _store.Fill(options => options.Precision = EmbeddingPrecision.Float32));

        Assert.Contains("Precision = EmbeddingPrecision.Float16", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains("F16", error.Message, StringComparison.Ordinal);
        Assert.Contains("F32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_an_error_that_loses_nothing()
    {
        using var fresh = new StoreFolder();
        var options = new EmbeddingStoreOptions { UtterancesPerShard = 4 };
        StoreFill Fill(Func<string, Stream>? create)
        {
            var rows = KeyedRows.Read(fresh.Data(), StoreFolder.Identity, options, default);
            return create is null ? new StoreFill(fresh.Own, StoreFolder.Identity, options, rows, null, default)
                : new StoreFill(fresh.Own, StoreFolder.Identity, options, rows, null, default) { Create = create };
        }
        int Run(StoreFill fill)
        {
            using var pipeline = new PipelineRows(fresh.Data(), KeyedRows.Read(fresh.Data(), StoreFolder.Identity, options, default),
                options, new RecordingNotes(), null);
            return fill.Run(pipeline, 0, 1);
        }

        for (var disk = 500; disk < 12_000; disk += 1_500)   // in the first shard's tensors, in its header, in the second's, ...
        {
            var left = disk;
            var error = Assert.Throws<IOException>(() => Run(Fill(path => new FullDisk(path, () => left, used => left -= used))));
            Assert.Contains("No space left on device", error.Message, StringComparison.Ordinal);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{4 * fresh.Shards.Length} of 10 utterances are safe"),
                error.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(fresh.Own, "*.part"));
            if (fresh.Shards.Length == 2)
                break;
        }
        Run(Fill(null));

        StoreFolder.AssertSameBytes(_whole, fresh.Path);
    }

    [Theory]
    [InlineData(70_000f, "Float32")]
    [InlineData(float.NaN, "finite")]
    [InlineData(float.NegativeInfinity, "finite")]
    public void A_value_that_float16_cannot_hold_is_a_fault_with_its_way_out(float value, string wayOut)
    {
        var fault = ShardWriter.Fault("F16", [1, -65_504, value]);

        Assert.Contains("position 2", fault, StringComparison.Ordinal);
        Assert.Contains(wayOut, fault, StringComparison.Ordinal);
        Assert.Null(ShardWriter.Fault("F16", [1, -65_504, 65_504]));
    }

    [Fact]
    public void A_block_that_is_not_there_is_refused()
        => Assert.Contains("holds 3 blocks", Assert.Throws<ArgumentException>(() => _store.Fill(options => options.Blocks = [4])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Faulty_options_are_reported_together()
    {
        var error = Assert.Throws<ArgumentException>(() => _store.Fill(options =>
        {
            options.AudioPathColumnName = null;
            options.UtterancesPerShard = 0;
            options.Blocks = [0];
        }));

        Assert.All(["AudioPathColumnName", "UtterancesPerShard", "Blocks"],
            name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    public void Dispose() => _store.Dispose();

    private sealed class Notes : List<string>, IProgress<EmbeddingProgress>
    {
        public void Report(EmbeddingProgress value)
        {
            if (value.Note is { } note)
                Add(note);
        }
    }

    /// <summary>A file on a disk with so many bytes left.</summary>
    private sealed class FullDisk(string path, Func<int> left, Action<int> use) : FileStream(path, FileMode.CreateNew)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.Length > left())
                throw new IOException($"No space left on device : '{Name}'");
            use(buffer.Length);
            base.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
