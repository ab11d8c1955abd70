using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;
using MlNetSer.Text;

namespace MlNetSer.Corpora;

/// <summary>The manifest's CSV file: a first line about the whole, a header, a row per utterance.</summary>
internal static partial class ManifestFile
{
    private const string Mark = "# corpus:";
    private static readonly string[] s_columns = ["path", "utterance", "speaker", "session", "gender", "script", "split", "label", "text"];

    public static CorpusManifest Load(string path, Encoding? encoding)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no manifest at '{path}'. Give a CSV file with the columns "
                + $"{string.Join(", ", ManifestRows.Required)}.", path);
        var full = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(full)!;
        var text = StrictText.Read(path, $"Manifest '{path}'", encoding, "name its encoding: CorpusManifest.Load(path, Encoding.Latin1)");
        var stem = Path.GetFileNameWithoutExtension(full);
        var unnamed = stem.Equals("manifest", StringComparison.OrdinalIgnoreCase) && Path.GetFileName(folder) is { Length: > 0 } parent
            ? parent : stem;
        if (!text.StartsWith(Mark, StringComparison.Ordinal))
            return new CorpusManifest(path, unnamed, "as-given", ManifestRows.Read(path, folder, text, linesBefore: 0));

        var end = text.IndexOf('\n') is >= 0 and var at ? at : text.Length;
        var head = text[..end].TrimEnd('\r');
        if (Head().Match(head) is not { Success: true } said)
            throw new InvalidDataException($"Manifest '{path}', line 1: '{head}' is not '{Mark} name; policy: name; utterances: count; "
                + "fingerprint: 16 hexadecimal digits'. Mend it, or take the line out.");
        var utterances = ManifestRows.Read(path, folder, text[Math.Min(end + 1, text.Length)..], linesBefore: 1);
        var manifest = new CorpusManifest(path, said.Groups["name"].Value, said.Groups["policy"].Value, utterances);
        var vouched = $"{said.Groups["count"].Value}-{said.Groups["print"].Value}";
        if (vouched != $"{utterances.Count}-{manifest.Fingerprint}")
            throw Changed(path, "rows", vouched, $"{utterances.Count}-{manifest.Fingerprint}", "speakers, sessions, labels or rows");
        if (said.Groups["details"] is { Success: true, Value: var details } && details != manifest.DetailsFingerprint)
            throw Changed(path, "details", details, manifest.DetailsFingerprint, "scripts, splits or texts");
        return manifest;
    }

    public static void Save(CorpusManifest manifest, string path)
    {
        foreach (var (word, value) in new[] { (nameof(manifest.Name), manifest.Name), (nameof(manifest.Policy), manifest.Policy) })
        {
            if (value.Length == 0 || value.IndexOfAny([';', '\n', '\r']) >= 0)
                throw new ArgumentException(
                    $"{word} '{value}' cannot be written into a manifest: it must be one line of text without a semicolon.",
                        nameof(manifest));
        }
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        WholeFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine($"{Mark} {manifest.Name}; policy: {manifest.Policy}; utterances: "
                + $"{manifest.Utterances.Count.ToString(CultureInfo.InvariantCulture)}; "
                + $"fingerprint: {manifest.Fingerprint}; details: {manifest.DetailsFingerprint}");
            using var csv = new CsvWriter(writer, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" });
            void Write(params IEnumerable<string> cells)
            {
                foreach (var cell in cells)
                    csv.WriteField(cell);
                csv.NextRecord();
            }
            Write(s_columns);
            foreach (var u in manifest.Utterances)
                Write(Path.GetRelativePath(folder, u.Path).Replace('\\', '/'), u.Id, u.Speaker, u.Session, u.Gender, u.Script, u.Split,
                    u.Label, u.Text);
        });
    }

    private static InvalidDataException Changed(string path, string what, string vouched, string found, string parts)
        => new($"Manifest '{path}': its first line vouches for the {what} {vouched}, but they are {found}: {parts} were changed since. "
            + "If that was meant, take the first line out, and the policy is 'as-given'.");

    [GeneratedRegex(
        @"^# corpus: (?<name>[^;]+); policy: (?<policy>[^;]+); utterances: (?<count>\d+); "
        + @"fingerprint: (?<print>[0-9a-f]{16})(?:; details: (?<details>[0-9a-f]{16}))?\s*$")]
    private static partial Regex Head();
}
