using System.Globalization;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;

namespace MlNetSer.Corpora;

/// <summary>The manifest's CSV file: a first line about the whole, a header, a row per utterance.</summary>
internal static partial class ManifestFile
{
    private const string Mark = "# corpus:";
    private static readonly string[] s_required = ["path", "speaker", "label"];
    private static readonly string[] s_columns = ["path", "utterance", "speaker", "session", "gender", "script", "split", "label", "text"];

    public static CorpusManifest Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no manifest at '{path}'. Give a CSV file with the columns {string.Join(", ", s_required)}.", path);
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        using var reader = new StreamReader(path);
        var head = File.ReadLines(path).FirstOrDefault() is { } first && first.StartsWith(Mark, StringComparison.Ordinal) ? reader.ReadLine() : null;
        var stem = Path.GetFileNameWithoutExtension(full);
        var unnamed = stem.Equals("manifest", StringComparison.OrdinalIgnoreCase) && Path.GetFileName(folder) is { Length: > 0 } parent ? parent : stem;

        if (head is null)
            return new CorpusManifest(path, unnamed, "as-given", Rows(path, folder, reader, linesBefore: 0));
        if (Head().Match(head) is not { Success: true } said)
            throw new InvalidDataException($"Manifest '{path}', line 1: '{head}' is not '{Mark} name; policy: name; utterances: count; fingerprint: 16 hexadecimal digits'. Mend it, or take the line out.");
        var utterances = Rows(path, folder, reader, linesBefore: 1);
        var manifest = new CorpusManifest(path, said.Groups["name"].Value, said.Groups["policy"].Value, utterances);
        var vouched = $"{said.Groups["count"].Value}-{said.Groups["print"].Value}";
        if (vouched != $"{utterances.Count}-{manifest.Fingerprint}")
            throw new InvalidDataException($"Manifest '{path}': its first line vouches for the rows {vouched}, but they are {utterances.Count}-{manifest.Fingerprint}: speakers, sessions, labels or rows were changed since. If that was meant, take the first line out, and the policy is 'as-given'.");
        if (said.Groups["details"] is { Success: true, Value: var details } && details != manifest.DetailsFingerprint)
            throw new InvalidDataException($"Manifest '{path}': its first line vouches for the details {details}, but they are {manifest.DetailsFingerprint}: scripts, splits or texts were changed since. If that was meant, take the first line out, and the policy is 'as-given'.");
        return manifest;
    }

    public static void Save(CorpusManifest manifest, string path)
    {
        foreach (var (word, value) in new[] { (nameof(manifest.Name), manifest.Name), (nameof(manifest.Policy), manifest.Policy) })
        {
            if (value.Length == 0 || value.IndexOfAny([';', '\n', '\r']) >= 0)
                throw new ArgumentException($"{word} '{value}' cannot stand in a manifest: it must be one line of text without a semicolon.", nameof(manifest));
        }
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var beside = path + ".partial";   // a killed run never leaves half a manifest under the real name
        using (var writer = new StreamWriter(beside) { NewLine = "\n" })
        {
            writer.WriteLine($"{Mark} {manifest.Name}; policy: {manifest.Policy}; utterances: {manifest.Utterances.Count.ToString(CultureInfo.InvariantCulture)}; fingerprint: {manifest.Fingerprint}; details: {manifest.DetailsFingerprint}");
            using var csv = new CsvWriter(writer, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
            void Write(params IEnumerable<string> cells)
            {
                foreach (var cell in cells)
                    csv.WriteField(cell);
                csv.NextRecord();
            }
            Write(s_columns);
            foreach (var u in manifest.Utterances)
                Write(Path.GetRelativePath(folder, u.Path).Replace('\\', '/'), u.Id, u.Speaker, u.Session, u.Gender, u.Script, u.Split, u.Label, u.Text);
        }
        File.Move(beside, path, overwrite: true);
    }

    private static List<Utterance> Rows(string path, string folder, TextReader reader, int linesBefore)
    {
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            PrepareHeaderForMatch = args => args.Header.Trim().ToLowerInvariant(),
            MissingFieldFound = null,
            BadDataFound = args => throw new InvalidDataException($"Manifest '{path}', line {args.Context.Parser!.RawRow + linesBefore}: '{args.RawRecord.Trim()}' has a quotation mark where none may stand, or one that is not closed. Mend it: a quoted cell begins and ends with \", and has \"\" for one inside."),
        };
        using var csv = new CsvReader(reader, configuration);
        string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
        var missing = s_required.Except(header.Select(name => name.Trim().ToLowerInvariant())).ToList();
        if (missing.Count > 0)
            throw new InvalidDataException($"Manifest '{path}' has no column {string.Join(", ", missing.Select(m => $"'{m}'"))}; it has: {string.Join(", ", header)}. Wanted are {string.Join(", ", s_required)} and, if known, {string.Join(", ", s_columns.Except(s_required))}.");

        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        List<Utterance> utterances = [];
        while (csv.Read())
        {
            var line = csv.Parser.RawRow + linesBefore;
            string Required(string column) => csv.GetField(column)?.Trim() is { Length: > 0 } value ? value
                : throw new InvalidDataException($"Manifest '{path}', line {line}: column '{column}' is empty. Fill it in, or leave the row out.");
            string Optional(string column) => csv.GetFieldIndex(column, isTryGet: true) is >= 0 and var at ? csv.GetField(at)?.Trim() ?? "" : "";   // TryGetField would be silent about bad data

            var audio = Path.GetFullPath(Required("path"), folder);
            if (!lines.TryAdd(audio, line))
                throw new InvalidDataException($"Manifest '{path}': '{audio}' stands in line {lines[audio]} and again in line {line}. Keep one.");
            utterances.Add(new Utterance(audio, Optional("utterance"), Required("speaker"), Required("label"), Optional("session"), Optional("text"), Optional("gender"), Optional("script"), Optional("split")));
        }
        if (utterances.Count == 0)
            throw new InvalidDataException($"Manifest '{path}' has a header and no rows.");
        utterances = Named(utterances, folder);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        if (utterances.FirstOrDefault(u => !names.TryAdd(u.Id, u.Path)) is { } twice)
            throw new InvalidDataException($"Manifest '{path}': the utterance '{twice.Id}' stands in line {lines[names[twice.Id]]} and again in line {lines[twice.Path]}. Give every row a name of its own, or leave the column 'utterance' out.");
        return utterances;
    }

    /// <summary>Rows without a name get that of their file; with the folders before it where files of several folders have one name.</summary>
    private static List<Utterance> Named(List<Utterance> utterances, string folder)
    {
        static string Stem(Utterance u) => Path.GetFileNameWithoutExtension(u.Path);
        var several = utterances.Where(u => u.Id.Length == 0).CountBy(Stem, StringComparer.Ordinal).Where(entry => entry.Value > 1).Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        string Name(Utterance u) => several.Contains(Stem(u)) ? Path.ChangeExtension(Path.GetRelativePath(folder, u.Path), null).Replace('\\', '/') : Stem(u);
        return [.. utterances.Select(u => u.Id.Length > 0 ? u : u with { Id = Name(u) })];
    }

    [GeneratedRegex(@"^# corpus: (?<name>[^;]+); policy: (?<policy>[^;]+); utterances: (?<count>\d+); fingerprint: (?<print>[0-9a-f]{16})(?:; details: (?<details>[0-9a-f]{16}))?\s*$")]
    private static partial Regex Head();
}
