using System.Text.RegularExpressions;

namespace MlNetSer.Corpora;

/// <summary>IEMOCAP: labels of <c>EmoEvaluation/*.txt</c>, sentences of <c>sentences/wav</c>.</summary>
/// <remarks>
/// The label is the corpus' own majority decision, field 3 of a turn's line; the raters' lines below it, self-evaluations among them, are
/// not read, nor are the folders of single raters. The speaker is the letter after the last underscore: the first letter says who wore the
/// markers.
/// </remarks>
internal static partial class Iemocap
{
    public static IEnumerable<CorpusEntry> Read(CorpusFolder folder)
    {
        var audio = folder.AudioByName(SentenceFile());
        var texts = Transcripts(folder);
        foreach (var file in folder.Files(LabelFile()))
        {
            foreach (var (line, number) in folder.Lines(file).Where(l => l.Line.StartsWith('[')))
            {
                var turn = Turn().Match(line);
                var name = UtteranceName().Match(turn.Groups["id"].Value);
                if (!name.Success)
                {
                    folder.Doubt($"{file}:{number}", "the line of a turn is not understood");
                    continue;
                }
                texts.Remove(name.Value, out var text);
                yield return new CorpusEntry(audio.GetValueOrDefault(name.Value), name.Value,
                    name.Groups["session"].Value + name.Groups["speaker"].Value, turn.Groups["label"].Value)
                {
                    Session = name.Groups["session"].Value,
                    Script = name.Groups["script"].Value,
                    Part = name.Value.Contains("_impro", StringComparison.Ordinal) ? "improvised" : "scripted",
                    Text = text ?? "",
                };
            }
        }
        foreach (var id in texts.Keys)
            folder.LeaveOut(id, "a transcript without a label");
    }

    private static Dictionary<string, string> Transcripts(CorpusFolder folder)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in folder.Files(TranscriptFile()).SelectMany(file => folder.Lines(file)).Select(l => Transcript().Match(l.Line))
            .Where(m => m.Success))
            texts.TryAdd(line.Groups["id"].Value, line.Groups["text"].Value.Trim());
        return texts;
    }

    [GeneratedRegex(@"(?:^|/)Session[1-5]/sentences/wav/.*\.(?i:wav)$")]
    private static partial Regex SentenceFile();

    [GeneratedRegex(@"(?:^|/)Session[1-5]/dialog/EmoEvaluation/[^/]+\.(?i:txt)$")]
    private static partial Regex LabelFile();

    [GeneratedRegex(@"(?:^|/)Session[1-5]/dialog/transcriptions/[^/]+\.(?i:txt)$")]
    private static partial Regex TranscriptFile();

    [GeneratedRegex(@"^\[\d+\.\d+ - \d+\.\d+\]\t(?<id>\w+)\t(?<label>\w+)\t\[")]
    private static partial Regex Turn();

    [GeneratedRegex(@"^(?<session>Ses0[1-5])[FM]_(?<script>(?:impro|script)\d\d)[ab]?(?:_\d[ab]?)?_(?<speaker>[FM])\w{3}$")]
    private static partial Regex UtteranceName();

    [GeneratedRegex(@"^(?<id>Ses\w+) \[[\d.]+-[\d.]+\]:(?<text>.*)$")]
    private static partial Regex Transcript();
}
