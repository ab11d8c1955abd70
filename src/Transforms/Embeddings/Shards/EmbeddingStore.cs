using MlNetSer.Embeddings.Shards;

namespace MlNetSer;

/// <summary>
/// Embeddings on disk: safetensors shards in one folder (docs/embedding-store.md). Any block of any utterance is read without the rest.
/// </summary>
/// <remarks>Thread-safe. Rows are the utterances, each once, in the order of the shards.</remarks>
public sealed class EmbeddingStore : ISequenceSource, IDisposable
{
    private readonly IReadOnlyList<StoreShard> _shards;
    private readonly List<(StoreShard Shard, StoredTensor Tensor)> _rows = [];
    private readonly Dictionary<string, int> _byKey = new(StringComparer.Ordinal);

    internal EmbeddingStore(string folder, IReadOnlyList<StoreShard> shards)
    {
        (Folder, _shards) = (folder, shards);
        foreach (var shard in shards)
        {
            foreach (var tensor in shard.Tensors)
            {
                if (_byKey.TryAdd(tensor.Entry.Key, _rows.Count))
                    _rows.Add((shard, tensor));
            }
        }
        var (first, shape) = (shards[0], shards[0].Tensors[0].Shape);
        (Identity, Rank) = (first.Identity, shape.Length);
        Precision = first.Type == "F16" ? EmbeddingPrecision.Float16 : EmbeddingPrecision.Float32;
        (BlockCount, FeatureSize) = (shape.Length == 3 ? (int)shape[0] : 1, (int)shape[^1]);
        foreach (var (shard, tensor) in _rows)
        {
            if (shard.Identity != Identity || shard.Type != first.Type)
                throw new InvalidDataException(
                    $"'{shard.Path}' holds {shard.Type} of '{shard.Identity}', but '{first.Path}' holds {first.Type} of '{Identity}'. "
                    + "Two stores lie in one folder; move one of them.");
            if (tensor.Shape.Length != Rank || (Rank == 3 && tensor.Shape[0] != BlockCount) || tensor.Shape[^1] != FeatureSize)
                throw new InvalidDataException(
                    $"'{shard.Path}': '{tensor.Entry.Name}' is [{string.Join(", ", tensor.Shape)}], but others of the store have "
                    + $"{BlockCount} blocks of {FeatureSize}. Delete that shard; the next fill makes it again.");
        }
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>Front end and encoder that made it.</summary>
    public string Identity { get; }

    /// <summary>How its values are kept.</summary>
    public EmbeddingPrecision Precision { get; }

    /// <summary>Utterances.</summary>
    public int Count => _rows.Count;

    /// <summary>Blocks of every utterance.</summary>
    public int BlockCount { get; }

    /// <summary>Values of one block in one frame.</summary>
    public int FeatureSize { get; }

    /// <summary>What a person calls the utterances: the names of their audio files.</summary>
    public IReadOnlyList<string> Names => [.. _rows.Select(row => row.Tensor.Entry.Name)];

    /// <summary>2 where the tensors are <c>[frames, dimension]</c>, 3 where they are <c>[blocks, frames, dimension]</c>.</summary>
    internal int Rank { get; }

    /// <summary>Opens a store to read it. Headers are checked; <see cref="FindDamage"/> reads every byte.</summary>
    /// <param name="folder">What <see cref="CachedEmbeddings.Cached"/> was given, where it holds one store; else one of the folders inside
    /// it.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A shard is torn, its header is damaged, there is none, or the folder holds several
    /// stores.</exception>
    public static EmbeddingStore Open(string folder)
    {
        var stores = StoreLayout.Stores(folder);
        if (stores.Count > 1)
        {
            throw new InvalidDataException($"'{folder}' holds {stores.Count} stores, each of another front end or encoder; open one of "
                + "them: "
                + $"{string.Join(", ", stores.Select(store => $"'{store}' ({StoreLayout.Describe(store)})"))}.");
        }
        return Open(stores.Count == 1 ? stores[0] : folder, _ => false);
    }

    /// <summary>Opens the whole shards of a store, and leaves torn ones out; null where there are none.</summary>
    internal static EmbeddingStore? OpenWhole(string folder)
    {
        bool IsTorn(string path)
        {
            try
            {
                StoreShard.Open(path).Dispose();
                return false;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }
        return Directory.Exists(folder) && StorePlan.ShardFiles(folder).Any(path => !IsTorn(path)) ? Open(folder, IsTorn) : null;
    }

    internal static EmbeddingStore Open(string folder, Func<string, bool> leaveOut)
    {
        List<StoreShard> shards = [];
        try
        {
            foreach (var path in StorePlan.ShardFiles(folder).Where(path => !leaveOut(path)))
                shards.Add(StoreShard.Open(path));
            if (shards.Count == 0)
                throw new InvalidDataException($"'{folder}' holds no shard of an embedding store. Fill it with data.Cached(\"{folder}\").");
            return new EmbeddingStore(folder, shards);
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }
    }

    /// <summary>Frames of an utterance.</summary>
    public int FrameCount(int row) => (int)_rows[row].Tensor.Shape[^2];

    /// <summary>Reads one block of one utterance as float32, <c>frames x FeatureSize</c> row-major, and nothing else.</summary>
    /// <param name="row">The utterance, from 0.</param>
    /// <param name="block">The block, counted from 1 as everywhere.</param>
    /// <param name="into">At least <see cref="FrameCount"/> x <see cref="FeatureSize"/> values.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such utterance or block.</exception>
    public void Read(int row, int block, Span<float> into)
    {
        if (block < 1 || block > BlockCount)
            throw new ArgumentOutOfRangeException(nameof(block), $"Block {block} was asked for; '{Folder}' has blocks 1 to {BlockCount}.");
        var (shard, tensor) = _rows[row];
        var count = checked((int)tensor.Shape[^2] * FeatureSize);
        shard.Read(tensor, (block - 1L) * count, into[..count]);
    }

    /// <summary>Reads every byte: one sentence per shard that is not what was written, with its file, tensor and utterance.</summary>
    public IReadOnlyList<string> FindDamage(CancellationToken cancellationToken = default)
        => [.. _shards.AsParallel().AsOrdered().WithCancellation(cancellationToken).Select(shard => shard.FindDamage(cancellationToken))
        .OfType<string>()];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in _shards)
            shard.Dispose();
    }

    internal int? Find(string key) => _byKey.TryGetValue(key, out var row) ? row : null;
}
