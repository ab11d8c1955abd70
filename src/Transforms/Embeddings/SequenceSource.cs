using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MlNetSer.Embeddings;

/// <summary>Sequences that lie outside a data view and are read in part, such as an embedding store on disk. Thread-safe.</summary>
/// <remarks>
/// A data view points at one by a column <c>(name).Source</c> beside <c>(name)</c> and <c>(name).Shape</c>: a <c>Vector&lt;Int64&gt;</c> of two, the id that
/// <see cref="SequenceSources.Register"/> gave and the row. It survives filters, shuffles and takes; so a trainer reads its batches from where they
/// lie, and never the column itself.
/// </remarks>
internal interface ISequenceSource
{
    int BlockCount { get; }

    int FeatureSize { get; }

    int FrameCount(int row);

    /// <summary>Reads one block (0-based) of one row as float32, <c>frames x FeatureSize</c>.</summary>
    void Read(int row, int block, Span<float> into);
}

/// <summary>The sources that are open in this process, by an id that no other process will have given.</summary>
internal static class SequenceSources
{
    private static readonly ConcurrentDictionary<long, WeakReference<ISequenceSource>> s_open = new();

    public static long Register(ISequenceSource source)
    {
        var id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        s_open[id] = new WeakReference<ISequenceSource>(source);
        return id;
    }

    public static ISequenceSource? Find(long id) => s_open.TryGetValue(id, out var reference) && reference.TryGetTarget(out var source) ? source : null;

    public static void Unregister(long id) => s_open.TryRemove(id, out _);
}
