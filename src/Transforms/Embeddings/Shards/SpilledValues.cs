using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MlNetSer.Embeddings.Shards;

/// <summary>The embedding of a long recording on disk, so that memory does not grow with its length: written window by window, read in
/// order. Not thread-safe.</summary>
/// <remarks>The file has no name any more when it is written to, so that a kill leaves nothing behind.</remarks>
internal sealed class SpilledValues : IDisposable
{
    private readonly SafeFileHandle _file;

    /// <param name="length">Values that it will hold.</param>
    /// <exception cref="IOException">There is no room for them in the folder of temporary files.</exception>
    public SpilledValues(long length)
    {
        Length = length;
        var path = Path.Combine(Path.GetTempPath(), $"mlnetser-{Guid.NewGuid():N}.spill");
        _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
        File.Delete(path);
    }

    public long Length { get; }

    public void Write(long at, ReadOnlySpan<float> values) => RandomAccess.Write(_file, MemoryMarshal.AsBytes(values), at * sizeof(float));

    public void Read(long at, Span<float> into)
    {
        var bytes = MemoryMarshal.AsBytes(into);
        for (var done = 0; done < bytes.Length;)
        {
            var count = RandomAccess.Read(_file, bytes[done..], at * sizeof(float) + done);
            if (count == 0)
                throw new EndOfStreamException("The file with the embedding of a long recording ends early.");
            done += count;
        }
    }

    public void Dispose() => _file.Dispose();
}
