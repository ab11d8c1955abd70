namespace MlNetSer;

/// <summary>What is stored, and how.</summary>
public sealed class EmbeddingStoreOptions
{
    /// <summary>Column to store.</summary>
    /// <value>A <c>Vector&lt;Single&gt;</c> with its shape, two or three Int64, in the column <c>(name).Shape</c>. The default is
    /// <c>Embedding</c>.</value>
    public string ColumnName { get; set; } = "Embedding";

    /// <summary>Text column with the path of the audio, whose bytes are hashed into the key.</summary>
    /// <value>Null = the audio is not looked at, and <see cref="KeyColumnNames"/> alone tell utterances apart. The default is
    /// <c>AudioPath</c>.</value>
    public string? AudioPathColumnName { get; set; } = "AudioPath";

    /// <summary>Further text columns that decide what the embedding is, such as the start of a segment or an utterance's id.</summary>
    /// <value>The default is none.</value>
    public string[] KeyColumnNames { get; set; } = [];

    /// <summary>How values are kept.</summary>
    /// <value>The default is <see cref="EmbeddingPrecision.Float16"/>.</value>
    public EmbeddingPrecision Precision { get; set; } = EmbeddingPrecision.Float16;

    /// <summary>Blocks that the cached view shows, counted from 1, in this order; all are stored.</summary>
    /// <value>Null = all, which is the default.</value>
    public int[]? Blocks { get; set; }

    /// <summary>Utterances in a shard: what a kill can cost at most, and what one process fills at a time.</summary>
    /// <value>At least 1. The default is 64: 86 MB at 12 blocks of 512 and 4.5 s.</value>
    public int UtterancesPerShard { get; set; } = 64;

    /// <summary>Whether every byte that is stored already is read and held against its checksum before it is used.</summary>
    /// <value>The default is true: about 2 GB/s from memory. Where false, headers and lengths alone are checked, which finds torn shards,
    /// but no flipped bit.</value>
    public bool VerifyChecksums { get; set; } = true;

    /// <summary>Utterances that are embedded at the same time, where the column comes from a fitted EmbedSpeech; it changes no
    /// bit.</summary>
    /// <value>At least 1. The default is the number of processors.</value>
    public int ThreadCount { get; set; } = Environment.ProcessorCount;

    /// <summary>Number of the CUDA device that runs the encoder, where the column comes from a fitted EmbedSpeech: a store loads the
    /// encoder itself and cannot see the context's. Ignored elsewhere.</summary>
    /// <value>The default is null: the processor. Needs Microsoft.ML.OnnxRuntime.Gpu (docs/gpu.md).</value>
    public int? GpuDeviceId { get; set; }

    /// <summary>What becomes of utterances that cannot be read or embedded: false = all others are stored, and an
    /// <see cref="UnreadableUtterancesException"/> lists them; true = the cached view lacks their rows, and says which
    /// (<see cref="CachedDataView.LeftOut"/>).</summary>
    /// <value>The default is false.</value>
    public bool LeaveOutUnreadable { get; set; }

    /// <summary>The columns that tell utterances apart, the audio first.</summary>
    internal IEnumerable<string> KeyNames => AudioPathColumnName is { } audio ? KeyColumnNames.Prepend(audio) : KeyColumnNames;

    internal string Type => Precision == EmbeddingPrecision.Float16 ? "F16" : "F32";

    internal bool SameKeys(EmbeddingStoreOptions other) => AudioPathColumnName == other.AudioPathColumnName
        && KeyColumnNames.SequenceEqual(other.KeyColumnNames);

    internal EmbeddingStoreOptions Copy()
    {
        var copy = (EmbeddingStoreOptions)MemberwiseClone();
        copy.KeyColumnNames = [.. KeyColumnNames];
        copy.Blocks = Blocks is null ? null : [.. Blocks];
        return copy;
    }

    internal void Check()
    {
        List<string> faults = [];
        if (string.IsNullOrEmpty(ColumnName))
            faults.Add($"{nameof(ColumnName)} is empty");
        if (UtterancesPerShard < 1)
            faults.Add($"{nameof(UtterancesPerShard)} is {UtterancesPerShard}; at least 1 is wanted");
        if (ThreadCount < 1)
            faults.Add($"{nameof(ThreadCount)} is {ThreadCount}; at least 1 is wanted");
        if (AudioPathColumnName is null && KeyColumnNames.Length == 0)
            faults.Add($"{nameof(AudioPathColumnName)} is null and {nameof(KeyColumnNames)} is empty; "
                + "name a column that tells utterances apart");
        if (Blocks is { Length: 0 } || Blocks?.Any(block => block < 1) == true)
            faults.Add($"{nameof(Blocks)} is [{string.Join(", ", Blocks)}]; blocks count from 1, and null means all");
        if (faults.Count > 0)
            throw new ArgumentException($"Faulty embedding store options: {string.Join("; ", faults)}.", "options");
    }
}
