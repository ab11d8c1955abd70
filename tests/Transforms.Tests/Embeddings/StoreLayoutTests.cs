using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Embeddings.View;
using MlNetSer.Marks;

namespace MlNetSer.Tests.Embeddings;

/// <summary>What lies where, what is the same twice, and what ends when.</summary>
public sealed class StoreLayoutTests : IDisposable
{
    private readonly StoreFolder _store = new();

    [Fact]
    public void Another_encoder_in_the_same_folder_has_a_folder_of_its_own()
    {
        _store.Fill();
        var before = StoreFolder.Bytes(_store.Path);

        using var other = _store.Fill(identity: "encoder B");
        using var again = _store.Fill();

        Assert.Equal(20, _store.Embedded.Count);   // each encoder once, the second call of the first not at all
        Assert.NotEqual(other.Folder, again.Folder);
        Assert.All([other, again], view => Assert.Equal(_store.Path, Path.GetDirectoryName(view.Folder)));
        Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(_store.Path, file.Key))));
        Assert.Contains("encoder B", File.ReadAllText(Path.Combine(other.Folder, "made-by.txt")), StringComparison.Ordinal);
        var error = Assert.Throws<InvalidDataException>(() => EmbeddingStore.Open(_store.Path));
        Assert.All([other.Folder, again.Folder, "fake encoder", "encoder B"],
            text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        using var opened = EmbeddingStore.Open(other.Folder);
        Assert.Equal("encoder B", opened.Identity);
    }

    [Fact]
    public void A_store_of_an_older_version_right_in_the_folder_is_found_by_its_identity()
    {
        _store.Fill();
        var own = _store.Own;
        foreach (var path in Directory.GetFiles(own).Where(path => !path.EndsWith("made-by.txt", StringComparison.Ordinal)))
            File.Move(path, Path.Combine(_store.Path, Path.GetFileName(path)));
        Directory.Delete(own, recursive: true);

        using var cached = _store.Fill();

        Assert.Equal(10, _store.Embedded.Count);
        Assert.Equal(_store.Path, cached.Folder);
        using var other = _store.Fill(identity: "encoder B");
        Assert.Equal(_store.Path, Path.GetDirectoryName(other.Folder));
        using var opened = EmbeddingStore.Open(_store.Path);
        Assert.Equal(StoreFolder.Identity, opened.Identity);
    }

    [Fact]
    public void The_same_recording_under_two_names_is_reported_by_name_and_stored_once()
    {
        string[] copies = [.. _store.Audio[..8].Select(path => path.Replace("utterance", "copy", StringComparison.Ordinal))];
        for (var i = 0; i < copies.Length; i++)
            File.Copy(_store.Audio[i], copies[i]);
        List<string> notes = [];

        using var cached = _store.Data([.. _store.Audio, .. copies]).Cached(_store.Path, StoreFolder.Identity, progress: new Notes(notes));

        Assert.Equal([.. _store.Audio[..8].Zip(copies, (original, copy) => new[] { original, copy })], cached.IdenticalRecordings);
        var some = _store.Ml.Data.TakeRows(cached, 1);
        Assert.Equal(8, ColumnMarks.Read(some.Schema["Embedding"], "MlNetSer.IdenticalRecordings")!.Split('\n').Length);
        Assert.StartsWith("8 identical recordings are stored once ('", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Equal(18, StoreFolder.Read(cached).Count);
    }

    [Fact]
    public void Segments_of_one_recording_are_not_copies()
    {
        var data = _store.Data([_store.Audio[0], _store.Audio[0], _store.Audio[1]]);

        using var cached = data.Cached(_store.Path, StoreFolder.Identity);

        Assert.Empty(cached.IdenticalRecordings);
    }

    [Fact]
    public void DisposedView_IsForgotten_AndSaysSoWhenItIsRead()
    {
        var cached = _store.Fill();
        var pointer = cached.GetColumn<long[]>("Embedding.Source").First();
        Assert.NotNull(SequenceSources.Find(pointer[0]));

        cached.Dispose();
        cached.Dispose();

        Assert.Null(SequenceSources.Find(pointer[0]));
        Assert.Null(SequenceSources.Pointers(cached.Schema, cached.Schema["Embedding"], cached.Schema["Embedding.Shape"]));
        Assert.Contains(_store.Path, Assert.Throws<ObjectDisposedException>(() => cached.GetRowCursor([])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Collected_views_leave_nothing_registered()
    {
        var registry = new ProcessRegistry<object>();
        void Register()
        {
            for (var i = 0; i < 100; i++)
                registry.Register(i, new object());
        }

        Register();
        for (var round = 0; round < 10 && registry.Count > 0; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.InRange(registry.Count, 0, 1);   // the last may still be in a register
    }

    [Fact]
    public void Remembered_stores_are_bounded_and_the_newest_come_first()
    {
        for (var i = 0; i < 100; i++)
            RememberedStores.Remember(new RememberedStore("steps of a test", $"folder {i}", "", new EmbeddingStoreOptions()));

        var found = RememberedStores.Of("steps of a test");

        Assert.Equal("folder 99", found[0].Folder);
        Assert.InRange(found.Count, 1, 32);
        foreach (var store in found)
            RememberedStores.Forget(store);
        Assert.Empty(RememberedStores.Of("steps of a test"));
    }

    [Fact]
    public void A_cached_view_that_is_cached_again_keeps_its_identity_unless_it_shows_some_blocks()
    {
        using var speech = new SpeechFolder(3);
        using var reads = new Reads(speech.AudioFolder);
        using var all = speech.Data().Cached(speech.Store);
        using var some = speech.Data().Cached(speech.Store, options: new() { Blocks = [2] });

        using var copy = all.Cached(speech.InStore("copy"));

        Assert.Equal(StoreFolder.Read(all), StoreFolder.Read(copy), (a, b) => a.Path == b.Path
            && a.Values.AsSpan().SequenceEqual(b.Values));
        Assert.Equal(3, reads.Sorted().Length);
        Assert.Throws<ArgumentException>(() => some.Cached(speech.Store));   // one block is no stand-in for all
    }

    [Fact]
    public void Options_that_are_changed_afterwards_change_nothing()
    {
        var options = new EmbeddingStoreOptions { Blocks = [2] };
        using var cached = _store.Data().Cached(_store.Path, StoreFolder.Identity, options);
        options.Blocks[0] = 3;

        Assert.Equal(FakePipeline(_store.Audio[0], 2), StoreFolder.Read(cached)[0].Values);
    }

    public void Dispose() => _store.Dispose();

    private static float[] FakePipeline(string path, int block)
    {
        var (shape, values) = Tests.FakePipeline.Embed(path);
        var size = (int)(shape[1] * shape[2]);
        return [.. values.Skip((block - 1) * size).Take(size).Select(value => (float)(Half)value)];
    }

    private sealed class Notes(List<string> notes) : IProgress<EmbeddingProgress>
    {
        public void Report(EmbeddingProgress value)
        {
            if (value.Note is { } note)
                notes.Add(note);
        }
    }
}
