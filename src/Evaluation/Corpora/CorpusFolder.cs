using System.Text;
using System.Text.RegularExpressions;
using MlNetSer.Text;

namespace MlNetSer.Corpora;

/// <summary>The files of a corpus' folder, walked once, and whatever its reader finds odd about them.</summary>
/// <remarks>
/// Paths are relative, with slashes, the shortest first, so that "a copy.wav" comes after "a.wav", then in ordinal order. Hidden files are
/// passed over; macOS companions (<c>._name</c>) and audio in hidden folders are listed.
/// </remarks>
internal sealed partial class CorpusFolder
{
    private readonly List<string> _files = [];
    private readonly List<CorpusFinding> _findings = [];
    private readonly SortedSet<string> _expectedToBeUtterances = new(StringComparer.Ordinal);

    public CorpusFolder(string root)
    {
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"There is no folder '{root}'. Give the folder that holds the corpus as distributed.");
        Root = Path.GetFullPath(root);
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/')).OrderBy(f => f.Length).ThenBy(f => f, StringComparer.Ordinal))
        {
            if (Path.GetFileName(file).StartsWith("._", StringComparison.Ordinal))
                LeaveOut(file, "a macOS companion file");
            else if (!file.Split('/').Any(part => part.StartsWith('.')))
                _files.Add(file);
            else if (AnyAudio().IsMatch(file) && !file.Split('/').Contains(".git"))
                LeaveOut(file, "hidden, by its name or its folder's");
        }
    }

    public string Root { get; }

    public IReadOnlyList<CorpusFinding> Findings => _findings;

    /// <summary>Files that were asked for as audio: each must end as an utterance or a finding.</summary>
    public IEnumerable<string> AudioFiles => _expectedToBeUtterances;

    public IEnumerable<string> Files(Regex pattern) => _files.Where(file => pattern.IsMatch(file));

    /// <summary>The audio files that fit a pattern; null = every .wav and .flac.</summary>
    public IReadOnlyList<string> Audio(Regex? pattern = null)
    {
        string[] files = [.. Files(pattern ?? AnyAudio())];
        _expectedToBeUtterances.UnionWith(files);
        return files;
    }

    /// <summary>
    /// The same by file name without extension; a second file of one name is left out, or doubted where it is another one.
    /// </summary>
    public Dictionary<string, string> AudioByName(Regex? pattern = null)
    {
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Audio(pattern))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (!byName.TryAdd(name, file))
                ReadInstead(byName[name], file);
        }
        return byName;
    }

    /// <summary>
    /// The first file that fits the first pattern that any fits, or null; others are left out, or doubted where they say something else.
    /// </summary>
    public string? First(params ReadOnlySpan<Regex> patterns) => First(_ => true, patterns);

    /// <summary>The same among the files of which something is true.</summary>
    public string? First(Func<string, bool> holds, params ReadOnlySpan<Regex> patterns)
    {
        List<string> files = [];
        foreach (var pattern in patterns)
            files.AddRange(Files(pattern).Except(files));
        var first = files.Find(file => holds(file));
        foreach (var other in files.Where(file => first is not null && file != first))
            ReadInstead(first!, other);
        return first;
    }

    public void LeaveOut(string subject, string reason) => _findings.Add(new CorpusFinding
    {
        Kind = CorpusFindingKind.LeftOut,
        Subject = subject,
        Reason = reason,
    });

    public void Doubt(string subject, string reason) => _findings.Add(new CorpusFinding
    {
        Kind = CorpusFindingKind.Doubtful,
        Subject = subject,
        Reason = reason,
    });

    /// <summary>Says that a file is passed over for another one, which is a harmless copy only where its bytes are the same.</summary>
    public void ReadInstead(string read, string other)
    {
        var (a, b) = (Path.Combine(Root, read), Path.Combine(Root, other));
        if (new FileInfo(a).Length == new FileInfo(b).Length && File.ReadAllBytes(a).AsSpan().SequenceEqual(File.ReadAllBytes(b)))
            LeaveOut(other, $"a copy of '{read}'");
        else
            Doubt(other, $"'{read}' is read instead, and is another file");
    }

    /// <summary>Lines of a text file with their numbers: UTF-8 or UTF-16, else the encoding given.</summary>
    public IEnumerable<(string Line, int Number)> Lines(string file, Encoding? otherwise = null)
        => Text(file, otherwise).Split('\n').Select((line, i) => (line.TrimEnd('\r'), i + 1));

    /// <summary>Rows of a CSV file, each as a look-up of cells by column name. A row with another number of cells than the header is
    /// doubted and passed over.</summary>
    public IEnumerable<Func<string, string>> Rows(string file, params string[] required)
    {
        var table = DelimitedTable.Parse(Text(file, null), $"'{Path.Combine(Root, file)}'",
            [.. required.Select(column => column.ToLowerInvariant())],
            "Put the corpus' own file there.", strictHeader: false);
        foreach (var row in table.Rows)
        {
            if (table.Fault(row) is null)
                yield return column => table.Find(column.ToLowerInvariant()) is { } at ? row.Cells[at].Trim() : "";
            else
                Doubt($"{file}:{row.Line}", $"the row has {row.Cells.Count} cells, the header {table.Header.Cells.Count}");
        }
    }

    /// <summary>The text of a file. What had to be guessed or mended is listed, once for each file.</summary>
    private string Text(string file, Encoding? otherwise)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Root, file));
        var text = Decoded(bytes, file, otherwise ?? Windows1252.Encoding);
        if (text.Any(Windows1252.IsControl))
        {
            Repair(file, "control characters U+0080 to U+009F read as Windows-1252");
            text = Windows1252.Restored(text);
        }
        return text;
    }

    private string Decoded(byte[] bytes, string file, Encoding otherwise)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return StrictText.Decode(bytes, $"'{Path.Combine(Root, file)}'");
        if (bytes is [not 0, 0, ..])
            return StrictText.Decode([0xFF, 0xFE, .. bytes], $"'{Path.Combine(Root, file)}'");
        if (StrictText.IsUtf8(bytes))
            return Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
        try
        {
            var text = StrictText.Strict(otherwise).GetString(bytes);
            Repair(file, $"read as {otherwise.WebName}: it is not UTF-8");
            return text;
        }
        catch (DecoderFallbackException)
        {
            Repair(file, $"read as windows-1252: it is neither UTF-8 nor {otherwise.WebName}");
            return Windows1252.Encoding.GetString(bytes);
        }
    }

    private void Repair(string file, string reason)
    {
        var finding = new CorpusFinding { Kind = CorpusFindingKind.Repaired, Subject = file, Reason = reason };
        if (!_findings.Contains(finding))
            _findings.Add(finding);
    }

    [GeneratedRegex(@"\.(wav|flac)$", RegexOptions.IgnoreCase)]
    private static partial Regex AnyAudio();
}
