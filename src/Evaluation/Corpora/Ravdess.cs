using System.Globalization;
using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>
/// RAVDESS: seven numbers in the file name, modality-channel-emotion-intensity-statement-repetition-actor. Speech as audio only; song and
/// video are left out.
/// </summary>
internal static partial class Ravdess
{
    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var file in folder.Audio(Recording()))
        {
            if (FileName().Match(file) is not { Success: true } name)
                continue;
            if (name.Groups["modality"].Value != "03")
                folder.LeaveOut(file, "a video or its sound, not an audio-only recording");
            else if (name.Groups["channel"].Value != "01")
                folder.LeaveOut(file, "song, not speech");
            else
            {
                seen.Add(name.Groups["id"].Value);
                yield return Entry(file, name.Groups["id"].Value);
            }
        }
        // The design is complete, so that what is missing can be named; in a folder without any of it, nothing is.
        foreach (var id in seen.Count > 0 ? Design().Where(id => !seen.Contains(id)) : [])
            yield return Entry(null, id);
    }

    private static CorpusEntry Entry(string? file, string id) => new(file, id, Speaker: id[^2..], Label: id[6..8]) { Script = id[12..14] };

    private static IEnumerable<string> Design()
        => from actor in Enumerable.Range(1, 24)
           from emotion in Enumerable.Range(1, 8)
           from intensity in Enumerable.Range(1, emotion == 1 ? 1 : 2)   // neutral has no strong intensity
           from statement in Enumerable.Range(1, 2)
           from repetition in Enumerable.Range(1, 2)
           select string.Create(CultureInfo.InvariantCulture,
               $"03-01-{emotion:00}-{intensity:00}-{statement:00}-{repetition:00}-{actor:00}");

    [GeneratedRegex(@"\.(?:wav|flac|mp4)$", RegexOptions.IgnoreCase)]
    private static partial Regex Recording();

    [GeneratedRegex(@"(?:^|/)(?<id>(?<modality>\d\d)-(?<channel>\d\d)(?:-\d\d){5})\.(?i:wav|flac|mp4)$")]
    private static partial Regex FileName();
}
