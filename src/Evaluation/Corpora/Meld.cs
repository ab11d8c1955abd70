using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>MELD: one CSV per side of the official split, clips as video (or sound taken from it) in a folder per side.</summary>
internal static partial class Meld
{
    private static readonly string[] s_splits = ["train", "dev", "test"];

    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
    {
        var clips = Clips(folder);
        foreach (var split in s_splits)
        {
            if (folder.First(new Regex($"(?:^|/){split}_sent_emo\\.(?i:csv)$")) is not { } labels)
                continue;
            foreach (var cell in folder.Rows(labels, "Dialogue_ID", "Utterance_ID", "Speaker", "Emotion", "Utterance"))
            {
                var id = $"{split}_dia{cell("Dialogue_ID")}_utt{cell("Utterance_ID")}";
                yield return new CorpusEntry(clips.GetValueOrDefault(id), id, cell("Speaker"), cell("Emotion")
                    .ToLowerInvariant())
                { Text = cell("Utterance"), Split = split };
            }
        }
    }

    private static Dictionary<string, string> Clips(CorpusFolder folder)
    {
        var clips = new Dictionary<string, string>(StringComparer.Ordinal);
        var named = folder.Audio(AnyClip()).Select(file => (File: file, Name: Clip().Match(file))).Where(clip => clip.Name.Success);
        foreach (var (file, name) in named.OrderBy(clip => clip.Name.Groups["again"].Success))   // the plain names first
        {
            if (!clips.TryAdd($"{name.Groups["split"].Value}_{name.Groups["id"].Value}", file))
                folder.LeaveOut(file, "a second clip of its utterance");
        }
        return clips;
    }

    [GeneratedRegex(@"\.(?:mp4|wav|flac)$", RegexOptions.IgnoreCase)]
    private static partial Regex AnyClip();

    // train_splits/, dev_splits_complete/, output_repeated_splits_test/, or what a user called them after taking the sound out.
    [GeneratedRegex(@"(?:^|/)[^/]*(?<split>train|dev|test)[^/]*/(?<again>final_videos_test)?(?<id>dia\d+_utt\d+)\.\w+$")]
    private static partial Regex Clip();
}
