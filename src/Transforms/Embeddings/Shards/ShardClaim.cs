namespace MlNetSer.Embeddings.Shards;

/// <summary>
/// One process's word that it is writing a shard: an open file that no other can open. The system takes it back from a process that was
/// killed.
/// </summary>
/// <remarks>
/// It saves work, no more: were two processes to write one shard, on a network disk without locks, they would write the same bytes.
/// </remarks>
internal sealed class ShardClaim : IDisposable
{
    private const string Extension = ".claim";
    // EWOULDBLOCK, EWOULDBLOCK, ERROR_SHARING_VIOLATION: all else is a fault of the disk
    private const int Linux = 11, MacOS = 35, Windows = 32;

    private readonly FileStream _file;

    private ShardClaim(FileStream file) => _file = file;

    /// <summary>A claim on a shard; null while another process holds it.</summary>
    public static ShardClaim? Try(string shardPath)
    {
        var path = shardPath + Extension;
        try
        {
            return new ShardClaim(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1,
                FileOptions.DeleteOnClose));
        }
        catch (IOException error) when ((error.HResult & 0xffff) is Linux or MacOS or Windows)
        {
            return null;
        }
    }

    /// <summary>Clears away the claims of killed processes on shards that are done.</summary>
    public static void DeleteLeftovers(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
            Try(path[..^Extension.Length])?.Dispose();
    }

    public void Dispose() => _file.Dispose();
}
