using System.Runtime.InteropServices;
using System.Text;

namespace MlNetSer.Tests.Corpora;

/// <summary>
/// A folder that looks like a corpus: its names and its label files, with two samples of silence in place of every recording.
/// </summary>
internal sealed class MiniatureCorpus : IDisposable
{
    private static readonly byte[] s_wav =
    [
        .. "RIFF"u8, 40, 0, 0, 0, .. "WAVEfmt "u8, 16, 0, 0, 0,
        1, 0,               // PCM
        1, 0,               // channels
        0x80, 0x3E, 0, 0,   // 16000 Hz
        0, 0x7D, 0, 0,      // bytes of a second
        2, 0, 16, 0,        // bytes and bits of a sample
        .. "data"u8, 4, 0, 0, 0, 0, 0, 0, 0,
    ];

    private string? _wav;

    public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetser-corpus").FullName;

    public MiniatureCorpus Wav(params IEnumerable<string> paths)
    {
        foreach (var full in paths.Select(Made))
        {
            // A whole corpus of ten thousand files is a second's work as names of one file, and a minute's as files.
            if (_wav is null || !OperatingSystem.IsLinux() || Link(_wav, full) != 0)
                File.WriteAllBytes(_wav = full, s_wav);
        }
        return this;
    }

    public MiniatureCorpus Text(string path, string text, Encoding? encoding = null)
    {
        File.WriteAllText(Made(path), text, encoding ?? new UTF8Encoding(false));
        return this;
    }

    public CorpusReading Read(string corpus, string? policy = null) => SpeechCorpora.Read(corpus, Folder, policy);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string Made(string path)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.Delete(full);
        return full;
    }

    [DllImport("libc", EntryPoint = "link")]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string file, [MarshalAs(UnmanagedType.LPUTF8Str)] string another);
}

/// <summary>Short words for what the tests of every corpus ask.</summary>
internal static class Readings
{
    /// <summary>Class and count, in ordinal order.</summary>
    public static IEnumerable<(string, int)> Classes(this CorpusReading reading)
        => reading.Manifest.Utterances.GroupBy(u => u.Label).Select(g => (g.Key, g.Count())).Order();

    /// <summary>The one utterance of that name.</summary>
    public static Utterance Named(this CorpusReading reading, string id) => reading.Manifest.Utterances.Single(u => u.Id == id);

    /// <summary>Subjects of the findings of a kind whose reason contains some words.</summary>
    public static IEnumerable<string> Subjects(this CorpusReading reading, CorpusFindingKind kind, string reason = "")
        => reading.Findings.Where(f => f.Kind == kind && f.Reason.Contains(reason, StringComparison.Ordinal)).Select(f => f.Subject);
}
