namespace MlNetSer.TestKit;

/// <summary>Small inputs that went wrong once, beside a developer's checkout (<c>shared/cases</c>); tests that need them skip loudly
/// where they are absent.</summary>
public static class SharedCases
{
    /// <summary>Why a test skips.</summary>
    public const string Absent = "SKIPPED: needs the inputs of ../shared/cases.";

    /// <summary>A path inside the folder, or null where it does not exist.</summary>
    public static string? Find(params string[] parts)
    {
        if (SharedData.Folder is null || Path.GetDirectoryName(Path.GetFullPath(SharedData.Folder)) is not { } shared)
            return null;
        var path = Path.Combine([shared, "cases", .. parts]);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }
}
