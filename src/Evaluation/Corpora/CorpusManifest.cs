using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace MlNetSer;

/// <summary>One row of a manifest.</summary>
/// <param name="Path">Absolute path of the audio file.</param>
/// <param name="Id">Name of the utterance; the file name without extension where the manifest gives none.</param>
/// <param name="Speaker">Who speaks.</param>
/// <param name="Label">The emotion.</param>
/// <param name="Session">Recording session, empty where unknown: its speakers share a room.</param>
/// <param name="Text">What is said, empty where unknown.</param>
public sealed record Utterance(string Path, string Id, string Speaker, string Label, string Session, string Text);

/// <summary>A corpus as a list of utterances, read from a CSV with the columns path, speaker, label and, if known, utterance, session, text.</summary>
public sealed class CorpusManifest
{
    private static readonly string[] s_required = ["path", "speaker", "label"];

    private CorpusManifest(string source, IReadOnlyList<Utterance> utterances) => (Source, Utterances) = (source, utterances);

    /// <summary>The file it was read from.</summary>
    public string Source { get; }

    /// <summary>Every row, in file order.</summary>
    public IReadOnlyList<Utterance> Utterances { get; }

    /// <summary>Labels, in ordinal order.</summary>
    public IReadOnlyList<string> Classes => [.. Utterances.Select(u => u.Label).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Speakers, in ordinal order.</summary>
    public IReadOnlyList<string> Speakers => [.. Utterances.Select(u => u.Speaker).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Utterances whose file is not there.</summary>
    public IReadOnlyList<Utterance> Missing() => [.. Utterances.Where(u => !File.Exists(u.Path))];

    /// <summary>Reads a manifest; relative paths start at its folder. Columns are found by name, in any order and case; others are left alone.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A column is missing, a cell is empty, a path stands twice, or there are no rows.</exception>
    public static CorpusManifest Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no manifest at '{path}'. Give a CSV file with the columns {string.Join(", ", s_required)}.", path);
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { PrepareHeaderForMatch = args => args.Header.Trim().ToLowerInvariant(), MissingFieldFound = null };
        using var csv = new CsvReader(new StreamReader(path), configuration);
        string[] header = csv.Read() && csv.ReadHeader() ? csv.HeaderRecord! : [];
        var missing = s_required.Except(header.Select(name => name.Trim().ToLowerInvariant())).ToList();
        if (missing.Count > 0)
            throw new InvalidDataException($"Manifest '{path}' has no column {string.Join(", ", missing.Select(m => $"'{m}'"))}; it has: {string.Join(", ", header)}. Wanted are {string.Join(", ", s_required)} and, if known, utterance, session, text.");

        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        List<Utterance> utterances = [];
        while (csv.Read())
        {
            var line = csv.Parser.RawRow;
            string Required(string column) => csv.GetField(column)?.Trim() is { Length: > 0 } value ? value
                : throw new InvalidDataException($"Manifest '{path}', line {line}: column '{column}' is empty. Fill it in, or leave the row out.");
            string Optional(string column, string otherwise) => csv.TryGetField<string>(column, out var value) && value is { Length: > 0 } ? value.Trim() : otherwise;

            var audio = System.IO.Path.GetFullPath(Required("path"), folder);
            if (!lines.TryAdd(audio, line))
                throw new InvalidDataException($"Manifest '{path}': '{audio}' stands in line {lines[audio]} and again in line {line}. Keep one.");
            utterances.Add(new Utterance(audio, Optional("utterance", System.IO.Path.GetFileNameWithoutExtension(audio)), Required("speaker"), Required("label"), Optional("session", ""), Optional("text", "")));
        }
        if (utterances.Count == 0)
            throw new InvalidDataException($"Manifest '{path}' has a header and no rows.");
        return new CorpusManifest(path, utterances);
    }

    /// <summary>The columns AudioPath, Utterance, Speaker, Session, Text (text) and Label (key, classes in ordinal order).</summary>
    public IDataView ToDataView(MLContext ml)
    {
        ArgumentNullException.ThrowIfNull(ml);
        var rows = ml.Data.LoadFromEnumerable(Utterances.Select(u => new Row { AudioPath = u.Path, Utterance = u.Id, Speaker = u.Speaker, Session = u.Session, Text = u.Text, Label = u.Label }));
        return ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(rows).Transform(rows);
    }

    private sealed class Row
    {
        public string AudioPath { get; set; } = "";
        public string Utterance { get; set; } = "";
        public string Speaker { get; set; } = "";
        public string Session { get; set; } = "";
        public string Text { get; set; } = "";
        public string Label { get; set; } = "";
    }
}
