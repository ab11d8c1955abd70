using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>
/// CREMA-D: <c>actor_sentence_emotion_level.wav</c>; gender of <c>VideoDemographics.csv</c>, and what raters of the voice heard of
/// <c>summaryTable.csv</c>.
/// </summary>
internal static partial class CremaD
{
    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
    {
        var genders = Table(folder, "VideoDemographics.csv", "ActorID", "Sex", "genders are unknown");
        var votes = Table(folder, "summaryTable.csv", "FileName", "VoiceVote",
            "what raters heard is unknown, and the policy 'perceived' keeps nothing");
        foreach (var file in folder.Audio())
        {
            if (FileName().Match(file) is not { Success: true } name)
                continue;
            var (id, speaker) = (name.Groups["id"].Value, name.Groups["speaker"].Value);
            yield return new CorpusEntry(file, id, speaker, name.Groups["label"].Value)
            {
                Gender = genders.GetValueOrDefault(speaker, "") switch { "Male" => "m", "Female" => "f", _ => "" },
                Script = name.Groups["script"].Value,
                Perceived = votes.GetValueOrDefault(id, ""),   // a tie, as "A:D", is in no policy
            };
        }
    }

    private static Dictionary<string, string> Table(CorpusFolder folder, string name, string key, string value, string without)
    {
        if (folder.First(new Regex($"(?:^|/){Regex.Escape(Path.GetFileNameWithoutExtension(name))}\\.(?i:csv)$")) is { } file)
            return folder.Rows(file, key, value).Select(cell => (Key: cell(key), Value: cell(value))).DistinctBy(row => row.Key)
                .ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal);
        folder.LeaveOut(name, $"not there: {without}");
        return [];
    }

    [GeneratedRegex(@"(?:^|/)(?<id>(?<speaker>1\d{3})_(?<script>[A-Z]{3})_(?<label>[A-Z]{3})_(?:LO|MD|HI|XX?))\.(?i:wav)$")]
    private static partial Regex FileName();
}
