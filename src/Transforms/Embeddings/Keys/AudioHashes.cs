using System.Security.Cryptography;

namespace MlNetSer.Embeddings.Keys;

/// <summary>What audio files hash to, each read once; and which of them are the same, byte for byte.</summary>
internal sealed class AudioHashes
{
    private readonly Dictionary<string, (string Hash, long Length)> _byPath = new(StringComparer.Ordinal);
    private readonly List<string> _paths = [];   // in the order of the data

    /// <summary>Reads a file.</summary>
    /// <returns>Why it cannot be read; null where it can.</returns>
    public string? TryRead(string path, out (string Hash, long Length) recording)
    {
        if (_byPath.TryGetValue(path, out recording))
            return null;
        if (!File.Exists(path))
            return $"there is no audio at '{path}'";
        try
        {
            if (RegularFile.Length(path) == 0 && !RegularFile.IsEmpty(path))
                return $"'{path}' is a pipe or device, which cannot be read twice; a file with audio is wanted";
            using var audio = File.OpenRead(path);
            recording = (Convert.ToHexStringLower(SHA256.HashData(audio)), audio.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"'{path}' cannot be read: {error.Message.TrimEnd('.')}";
        }
        _byPath.Add(path, recording);
        _paths.Add(path);
        return null;
    }

    public IReadOnlyList<IReadOnlyList<string>> Identical()
        => [.. _paths.GroupBy(path => _byPath[path].Hash).Select(group => (IReadOnlyList<string>)[.. group])
            .Where(group => group.Count > 1)];
}
