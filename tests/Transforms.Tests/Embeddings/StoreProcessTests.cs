using System.Diagnostics;
using System.Globalization;

namespace MlNetSer.Tests.Embeddings;

/// <summary>Real processes on one store: killed, two at once, in parts.</summary>
public sealed class StoreProcessTests : IDisposable
{
    private const int UtteranceCount = 60;   // 15 shards

    private readonly StoreFolder _store = new(UtteranceCount);
    private readonly Dictionary<string, byte[]> _undisturbed;

    public StoreProcessTests()
    {
        var folder = Path.Combine(_store.AudioFolder, "..", "undisturbed");
        _store.Data().Cached(folder, StoreFolder.Identity, new EmbeddingStoreOptions { UtterancesPerShard = 4 });
        _undisturbed = StoreFolder.Bytes(folder);
    }

    [Fact]
    public void An_extraction_that_is_killed_ten_times_resumes_and_ends_with_the_same_bytes()
    {
        using var speech = new SpeechFolder(UtteranceCount);
        var undisturbed = speech.InStore("undisturbed");
        speech.Data().Cached(undisturbed, options: new EmbeddingStoreOptions { UtterancesPerShard = 4 });
        var random = new Random(20);
        var leftovers = 0;
        for (var kill = 0; kill < 10; kill++)
        {
            using var process = Start(speech.Store, speech.AudioFolder, "untrained");
            for (var utterance = random.Next(6); utterance >= 0; utterance--)   // within the first or second shard that it fills
                Assert.NotNull(process.StandardOutput.ReadLine());
            Thread.Sleep(random.Next(8));
            process.Kill();   // SIGKILL
            process.WaitForExit();
            leftovers += Directory.GetFiles(speech.Store, "*.part", SearchOption.AllDirectories).Length;
        }
        Assert.True(leftovers > 0, "No kill fell into the writing of a shard; the test shows nothing.");
        Assert.InRange(Directory.GetFiles(speech.Store, "*.safetensors", SearchOption.AllDirectories).Length, 1, 14);

        Assert.InRange(Finish(Start(speech.Store, speech.AudioFolder, "untrained")), 1, UtteranceCount - 4);

        StoreFolder.AssertSameBytes(StoreFolder.Bytes(undisturbed), speech.Store);
    }

    [Fact]
    public void Two_processes_fill_one_store_and_embed_every_utterance_once()
    {
        Directory.CreateDirectory(_store.Path);
        using var first = Start(_store.Path, _store.AudioFolder, "5");
        using var second = Start(_store.Path, _store.AudioFolder, "5");

        var (a, b) = (Finish(first), Finish(second));

        Assert.Equal(UtteranceCount, a + b);
        StoreFolder.AssertSameBytes(_undisturbed, _store.Path);
    }

    [Fact]
    public void Parts_are_disjoint_and_together_the_whole()
    {
        var counts = Enumerable.Range(0, 3).Select(part => _store.Data()
            .FillEmbeddingStore(_store.Path, part, 3, StoreFolder.Identity, new EmbeddingStoreOptions { UtterancesPerShard = 4 })).ToList();

        Assert.Equal([20, 20, 20], counts);
        StoreFolder.AssertSameBytes(_undisturbed, _store.Path);
    }

    public void Dispose() => _store.Dispose();

    private static int Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"The writer ended with {process.ExitCode}: {process.StandardError.ReadToEnd()}");
        return int.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], CultureInfo.InvariantCulture);
    }

    private static Process Start(string store, string audio, string work)
        => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "StoreWriter.dll"), store, audio, work])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
