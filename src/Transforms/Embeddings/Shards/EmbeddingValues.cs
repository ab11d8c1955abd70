namespace MlNetSer.Embeddings.Shards;

/// <summary>The values of an embedding, in memory or on disk; to be read in chunks.</summary>
internal readonly ref struct EmbeddingValues
{
    private readonly ReadOnlySpan<float> _memory;
    private readonly SpilledValues? _file;

    private EmbeddingValues(ReadOnlySpan<float> memory, SpilledValues? file)
    {
        _memory = memory;
        _file = file;
    }

    public long Length => _file?.Length ?? _memory.Length;

    public static implicit operator EmbeddingValues(ReadOnlySpan<float> memory) => new(memory, null);

    public static EmbeddingValues Of(SpilledValues file) => new(default, file);

    /// <summary>Values from <paramref name="at"/> on: as many as <paramref name="scratch"/> holds, or all that are left.</summary>
    public ReadOnlySpan<float> Chunk(long at, Span<float> scratch)
    {
        var count = (int)Math.Min(scratch.Length, Length - at);
        if (_file is null)
            return _memory.Slice((int)at, count);
        _file.Read(at, scratch[..count]);
        return scratch[..count];
    }
}
