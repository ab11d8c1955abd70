using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>MSP-IMPROV: consensus labels of <c>Evalution.txt</c> (so spelt in the release), turns as WAV files.</summary>
/// <remarks>
/// Label lines say <c>UTD-IMPROV-...avi</c>, files say <c>MSP-IMPROV-...wav</c>: the key is what follows. Only the head line of a block is
/// read, so NaN ratings, stray blanks and raters listed twice do no harm. The emotion letter in the name is what the actors intended, and
/// is not the label.
/// </remarks>
internal static partial class MspImprov
{
    private static readonly Dictionary<string, string> s_parts =
        new(StringComparer.Ordinal) { ["P"] = "natural", ["R"] = "read", ["S"] = "improvised", ["T"] = "target" };

    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
    {
        Dictionary<string, string> ByKey(IEnumerable<string> files)
        {
            var byKey = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in files)
            {
                if (Key(Path.GetFileNameWithoutExtension(file)) is { } key && !byKey.TryAdd(key, file))
                    folder.ReadInstead(byKey[key], file);   // MSP-IMPROV-x and UTD-IMPROV-x
            }
            return byKey;
        }
        var audio = ByKey(folder.AudioByName().Values);
        var texts = ByKey(folder.Files(TextFile()));
        if (folder.First(file => folder.Lines(file).Any(l => TurnName().IsMatch(l.Line)), LabelFile(),
            LabelFileAsOneWouldSpellIt()) is not { } labels)
            yield break;
        foreach (var (line, number) in folder.Lines(labels).Where(l => TurnName().IsMatch(l.Line)))
        {
            if (Turn().Match(line) is not { Success: true } turn)
            {
                folder.Doubt($"{labels}:{number}", "the line of a turn is not understood");
                continue;
            }
            var key = turn.Groups["key"].Value;
            yield return new CorpusEntry(audio.GetValueOrDefault(key), "MSP-IMPROV-" + key, turn.Groups["speaker"].Value,
                turn.Groups["label"].Value)
            {
                Session = "session" + turn.Groups["session"].Value,
                Script = "S" + turn.Groups["sentence"].Value,
                Part = s_parts[turn.Groups["part"].Value],
                Text = texts.TryGetValue(key, out var text) ? string.Join(' ', folder.Lines(text).Select(l => l.Line.Trim())).Trim() : "",
            };
        }
    }

    private static string? Key(string name) => TurnName().Match(name) is { Success: true } match ? name[match.Length..] : null;

    [GeneratedRegex(@"(?:^|/)Evalution\.txt$", RegexOptions.IgnoreCase)]
    private static partial Regex LabelFile();

    [GeneratedRegex(@"(?:^|/)Evaluation\.txt$", RegexOptions.IgnoreCase)]
    private static partial Regex LabelFileAsOneWouldSpellIt();

    [GeneratedRegex(@"(?:^|/)(?:MSP|UTD)-IMPROV-[^/]+\.(?i:txt)$")]
    private static partial Regex TextFile();

    [GeneratedRegex(@"^(?:MSP|UTD)-IMPROV-")]
    private static partial Regex TurnName();

    [GeneratedRegex(
        @"^(?:MSP|UTD)-IMPROV-(?<key>S(?<sentence>\d\d)[AHSN]-(?<speaker>[FM]0(?<session>[1-6]))-(?<part>[PRST])-[FM][FM]\d{2,3})"
        + @"\.(?i:avi|wav)\s*;\s*(?<label>[A-Z])\s*;")]
    private static partial Regex Turn();
}
