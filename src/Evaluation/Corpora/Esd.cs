using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>
/// ESD: <c>0011/Angry/0011_000351.wav</c>, with or without the folders of the official split; words of <c>0011/0011.txt</c>.
/// </summary>
/// <remarks>
/// The folder's name is the label: the label files come in four encodings and two languages, and a line that disagrees is listed.
/// </remarks>
internal static partial class Esd
{
    private const int SentenceCount = 350;

    // CodePagesEncodingProvider is asked directly: registering it would change the whole process.
    private static readonly Encoding s_chinese = CodePagesEncodingProvider.Instance.GetEncoding("gb18030")!;   // holds GB2312 and GBK

    private static readonly Dictionary<string, string> s_chineseLabels = new(StringComparer.Ordinal)
    {
        ["中立"] = "Neutral",
        ["快乐"] = "Happy",
        ["开心"] = "Happy",
        ["生气"] = "Angry",
        ["愤怒"] = "Angry",
        ["伤心"] = "Sad",
        ["惊喜"] = "Surprise",
        ["惊讶"] = "Surprise",
    };

    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
    {
        var lines = folder.Files(LabelFile()).SelectMany(file => Labels(folder, file)).DistinctBy(l => l.Id)
            .ToDictionary(l => l.Id, StringComparer.Ordinal);
        foreach (var file in folder.Audio())
        {
            if (FileName().Match(file) is not { Success: true } name)
                continue;
            lines.Remove(name.Groups["id"].Value, out var line);
            var label = name.Groups["label"].Value;
            if (line.Label is { Length: > 0 } written && written != label)
                folder.Doubt(file, $"the label file says '{written}'; the folder is taken");
            yield return Entry(file, name.Groups["id"].Value, label, line.Text ?? "") with { Split = name.Groups["split"].Value };
        }
        foreach (var absent in lines.Values)
            yield return Entry(null, absent.Id, absent.Label, absent.Text);
    }

    private static CorpusEntry Entry(string? file, string id, string label, string text)
    {
        var mandarin = int.Parse(id[..4], CultureInfo.InvariantCulture) <= 10;
        // the same 350 follow one another in each emotion
        var sentence = (int.Parse(id[5..], CultureInfo.InvariantCulture) - 1) % SentenceCount + 1;
        return new CorpusEntry(file, id, Speaker: id[..4], label)
        {
            Part = mandarin
            ? "mandarin" : "english",
            Script = string.Create(CultureInfo.InvariantCulture, $"{(mandarin ? "zh" : "en")}{sentence:000}"),
            Text = text
        };
    }

    private static IEnumerable<(string Id, string Text, string Label)> Labels(CorpusFolder folder, string file)
    {
        foreach (var (line, number) in folder.Lines(file, string.CompareOrdinal(Path.GetFileName(file), "0011") < 0 ? s_chinese : null)
            .Where(l => l.Line.Trim().Length > 0))
        {
            if (LabelLine().Match(line) is not { Success: true } match)
            {
                folder.Doubt($"{file}:{number}", "the line of an utterance is not understood");
                continue;
            }
            var label = match.Groups["label"].Value;
            yield return (match.Groups["id"].Value, match.Groups["text"].Value.Trim(), s_chineseLabels.GetValueOrDefault(label, label));
        }
    }

    [GeneratedRegex(
        @"(?:^|/)(?<speaker>00[012]\d)/(?<label>[^/]+)/(?:(?<split>train|evaluation|test)/)?(?<id>\k<speaker>_\d{6})\.(?i:wav)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"(?:^|/)(?<speaker>00[012]\d)/\k<speaker>\.(?i:txt)$")]
    private static partial Regex LabelFile();

    [GeneratedRegex(@"^\s*(?<id>\d{4}_\d{6})\t(?<text>[^\t]*)\t\s*(?<label>\w+)\s*$")]
    private static partial Regex LabelLine();
}
