namespace MlNetSer.TestKit;

/// <summary>
/// Finds the real speech and encoders that lie beside a developer's checkout; tests that need them skip loudly where they are absent.
/// </summary>
public static class SharedData
{
    /// <summary>
    /// The folder: <c>MLNETSER_DATA</c>, or the nearest <c>shared/data</c> beside a parent folder; null where there is none.
    /// </summary>
    public static string? Folder { get; } = Find();

    /// <summary>Why a test skips.</summary>
    public const string Absent = "SKIPPED: needs the real data of ../shared/data (or of the folder that MLNETSER_DATA names).";

    /// <summary>A path inside the folder, or null where it does not exist.</summary>
    public static string? Find(params string[] parts)
    {
        if (Folder is null)
            return null;
        var path = Path.Combine([Folder, .. parts]);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("MLNETSER_DATA") is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var beside = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(beside))
                return beside;
        }
        return null;
    }
}
