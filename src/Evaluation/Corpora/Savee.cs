using System.Globalization;
using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>SAVEE: <c>DC/a01.wav</c> or flat <c>DC_a01.wav</c>; <c>sa</c> and <c>su</c> are emotions of two letters.</summary>
internal static partial class Savee
{
    private static readonly string[] s_speakers = ["DC", "JE", "JK", "KL"];
    private static readonly string[] s_emotions = ["a", "d", "f", "h", "n", "sa", "su"];

    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var file in folder.Audio())
        {
            if (FileName().Match(file) is not { Success: true } name)
                continue;
            var entry = Entry(file, name.Groups["speaker"].Value, name.Groups["label"].Value, name.Groups["number"].Value);
            seen.Add(entry.Id);
            yield return entry;
        }
        // The design is complete, so that what is missing can be named; in a folder without any of it, nothing is.
        var design = from speaker in s_speakers
                     from emotion in s_emotions
                     from number in Enumerable.Range(1, emotion == "n" ? 30 : 15)
                     select Entry(null, speaker, emotion, number.ToString("00", CultureInfo.InvariantCulture));
        foreach (var absent in seen.Count > 0 ? design.Where(entry => !seen.Contains(entry.Id)) : [])
            yield return absent;
    }

    private static CorpusEntry Entry(string? file, string speaker, string emotion, string number)
        => new(file, $"{speaker}_{emotion}{number}", speaker, emotion) { Script = emotion + number };

    [GeneratedRegex(@"(?:^|/)(?<speaker>DC|JE|JK|KL)[/_](?<label>sa|su|a|d|f|h|n)(?<number>\d\d)\.(?i:wav)$")]
    private static partial Regex FileName();
}
