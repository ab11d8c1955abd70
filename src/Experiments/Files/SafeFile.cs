namespace MlNetSer.Experiments;

/// <summary>Files that are there as a whole or not at all, however many processes write them.</summary>
internal static class SafeFile
{
    public static void Write(string path, string text) => Write(path, beside => File.WriteAllText(beside, text));

    public static void Write(string path, Action<string> write)
    {
        var beside = $"{path}.{Guid.NewGuid():N}.part";
        write(beside);
        File.Move(beside, path, overwrite: true);
    }
}
