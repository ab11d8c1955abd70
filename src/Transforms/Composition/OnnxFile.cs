namespace MlNetSer.Composition;

/// <summary>An ONNX graph as a temporary file: OnnxTransformer reads its model from a path, and reads it again when it is saved.</summary>
/// <remarks>Deleted on disposal, by the finaliser, or at the end of the process. It begins with a mark, as does its copy in a saved
/// model.</remarks>
internal sealed class OnnxFile : IDisposable
{
    /// <summary>How its name ends.</summary>
    public const string Extension = ".onnx";

    private static int s_count;

    public OnnxFile(byte[] model)
    {
        Path = System.IO.Path.Combine(Folder, $"{Interlocked.Increment(ref s_count)}{Extension}");
        using var file = File.Create(Path);
        file.Write(TempFiles.Mark);
        file.Write(model);
    }

    ~OnnxFile() => TryDelete();

    /// <summary>Where this process keeps its graphs.</summary>
    public static string Folder => TempFiles.Folder;

    public string Path { get; }

    public void Dispose()
    {
        TryDelete();
        GC.SuppressFinalize(this);
    }

    private void TryDelete()
    {
        try
        {
            if (Path is not null)
                File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A temporary file that is still open elsewhere goes at the end of the process.
        }
    }
}
