namespace MlNetSer.Cli;

/// <summary>Audio files as a command line names them: files, folders, standard input.</summary>
internal sealed class AudioInputs : IDisposable
{
    private const string StandardInput = "-";
    private const int HeadLength = 512;
    private static readonly string[] s_endings = [".wav", ".wave", ".mp3", ".ogg", ".opus", ".flac", ".m4a", ".mp4", ".aac", ".aif",
        ".aiff", ".wma", ".webm"];

    private readonly List<string> _paths = [];
    private string? _received;

    private AudioInputs()
    {
    }

    public IReadOnlyList<string> Paths => _paths;

    /// <exception cref="InvalidDataException">A folder has no audio files, or standard input is empty.</exception>
    public static AudioInputs Find(IEnumerable<string> arguments)
    {
        var inputs = new AudioInputs();
        foreach (var argument in arguments)
        {
            if (argument == StandardInput)
                inputs.AddStandardInput();
            else if (Directory.Exists(argument))
                inputs.AddFolder(argument);
            else
                inputs._paths.Add(argument);
        }
        return inputs;
    }

    /// <summary>The name under which a file is shown.</summary>
    public string NameOf(string path) => path == _received ? StandardInput : path;

    public void Dispose()
    {
        if (_received is not null)
            File.Delete(_received);
    }

    private void AddFolder(string folder)
    {
        string[] found = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => s_endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (found.Length == 0)
            throw new InvalidDataException(
                $"'{folder}' has no audio files. Known endings are {string.Join(' ', s_endings)}; name other files one by one.");
        _paths.AddRange(found);
    }

    private void AddStandardInput()
    {
        using var input = Console.OpenStandardInput();
        using var memory = new MemoryStream();
        input.CopyTo(memory);
        var bytes = memory.ToArray();
        if (bytes.Length == 0)
            throw new InvalidDataException("Standard input is empty. Pipe one WAV file into it, or paths, one a line.");
        // audio has a zero byte early, a list of paths has none
        if (!bytes.AsSpan(0, Math.Min(bytes.Length, HeadLength)).Contains((byte)0))
        {
            _paths.AddRange(System.Text.Encoding.UTF8.GetString(bytes)
                .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            return;
        }
        _received = Path.Combine(Path.GetTempPath(), $"mlnetser-{Guid.NewGuid():N}.wav");
        File.WriteAllBytes(_received, bytes);
        _paths.Add(_received);
    }
}
