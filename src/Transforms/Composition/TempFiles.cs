namespace MlNetSer.Composition;

/// <summary>Temporary files of this process and of earlier ones: nothing of ours stays after a normal end, and what a kill leaves is swept
/// at the next start.</summary>
/// <remarks>
/// ML.NET writes each graph of a loaded model to a file of a random name, and deletes it when the model is disposed, which a process need
/// not do. So graphs of ours begin with <see cref="Mark"/>. docs/decisions/0007-temporary-files.md has the whole of it.
/// </remarks>
internal static class TempFiles
{
    private const string Prefix = "mlnetser-", LockName = "lock", OwnFiles = "/proc/self/fd";
    private const int Tries = 3, RandomLength = 12, RandomDot = 8;   // Path.GetRandomFileName
    // no load takes so long between writing a graph and opening it
    private static readonly TimeSpan s_surelyDead = TimeSpan.FromMinutes(10);
    private static readonly Lock s_gate = new();
    private static (string Folder, FileStream Lock)? s_own;

    /// <summary>The first bytes of every graph that we give to ML.NET: an ONNX model's <c>domain</c>, which a later one
    /// overrides.</summary>
    public static ReadOnlySpan<byte> Mark => "\"\u000emlnetser.graph"u8;

    /// <summary>Where this process keeps its graphs.</summary>
    /// <exception cref="IOException">The folder for temporary files cannot be written.</exception>
    public static string Folder
    {
        get
        {
            lock (s_gate)
            {
                s_own ??= Make();
                return s_own.Value.Folder;
            }
        }
    }

    /// <summary>Sweeps what dead processes left, and sees to it that this one leaves nothing.</summary>
    public static void Start()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Attempt(End);
        Attempt(() => Sweep(Path.GetTempPath(), Folder));
    }

    /// <summary>Deletes what dead processes left in a folder.</summary>
    /// <param name="temp">The folder.</param>
    /// <param name="own">The folder of this process in it.</param>
    internal static void Sweep(string temp, string own)
    {
        if (TryLock(Path.Combine(own, LockName)) is { } notLocking)
        {
            notLocking.Dispose();   // a file system without locks, or .NET told not to use them: live and dead look alike
            return;
        }
        // before the locks: a live process held its lock before it wrote a graph
        var graphs = Directory.EnumerateFiles(temp).Where(IsGraph).ToList();
        DateTime? firstAlive = null;
        foreach (var folder in Directory.EnumerateDirectories(temp, Prefix + "*").Where(folder => folder != own && IsOurs(folder)))
        {
            var path = Path.Combine(folder, LockName);
            if (!File.Exists(path))
            {
                if (IsOld(Directory.GetLastWriteTimeUtc(folder)))
                    Attempt(() => Directory.Delete(folder, recursive: true));
            }
            else if (TryLock(path) is { } held)
            {
                using (held)
                    Attempt(() => Directory.Delete(folder, recursive: true));
            }
            else if (File.GetLastWriteTimeUtc(path) is var started && !(started > firstAlive))
            {
                firstAlive = started;
            }
        }
        foreach (var graph in graphs)
        {
            // A live process may have written it and not opened it yet: then it is younger than that process.
            if (File.GetLastWriteTimeUtc(graph) is var written && firstAlive is { } alive && written >= alive && !IsOld(written))
                continue;
            if (TryLock(graph) is { } unused)
            {
                using (unused)
                    Attempt(() => File.Delete(graph));
            }
        }
    }

    /// <summary>Deletes the graphs that this process still has open, and its own folder.</summary>
    private static void End()
    {
        if (Directory.Exists(OwnFiles))
        {
            foreach (var link in Directory.EnumerateFiles(OwnFiles))
                Attempt(() => DeleteIfGraph(File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName));
        }
        lock (s_gate)
        {
            if (s_own is not var (folder, held))
                return;
            Directory.Delete(folder, recursive: true);
            held.Dispose();
            s_own = null;
        }
    }

    private static void DeleteIfGraph(string? path)
    {
        if (path is not null && IsGraph(path))
            File.Delete(path);
    }

    /// <summary>Whether a folder holds a lock and marked graphs, and nothing else: a user's own folder may have such a name.</summary>
    private static bool IsOurs(string folder)
    {
        try
        {
            return new DirectoryInfo(folder) is { LinkTarget: null } found
                && found.EnumerateFileSystemInfos().All(entry => entry is FileInfo { LinkTarget: null } file
                    && (file is { Name: LockName, Length: 0 }
                        || file.Extension == OnnxFile.Extension && (file.Length == 0 || IsMarked(file))));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether ML.NET wrote a file, and it holds a graph of ours.</summary>
    private static bool IsGraph(string path)
        => Path.GetFileName(path) is { Length: RandomLength } name && name[RandomDot] == '.' && IsMarked(new FileInfo(path));

    private static bool IsMarked(FileInfo info)
    {
        try
        {
            // Pipes have no length and are never opened: that would wait for a writer.
            if (info.LinkTarget is not null || info.Length < Mark.Length)
                return false;
            using var file = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            Span<byte> head = stackalloc byte[Mark.Length];
            return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual(Mark);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsOld(DateTime written) => DateTime.UtcNow - written > s_surelyDead;

    /// <summary>A folder that other processes can see to be in use.</summary>
    private static (string, FileStream) Make()
    {
        for (var i = 1; ; i++)
        {
            var folder = NewFolder();
            try
            {
                return (folder, new FileStream(Path.Combine(folder, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (i < Tries)
            {
                // Another process swept in the moment between making the lock and holding it.
            }
        }
    }

    private static string NewFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory(Prefix).FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder for temporary files, '{Path.GetTempPath()}', cannot be written "
                + $"({error.Message.TrimEnd('.')}). Set TMPDIR (on Windows: TEMP) to a folder that can.", error);
        }
    }

    /// <summary>Opens a file that is not open elsewhere; null = it is.</summary>
    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Attempt(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be deleted now is left to the next start.
        }
    }
}
