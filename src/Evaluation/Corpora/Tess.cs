using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>TESS: <c>OAF_lid_fear.wav</c> in any folder; the label follows the last underscore, <c>OA_</c> is OAF once mistyped.</summary>
internal static partial class Tess
{
    private static readonly string[] s_speakers = ["OAF", "YAF"];
    private static readonly string[] s_emotions = ["angry", "disgust", "fear", "happy", "neutral", "ps", "sad"];

    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
    {
        HashSet<string> seen = new(StringComparer.Ordinal), words = new(StringComparer.Ordinal);
        foreach (var file in folder.Audio())
        {
            if (FileName().Match(file) is not { Success: true } name)
                continue;
            var entry = Entry(file, name.Groups["speaker"].Value == "YAF"
                ? "YAF" : "OAF", name.Groups["word"].Value, name.Groups["label"].Value);
            words.Add(entry.Script);
            seen.Add(entry.Id);
            yield return entry;
        }
        // Both women say every word in every emotion: a word seen once is wanted in all.
        var design = from speaker in s_speakers
                     from word in words.Order(StringComparer.Ordinal)
                     from emotion in s_emotions
                     select Entry(
            null, speaker, word, emotion);
        foreach (var absent in design.Where(entry => !seen.Contains(entry.Id)))
            yield return absent;
    }

    private static CorpusEntry Entry(string? file, string speaker, string word, string emotion)
        => new(file, $"{speaker}_{word}_{emotion}", speaker, emotion) { Script = word, Text = $"Say the word {word}." };

    [GeneratedRegex(@"(?:^|/)(?<speaker>OAF|OA|YAF)_(?<word>[^/]+)_(?<label>[^_/]+)\.(?i:wav)$")]
    private static partial Regex FileName();
}
