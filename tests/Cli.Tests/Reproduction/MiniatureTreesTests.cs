using System.Text;

namespace MlNetSer.Tests.Reproduction;

/// <summary>From the folders of the paper's two corpora to both tables and the figure, in miniature: two sessions of two speakers, one
/// synthetic utterance for each emotion.</summary>
public sealed class MiniatureTreesTests : IDisposable
{
    private static readonly (string Emotion, string Iemocap, char Improv)[] s_labels = [("angry", "ang", 'A'), ("happy", "exc", 'H'),
        ("neutral", "neu", 'N'), ("sad", "sad", 'S')];
    private static readonly (int Session, char Gender)[] s_speakers = [(1, 'F'), (1, 'M'), (2, 'F'), (2, 'M')];

    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-trees").FullName;
    private readonly string _speech;

    public MiniatureTreesTests()
    {
        _speech = Path.Combine(_folder, "speech");
        SyntheticCorpus.Write(_speech, speakerCount: 4, utterancesPerEmotion: 1);
    }

    [Fact]
    public void BothCorpora_AsDistributed_EndInBothTables_WithThePapersNumbers()
    {
        WriteIemocap();
        WriteImprov();
        using var process = ToolProcess.Reproduce(_folder, "--corpus", "iemocap=IEMOCAP_full_release", "--corpus", "msp-improv=MSP-IMPROV",
            "--encoder", "untrained", "--quick", "--epochs", "1", "--hidden", "8", "--output", "out");

        var told = process.Succeed();

        Assert.Contains("96 jobs", told);   // 12 rows x 2 corpora x 4 folds
        Assert.Contains("LeftOut: label 'xxx' (no agreement)", told);
        Assert.Contains("Count: utterances: 17 found, 10039 published", told);
        string[] table2 = Lines("table2.md"), table3 = Lines("table3.md");
        Assert.Equal(["Input", "iemocap", "paper", "msp-improv", "paper", "msp-improv → iemocap", "paper", "iemocap → msp-improv", "paper",
            "parameters", "s/epoch"], Cells(table2, "Input"));
        Assert.Equal(["66.2", "56.7", "48.0", "44.9"], Paper(table2, "E(1), the paper's E(2)"));
        Assert.Equal(["72.3", "58.0", "56.4", "47.7"], Paper(table2, "A + E(4), the paper's A + E(12)"));
        Assert.Equal(["76.1", "63.5", "59.4", "54.3"], Paper(table3, "CTA-RNN"));
        Assert.DoesNotContain("not run", string.Concat(table2.Concat(table3)));
        Assert.Equal(12 * 4, Directory.GetFiles(Path.Combine(_folder, "out", "runs")).Length);   // rows x settings
        Assert.Equal(1 + 4 * 4, Lines("figure2.csv").Length);   // A and three blocks in four settings
        Assert.Equal("PNG"u8, File.ReadAllBytes(Path.Combine(_folder, "out", "figure2.png")).AsSpan(1, 3));
        Assert.Contains("msp-improv → iemocap", File.ReadAllText(Path.Combine(_folder, "out", "figure2.svg"))
            .Replace("&#x2192;", "→", StringComparison.Ordinal));
        Assert.Contains("iemocap/merge-excited/16-", File.ReadAllText(Path.Combine(_folder, "out", "results.md")));
        Assert.Contains("the copy is NOT the corpus as published", File.ReadAllText(Path.Combine(_folder, "out", "results.md")));
        var fold = FoldFile.Load(Path.Combine(_folder, "out", "folds-iemocap.json")).Folds[0];
        // the paper's folds
        Assert.Equal(("Ses01F", "Ses01M", "Ses02F Ses02M"),
            (fold.TestSpeakers[0], fold.ValidationSpeakers[0], string.Join(' ', fold.TrainSpeakers)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Lines(string file) => File.ReadAllLines(Path.Combine(_folder, "out", file));

    private static string[] Cells(string[] table, string row)
        => table.Single(line => line.StartsWith($"| {row} ", StringComparison.Ordinal) && line.Count(c => c == '|') > 8)
        .Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Paper(string[] table, string row) => Cells(table, row).Where((_, i) => i is 2 or 4 or 6 or 8);

    private void WriteIemocap()
    {
        foreach (var (s, (session, gender)) in s_speakers.Index())
        {
            // The motion-capture markers are on the woman all the time: the speaker is the letter after the last underscore.
            var dialogue = $"Ses0{session}F_impro0{s % 2 + 1}";
            var text = new StringBuilder("% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n");
            foreach (var (i, (emotion, label, _)) in s_labels.Index())
                Turn($"{dialogue}_{gender}00{i}", label, emotion);
            if (s == 0)
                Turn($"{dialogue}_{gender}009", "xxx", "sad");
            Write($"IEMOCAP_full_release/Session{session}/dialog/EmoEvaluation/{dialogue}.txt", text.ToString());

            void Turn(string id, string label, string emotion)
            {
                text.Append($"[6.2901 - 8.2357]\t{id}\t{label}\t[2.5000, 2.5000, 2.5000]\nC-E2:\tNeutral;\t\n\n");
                Audio(s, emotion, $"IEMOCAP_full_release/Session{session}/sentences/wav/{dialogue}/{id}.wav");
            }
        }
        Write("IEMOCAP_full_release/Session1/dialog/EmoEvaluation/._Ses01F_impro01.txt", "a companion file of macOS");
    }

    private void WriteImprov()
    {
        var text = new StringBuilder();
        foreach (var (s, (session, gender)) in s_speakers.Index())
        {
            foreach (var (i, (emotion, _, label)) in s_labels.Index())
            {
                var key = $"S01A-{gender}0{session}-S-FM0{i + 1}";   // meant angry, all of them; heard as labelled
                text.Append($"UTD-IMPROV-{key}.avi; {label}; A:3.0; V:3.5; D:NaN ; N:4.0;\nWORKER1; Neutral; Neutral; A:3.0; V:3.0; "
                    + $"D:3.0; N:4.0;\n\n");
                Audio(s, emotion, $"MSP-IMPROV/session{session}/S01A/S/MSP-IMPROV-{key}.wav");
            }
        }
        Write("MSP-IMPROV/Evalution.txt", text.ToString());
    }

    private void Audio(int speaker, string emotion, string path)
        => File.Copy(Path.Combine(_speech, $"s0{speaker + 1}-{emotion}-01.wav"), Made(path));

    private void Write(string path, string text) => File.WriteAllText(Made(path), text);

    private string Made(string path)
    {
        var full = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
