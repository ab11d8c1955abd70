namespace MlNetSer;

/// <summary>How <see cref="EmbeddingExtractor"/> works; none of it changes the numbers by more than rounding.</summary>
public sealed class EmbeddingExtractorOptions
{
    internal const long MostInMemoryForStore = 1 << 23;   // 32 MB

    // a quarter of a shard: its features are computed while the quarter before is in the encoder
    private const int LeastWindowForStore = 16;

    /// <summary>Blocks to keep, counted from 1, in this order.</summary>
    /// <value>The default is null: all.</value>
    public IReadOnlyList<int>? Blocks { get; set; }

    /// <summary>Utterances that run through the encoder at the same time, each on one thread.</summary>
    /// <value>At least 1. The default is the number of processors.</value>
    public int ThreadCount { get; set; } = Environment.ProcessorCount;

    /// <summary>Number of the CUDA device that runs the encoder; features stay on the processor.</summary>
    /// <value>The default is null: the processor runs all. Needs Microsoft.ML.OnnxRuntime.Gpu (docs/gpu.md).</value>
    public int? GpuDeviceId { get; set; }

    /// <summary>
    /// The most utterances in a batch: of similar length where the encoder masks its padding, of equal length where it does not.
    /// </summary>
    /// <value>At least 1. The default is 4; on a processor, batches gain little. 1 makes the bits of an utterance depend on no other
    /// one.</value>
    public int BatchSize { get; set; } = 4;

    /// <summary>
    /// Utterances that are looked at together for lengths that match. At most three times as many, with their embeddings, are in memory at
    /// once.
    /// </summary>
    /// <value>At least 1. The default is 64. Batches depend on it and on the order of the utterances alone, so a repeated extraction gives
    /// the same bits.</value>
    public int WindowSize { get; set; } = 64;

    /// <summary>
    /// What happens at an utterance that cannot be read or embedded: false = an exception in its place, true = a result with its
    /// <see cref="SpeechEmbedding.Error"/>.
    /// </summary>
    /// <value>The default is false.</value>
    public bool ContinueAfterError { get; set; }

    /// <summary>Values above which the embedding of a recording that is cut into windows goes to disk
    /// (<see cref="SpeechEmbedding.Spilled"/>).</summary>
    internal long MostInMemory { get; set; } = long.MaxValue;

    /// <summary>
    /// For a store: without batches, the bits of an utterance depend on nothing but itself, so neither on its neighbours in a shard nor on
    /// where a run was cut off.
    /// </summary>
    internal static EmbeddingExtractorOptions ForStore(IReadOnlyList<int>? blocks, EmbeddingStoreOptions options)
        => new()
        {
            Blocks = blocks,
            ThreadCount = options.ThreadCount,
            GpuDeviceId = options.GpuDeviceId,
            BatchSize = 1,
            WindowSize = Math.Max(LeastWindowForStore, 2 * options.ThreadCount),
            ContinueAfterError = true,
            MostInMemory = MostInMemoryForStore
        };

    internal EmbeddingExtractorOptions Copy()
    {
        var copy = (EmbeddingExtractorOptions)MemberwiseClone();
        copy.Blocks = Blocks is null ? null : [.. Blocks];
        return copy;
    }

    internal void Check()
    {
        List<string> faults = [];
        foreach (var (name, value) in new[] { (nameof(ThreadCount), ThreadCount), (nameof(BatchSize), BatchSize),
            (nameof(WindowSize), WindowSize) })
        {
            if (value < 1)
                faults.Add($"{name} is {value}, but must be at least 1");
        }
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(EmbeddingExtractorOptions)}: {string.Join("; ", faults)}.");
    }
}
