namespace MlNetSer.Tests.Embeddings;

/// <summary>Counts the audio files of a folder that are read: it is asked to decode each, and declines.</summary>
internal sealed class Reads : IAudioDecoder, IDisposable
{
    private readonly string _folder;
    private readonly List<string> _paths = [];
    private readonly IDisposable _added;

    public Reads(string folder)
    {
        _folder = Path.GetFullPath(folder);
        _added = AudioFile.AddDecoder(this);
    }

    public string[] Sorted()
    {
        lock (_paths)
            return [.. _paths.Order(StringComparer.Ordinal)];
    }

    public void Clear()
    {
        lock (_paths)
            _paths.Clear();
    }

    public bool CanDecode(string path, ReadOnlySpan<byte> head)
    {
        lock (_paths)
        {
            if (Path.GetFullPath(path).StartsWith(_folder, StringComparison.Ordinal))
                _paths.Add(path);
        }
        return false;
    }

    public DecodedAudio Decode(string path) => throw new InvalidOperationException("It declined.");

    public void Dispose() => _added.Dispose();
}
