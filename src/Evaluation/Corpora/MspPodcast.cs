using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>
/// MSP-Podcast: one CSV of consensus labels (its name spelt in two ways), a flat folder of WAV files, the words in <c>Transcripts/</c>
/// where a release has them.
/// </summary>
/// <remarks>
/// Unknown speakers share the name "Unknown"; they are a part of their own, so that a policy keeps them only where it says so.
/// </remarks>
internal static partial class MspPodcast
{
    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
    {
        var audio = folder.AudioByName();
        var texts = folder.Files(Transcript()).DistinctBy(Path.GetFileNameWithoutExtension)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), StringComparer.Ordinal);
        if (folder.First(LabelFile(), OlderLabelFile()) is not { } labels)
            yield break;
        foreach (var cell in folder.Rows(labels, "FileName", "EmoClass", "SpkrID", "Gender", "Split_Set"))
        {
            var id = Path.GetFileNameWithoutExtension(cell("FileName"));
            var known = cell("SpkrID") is { Length: > 0 } speaker && !speaker.Equals("Unknown", StringComparison.OrdinalIgnoreCase);
            yield return new CorpusEntry(audio.GetValueOrDefault(id), id, known ? cell("SpkrID") : "Unknown", cell("EmoClass"))
            {
                Gender = cell("Gender") switch { "Male" => "m", "Female" => "f", _ => "" },
                Split = cell("Split_Set") is "Validation" ? "Development" : cell("Split_Set"),
                Part = known ? "known-speaker" : "unknown-speaker",
                Text = texts.TryGetValue(id, out var text) ? string.Join(' ', folder.Lines(text).Select(l => l.Line.Trim())).Trim() : "",
            };
        }
    }

    [GeneratedRegex(@"(?:^|/)labels_consensus\.(?i:csv)$")]
    private static partial Regex LabelFile();

    [GeneratedRegex(@"(?:^|/)labels_concensus\.(?i:csv)$")]
    private static partial Regex OlderLabelFile();

    [GeneratedRegex(@"(?:^|/)Transcripts/[^/]+\.(?i:txt)$")]
    private static partial Regex Transcript();
}
