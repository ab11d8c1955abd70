using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MlNetSer.Text;

namespace MlNetSer;

/// <summary>Reads the folds of EmoBox (emo-box/EmoBox, <c>data/&lt;dataset&gt;/</c>) into a fold file.</summary>
/// <remarks>
/// A fold is a folder <c>fold_k</c> with <c>&lt;dataset&gt;_train_fold_k.jsonl</c>, <c>..._test_fold_k.jsonl</c> and, for few corpora,
/// <c>..._valid_fold_k.jsonl</c>: one JSON object a line, of which <c>key</c> (dataset name, hyphen, utterance) and <c>wav</c> (path) are
/// read. The lines carry no speaker; the audit takes ours. Without validation rows EmoBox draws utterances from training, which tells
/// nothing of new speakers; here whole speakers are drawn.
/// </remarks>
public static partial class EmoBoxFolds
{
    /// <summary>Imports all folds of one dataset.</summary>
    /// <param name="folder">The dataset's folder; its name is the dataset's.</param>
    /// <param name="rows">The rows of our data, see <see cref="SpeakerCrossValidation.ReadFoldRows"/>. EmoBox's other utterances are
    /// counted in <see cref="FoldFile.NotInData"/>.</param>
    /// <param name="validationSpeakerCount">Speakers drawn from training where EmoBox has no validation rows, at least 1.</param>
    /// <param name="seed">Seed of their drawing.</param>
    /// <exception cref="DirectoryNotFoundException">The folder has no folds.</exception>
    /// <exception cref="FileNotFoundException">A fold lacks its train or test file.</exception>
    /// <exception cref="InvalidOperationException">There are no validation rows, and too few training speakers to draw from.</exception>
    /// <exception cref="InvalidDataException">A line is not such JSON, no utterance is known, or two rows of the data have one
    /// name.</exception>
    public static FoldFile Import(string folder, IReadOnlyList<FoldRow> rows, int validationSpeakerCount = 1, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var dataset = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var found = (Directory.Exists(folder) ? Directory.GetDirectories(folder) : [])
            .Select(path => (Path: path, Match: FoldFolder().Match(Path.GetFileName(path)))).Where(entry => entry.Match.Success)
            .Select(entry => (entry.Path, Number: int.Parse(entry.Match.Groups[1].Value, CultureInfo.InvariantCulture)))
            .OrderBy(entry => entry.Number).ToList();
        if (found.Count == 0)
            throw new DirectoryNotFoundException(
                $"'{folder}' has no folders fold_1, fold_2, ... Give the folder of one dataset of EmoBox, such as EmoBox/data/iemocap.");

        var byName = new Dictionary<string, FoldRow>(StringComparer.Ordinal);
        if (rows.FirstOrDefault(row => !byName.TryAdd(row.Utterance, row)) is { } twice)
            throw new InvalidDataException(
                $"Utterance '{twice.Utterance}' is in the data twice, and EmoBox's folds name utterances. "
                + "Give every row a name of its own.");
        var protocol = new EvaluationProtocol
        {
            Split = SplitKind.Imported,
            Source = $"EmoBox, dataset {dataset}",
            Seed = seed,
            ValidationSpeakerCount = validationSpeakerCount
        };
        List<string> unknown = [];
        List<SpeakerFold> folds = [];
        foreach (var (path, number) in found)
        {
            List<FoldRow> Side(string side)
            {
                var file = FileOf(path, dataset, side, number);
                return file is null ? [] : ReadSide(file, dataset, byName, unknown);
            }
            if (new[] { "train", "test" }.FirstOrDefault(side => FileOf(path, dataset, side, number) is null) is { } missing)
                throw new FileNotFoundException(
                    $"'{path}' has no {dataset}_{missing}_fold_{number}.jsonl; it has: "
                    + $"{string.Join(", ", Directory.GetFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal))}.");
            var sides = new FoldSides(Side("train"), Side("valid"), Side("test"));
            if (FileOf(path, dataset, "valid", number) is null)
            {
                protocol = protocol with { Validation = ValidationPolicy.RandomSpeakers };
                sides = FixedSplit.DrawValidation(protocol, number, sides);
            }
            folds.Add(FoldSides.ToFold(number, sides, rows, []));
        }
        string[] distinct = [.. unknown.Distinct(StringComparer.Ordinal)];
        return new FoldFile
        {
            Protocol = protocol,
            RowCount = rows.Count,
            Folds = folds,
            NotInData = distinct.Length == 0
            ? [] : [LeftOutRows.Of("listed by EmoBox, not in the data", distinct)],
        };
    }

    private static string? FileOf(string folder, string dataset, string side, int number)
        => new[] { $"{dataset}_{side}_fold_{number}.jsonl", $"{dataset}_{side}_fold{number}.jsonl" }.Select(
        name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static List<FoldRow> ReadSide(string file, string dataset, Dictionary<string, FoldRow> byName, List<string> unknown)
    {
        List<FoldRow> side = [];
        var number = 0;
        foreach (var line in StrictText.Read(file, $"'{file}'").TrimEnd().Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var (key, wav) = ReadLine(line, file, number);
            var name = key.StartsWith(dataset + "-", StringComparison.Ordinal) ? key[(dataset.Length + 1)..] : key;
            if (Guesses(name, Path.GetFileNameWithoutExtension(wav)).FirstOrDefault(byName.ContainsKey) is { } ours)
                side.Add(byName[ours]);
            else
                unknown.Add(name);
        }
        return side.Count > 0 ? side : throw new InvalidDataException(
            $"'{file}' lists {number} utterances, and the data has none of them, such as '{unknown.LastOrDefault()}'. "
            + $"The data has '{byName.Keys.FirstOrDefault()}'.");
    }

    /// <summary>What we may call an utterance of theirs.</summary>
    private static IEnumerable<string> Guesses(string name, string file)
    {
        yield return name;
        yield return file;                                        // CREMA-D's keys have hyphens where its files have underscores
        yield return MeldKey().Replace(name, "${split}_${id}");   // MELD's name the side last
        yield return TessTypo().Replace(name, "OAF_");            // TESS: one file says OA_, and is OAF's
    }

    private static (string Key, string Wav) ReadLine(string line, string file, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            string Text(string property) => json.RootElement.TryGetProperty(property, out var value) ? value.GetString() ?? "" : "";
            if (Text("key") is { Length: > 0 } key)
                return (key, Text("wav") is { Length: > 0 } wav ? wav : Text("audio"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{file}', line {number} is not a JSON object with texts: {error.Message}", error);
        }
        throw new InvalidDataException($"'{file}', line {number} has no 'key'.");
    }

    [GeneratedRegex(@"^(?<id>dia\d+_utt\d+)-(?<split>train|dev|test)$")]
    private static partial Regex MeldKey();

    [GeneratedRegex("^OA_")]
    private static partial Regex TessTypo();

    [GeneratedRegex(@"^fold_?(\d+)$")]
    private static partial Regex FoldFolder();
}
