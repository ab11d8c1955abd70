namespace MlNetSer.Text;

/// <summary>Writes a file under a name of its own in the same folder, then renames it: a killed process leaves no half file, and two
/// processes do not share one.</summary>
internal static class WholeFile
{
    public static void Write(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var beside = $"{path}.{Environment.ProcessId}-{Guid.NewGuid():n}.new";
        try
        {
            using (var file = new FileStream(beside, FileMode.CreateNew))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    public static void Write(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
