using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;

namespace MlNetSer.Corpora;

/// <summary>The files of a corpus' folder, walked once, and whatever its reader finds odd about them.</summary>
/// <remarks>
/// Paths are relative, with slashes, the shortest first, so that "a copy.wav" comes after "a.wav", then in ordinal order. Hidden files are passed over; macOS companions
/// (<c>._name</c>) and audio in hidden folders are listed.
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
        foreach (var file in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/')).OrderBy(f => f.Length).ThenBy(f => f, StringComparer.Ordinal))
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

    /// <summary>The same by file name without extension; a second file of one name is left out, or doubted where it is another one.</summary>
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

    /// <summary>The first file that fits the first pattern that any fits, or null; others are left out, or doubted where they say something else.</summary>
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

    public void LeaveOut(string subject, string reason) => _findings.Add(new CorpusFinding(CorpusFindingKind.LeftOut, subject, reason));

    public void Doubt(string subject, string reason) => _findings.Add(new CorpusFinding(CorpusFindingKind.Doubtful, subject, reason));

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

    /// <summary>Rows of a CSV file, each as a look-up of cells by column name.</summary>
    public IEnumerable<Func<string, string>> Rows(string file, params string[] required)
    {
        using var csv = new CsvReader(new StringReader(Text(file, null)), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            PrepareHeaderForMatch = args => args.Header.Trim().ToLowerInvariant(),
            BadDataFound = args => throw new InvalidDataException($"'{Path.Combine(Root, file)}', line {args.Context.Parser!.RawRow}: '{args.RawRecord.Trim()}' has a quotation mark where none may stand, or one that is not closed. Mend it: a quoted cell begins and ends with \", and has \"\" for one inside."),
        });
        string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
        if (required.Except(header.Select(h => h.Trim()), StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } missing)
            throw new InvalidDataException($"'{Path.Combine(Root, file)}' has no column '{missing}'; it has: {string.Join(", ", header)}. Put the corpus' own file there.");
        while (csv.Read())
            yield return column => csv.GetFieldIndex(column, isTryGet: true) is >= 0 and var at && csv.GetField(at) is { } cell ? cell.Trim() : "";   // TryGetField would be silent about bad data
    }

    private string Text(string file, Encoding? otherwise)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Root, file));
        if (bytes is [0xFF, 0xFE, ..])
            return Encoding.Unicode.GetString(bytes, 2, bytes.Length - 2);
        if (bytes is [0xFE, 0xFF, ..])
            return Encoding.BigEndianUnicode.GetString(bytes, 2, bytes.Length - 2);
        if (bytes is [not 0, 0, ..])
            return Encoding.Unicode.GetString(bytes);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return (otherwise ?? Encoding.Latin1).GetString(bytes);
        }
    }

    [GeneratedRegex(@"\.(wav|flac)$", RegexOptions.IgnoreCase)]
    private static partial Regex AnyAudio();
}
