namespace MlNetSer;

/// <summary>An ONNX graph as a temporary file: OnnxTransformer reads its model from a path, and reads it again when it is saved.</summary>
/// <remarks>Deleted on disposal, when nobody holds it, and at the end of the process in any case.</remarks>
internal sealed class OnnxFile : IDisposable
{
    private static readonly Lazy<string> s_folder = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("mlnetser-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => TryDelete(() => Directory.Delete(folder, recursive: true));
        return folder;
    });

    private static int s_count;

    public OnnxFile(byte[] model)
    {
        Path = System.IO.Path.Combine(s_folder.Value, $"{Interlocked.Increment(ref s_count)}.onnx");
        File.WriteAllBytes(Path, model);
    }

    ~OnnxFile() => TryDelete(() => File.Delete(Path));

    /// <summary>Where this process keeps its graphs.</summary>
    public static string Folder => s_folder.Value;

    public string Path { get; }

    public void Dispose()
    {
        TryDelete(() => File.Delete(Path));
        GC.SuppressFinalize(this);
    }

    private static void TryDelete(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A temporary file that is still open elsewhere stays for the system to clean up.
        }
    }
}
