using System.Security.Cryptography;

namespace MlNetSer.Corpora;

/// <summary>Finds files that are byte for byte another's. Only files of one length are read.</summary>
internal static class SameRecordings
{
    /// <summary>Below it, files of one length are alike by chance: 1,024 bytes are 30 ms of 16 kHz PCM.</summary>
    public const int LeastBytes = 1024;

    /// <summary>For each path, the first 16 hexadecimal digits of its SHA-256 where another path has the same bytes; empty for all others, and for what cannot be read.</summary>
    public static string[] Of(IReadOnlyList<string> paths)
    {
        var lengths = paths.Select(Length).ToArray();
        var shared = lengths.Where(length => length >= LeastBytes).CountBy(length => length).Where(entry => entry.Value > 1).Select(entry => entry.Key).ToHashSet();
        var hashes = paths.Select((path, i) => shared.Contains(lengths[i]) ? Hash(path) : "").ToArray();
        var twins = hashes.Where(hash => hash.Length > 0).CountBy(hash => hash, StringComparer.Ordinal).Where(entry => entry.Value > 1)
            .Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        return [.. hashes.Select(hash => twins.Contains(hash) ? hash : "")];
    }

    private static long Length(string path)
    {
        try
        {
            return path.Length > 0 && new FileInfo(path) is { Exists: true } file ? file.Length : -1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return -1;
        }
    }

    private static string Hash(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file))[..16];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
