using MlNetSer.Text;

namespace MlNetSer.Corpora;

/// <summary>Finds the file that a manifest means, wherever the manifest was written.</summary>
internal static class ManifestPath
{
    /// <summary>The absolute path: as written, with slashes for Windows' backslashes, or with its accents in the other Unicode form where
    /// only that file is there.</summary>
    /// <exception cref="InvalidDataException">The path names a drive or a share of Windows, and this is another system.</exception>
    public static string Find(string written, string folder, string where)
    {
        var path = Path.GetFullPath(written, folder);
        if (OperatingSystem.IsWindows() || File.Exists(path))
            return path;
        if (written is [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ':', '\\' or '/', ..]
            || written.StartsWith(@"\\", StringComparison.Ordinal))
            throw new InvalidDataException($"{where}: '{written}' names a drive or share of Windows, which this system does not have. Give "
                + $"paths relative to the manifest's folder, '{folder}'.");
        var slashes = Path.GetFullPath(written.Replace('\\', '/'), folder);
        return new[] { slashes, CanonicalForm.Composed(slashes), CanonicalForm.Decomposed(slashes) }.FirstOrDefault(File.Exists) ?? slashes;
    }
}
