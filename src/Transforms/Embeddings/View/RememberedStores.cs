namespace MlNetSer.Embeddings.View;

/// <summary>A store that this process filled or opened.</summary>
/// <param name="Steps">What made its embeddings out of audio (<see cref="Marks.Lineage.Of"/>).</param>
/// <param name="Folder">Where its shards lie.</param>
/// <param name="Identity">What its keys say who made it.</param>
/// <param name="Options">What tells its utterances apart.</param>
internal sealed record RememberedStore(string Steps, string Folder, string Identity, EmbeddingStoreOptions Options);

/// <summary>The last stores of this process, so that a trainer finds embeddings that were computed before. Thread-safe.</summary>
/// <remarks>
/// It holds names and no files: the last use of a cached view may be long past, and the view collected, when the model that is saved is
/// trained. A view that is disposed is forgotten.
/// </remarks>
internal static class RememberedStores
{
    private const int Most = 32;
    private static readonly List<RememberedStore> s_stores = [];   // the newest last

    public static void Remember(RememberedStore store)
    {
        lock (s_stores)
        {
            s_stores.RemoveAll(other => other.Folder == store.Folder && other.Steps == store.Steps
                && other.Options.SameKeys(store.Options));
            s_stores.Add(store);
            if (s_stores.Count > Most)
                s_stores.RemoveAt(0);
        }
    }

    public static void Forget(RememberedStore store)
    {
        lock (s_stores)
            s_stores.RemoveAll(other => ReferenceEquals(other, store));
    }

    /// <summary>Those whose embeddings were made by these steps, the newest first.</summary>
    public static IReadOnlyList<RememberedStore> Of(string steps)
    {
        lock (s_stores)
            return [.. s_stores.Where(store => store.Steps == steps).Reverse()];
    }
}
