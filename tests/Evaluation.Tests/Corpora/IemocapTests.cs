using System.Text;

namespace MlNetSer.Tests.Corpora;

public sealed class IemocapTests
{
    private const string Header = "% [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]\n\n";

    private static string Turn(string id, string label) => $"[6.2901 - 8.2357]\t{id}\t{label}\t[2.5000, 2.5000, 2.5000]\n";

    /// <summary>Two sessions, nine turns, and every oddity that the release or a copy of it has.</summary>
    private static MiniatureCorpus Odd()
    {
        var corpus = new MiniatureCorpus();
        void Dialogue(string dialogue, params (string Turn, string Label)[] turns)
        {
            var session = $"Session{dialogue[4]}";
            var text = new StringBuilder(Header);
            foreach (var (turn, label) in turns)
            {
                text.Append(Turn($"{dialogue}_{turn}", label));
                // Raters, a self-evaluation that disagrees, dimensions with their two blanks.
                text.Append(
                    "C-E2:\tNeutral;\t\nC-F1:\tHappiness;\t(curious)\nA-E3:\tval 3; act 2; dom  2;\t\nA-F1:\tval 3; act 2; dom  ;\t\n\n");
                corpus.Wav($"{session}/sentences/wav/{dialogue}/{dialogue}_{turn}.wav");
            }
            corpus.Text($"{session}/dialog/EmoEvaluation/{dialogue}.txt", text.ToString());
        }
        Dialogue("Ses01F_impro01", ("F000", "neu"), ("M000", "ang"), ("F001", "xxx"));
        Dialogue("Ses01M_script01_1", ("F000", "sad"), ("M000", "fru"));
        Dialogue("Ses03M_impro05a", ("F004", "hap"), ("M005", "exc"));
        Dialogue("Ses05M_script01_1b", ("F003", "ang"), ("M003", "neu"));
        return corpus
            .Text("Session1/dialog/EmoEvaluation/Self-evaluation/Ses01F_impro01_f.txt", Turn("Ses01F_impro01_F000", "hap"))
            .Text("Session1/dialog/EmoEvaluation/Categorical/Ses01F_impro01_e2_cat.txt", Turn("Ses01F_impro01_F000", "sad"))
            .Text("Session1/dialog/EmoEvaluation/._Ses01F_impro01.txt", Turn("Ses01F_impro01_F000", "ang"))
            .Wav("Session1/sentences/wav/Ses01F_impro01/._Ses01F_impro01_F000.wav")
            .Wav("Session1/dialog/wav/Ses01F_impro01.wav")   // a whole dialogue: no utterance, and not unexpected
            .Text("Session1/dialog/transcriptions/Ses01F_impro01.txt",
            "Ses01F_impro01_F000 [006.2901-008.2357]: Excuse me.\nSes01F_impro01_FXX0 [009.0-009.5]: Mhm.\nM: (laughs)\n");
    }

    [Fact]
    public void Merged_classes_are_the_corpus_own_decisions()
    {
        using var corpus = Odd();

        var reading = corpus.Read("iemocap");

        Assert.Equal([("angry", 2), ("happy", 2), ("neutral", 2), ("sad", 1)], reading.Classes());
        // not the self-evaluation's, a single rater's or the companion file's
        Assert.Equal("neutral", reading.Named("Ses01F_impro01_F000").Label);
        Assert.Equal("merge-excited", reading.Manifest.Policy);
    }

    [Fact]
    public void A_copy_of_a_label_file_does_not_win_and_is_doubted_where_it_says_something_else()
    {
        using var corpus = Odd().Text("Session1/dialog/EmoEvaluation/Ses01F_impro01 copy.txt",
            Header + Turn("Ses01F_impro01_F000", "ang") + Turn("Ses01F_impro01_M000", "ang"))
            .Wav("Session1/sentences/wav/Ses01F_impro01 copy/Ses01F_impro01_F000.wav");

        var reading = corpus.Read("iemocap");

        Assert.Equal("neutral", reading.Named("Ses01F_impro01_F000").Label);
        Assert.EndsWith("/Ses01F_impro01/Ses01F_impro01_F000.wav", reading.Named("Ses01F_impro01_F000").Path);
        Assert.Equal(["Ses01F_impro01_F000"], reading.Subjects(CorpusFindingKind.Doubtful, "label 'neu' of 'Ses01F_impro01_F000', and "
            + "again 'ang'"));
        Assert.Equal(["Ses01F_impro01_M000"], reading.Subjects(CorpusFindingKind.LeftOut, "its label occurs twice"));
        Assert.Equal(["Session1/sentences/wav/Ses01F_impro01 copy/Ses01F_impro01_F000.wav"],
            reading.Subjects(CorpusFindingKind.LeftOut, "a copy of"));
    }

    [Theory]
    [InlineData("Ses01F_impro01_M000", "Ses01M", "m", "Ses01", "impro01")]   // F wore the markers, M speaks
    [InlineData("Ses01M_script01_1_F000", "Ses01F", "f", "Ses01", "script01")]
    [InlineData("Ses03M_impro05a_F004", "Ses03F", "f", "Ses03", "impro05")]
    [InlineData("Ses05M_script01_1b_F003", "Ses05F", "f", "Ses05", "script01")]
    [InlineData("Ses05M_script01_1b_M003", "Ses05M", "m", "Ses05", "script01")]
    public void Speaker_is_the_letter_after_the_last_underscore(string id, string speaker, string gender, string session, string script)
    {
        using var corpus = Odd();

        var utterance = corpus.Read("iemocap").Named(id);

        Assert.Equal((speaker, gender, session, script), (utterance.Speaker, utterance.Gender, utterance.Session, utterance.Script));
    }

    [Fact]
    public void What_is_left_out_is_named_with_its_reason()
    {
        using var corpus = Odd();

        var reading = corpus.Read("iemocap");

        Assert.Equal(["Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F001.wav"],
            reading.Subjects(CorpusFindingKind.LeftOut, "label 'xxx' (no agreement) is not in the policy"));
        Assert.Equal(["Session1/sentences/wav/Ses01M_script01_1/Ses01M_script01_1_M000.wav"],
            reading.Subjects(CorpusFindingKind.LeftOut, "label 'fru' (frustration)"));
        Assert.Equal(2, reading.Subjects(CorpusFindingKind.LeftOut, "macOS companion").Count());
        Assert.Equal(["Ses01F_impro01_FXX0"], reading.Subjects(CorpusFindingKind.LeftOut, "a transcript without a label"));
        Assert.Empty(reading.Subjects(CorpusFindingKind.Missing));
        Assert.Empty(reading.Subjects(CorpusFindingKind.Unexpected));
        Assert.Equal("Excuse me.", reading.Named("Ses01F_impro01_F000").Text);
    }

    [Fact]
    public void Audio_and_labels_that_do_not_meet_are_named()
    {
        using var corpus = Odd().Wav("Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_M099.wav")
            .Text("Session2/dialog/EmoEvaluation/Ses02F_impro01.txt", Turn("Ses02F_impro01_F000", "ang") + "[1 - 2] torn\n");

        var reading = corpus.Read("iemocap");

        Assert.Equal(["Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_M099.wav"], reading.Subjects(CorpusFindingKind.Unexpected));
        Assert.Equal(["Ses02F_impro01_F000"], reading.Subjects(CorpusFindingKind.Missing, "no such file"));
        Assert.Equal(["Session2/dialog/EmoEvaluation/Ses02F_impro01.txt:2"],
            reading.Subjects(CorpusFindingKind.Doubtful, "not understood"));
        Assert.Contains("speaker 'Ses02F', label 'ang'", reading.Subjects(CorpusFindingKind.Count, "0 found, 67 published"));
    }

    [Theory]
    [InlineData("excited-only", 1, 6)]
    [InlineData("happy-only", 1, 6)]
    [InlineData("improvised-only", 2, 4)]
    [InlineData("improvised-happy-only", 1, 3)]
    [InlineData("scripted-only", 0, 3)]
    [InlineData("all-classes", 1, 8)]
    public void Policies_differ_in_what_is_happy_and_what_is_kept(string policy, int happy, int all)
    {
        using var corpus = Odd();

        var manifest = corpus.Read("iemocap", policy).Manifest;

        Assert.Equal((happy, all), (manifest.Utterances.Count(u => u.Label == "happy"), manifest.Utterances.Count));
        Assert.StartsWith($"iemocap/{policy}/{all}-", manifest.Identity);
    }

    /// <summary>As many turns as published, by speaker, label and style: the counts of corpora.md, and nothing differs.</summary>
    [Fact]
    public void Complete_tree_gives_5531_utterances_and_no_difference()
    {
        using var corpus = new MiniatureCorpus();
        var description = SpeechCorpora.Describe("iemocap");
        var improvised = new Dictionary<string, int> { ["ang"] = 289, ["hap"] = 284, ["exc"] = 663, ["neu"] = 1099, ["sad"] = 608 };
        var turns = description.Speakers.SelectMany(s =>
            s.Value.Labels.SelectMany(l => Enumerable.Repeat((Speaker: s.Key, Label: l.Key), l.Value)))
            .Concat(description.Labels.Where(l => !improvised.ContainsKey(l.Key))
            .SelectMany(l => Enumerable.Range(0, l.Value.Count!.Value)
            .Select(i => (Speaker: description.Speakers.Keys.ElementAt(i % 10), Label: l.Key))));
        Dictionary<string, StringBuilder> files = [];
        Dictionary<string, int> numbers = [];
        foreach (var (speaker, label) in turns)
        {
            var scene = improvised.GetValueOrDefault(label) > 0 && improvised[label]-- > 0 ? "impro" : "script";
            var n = numbers[speaker + scene] = numbers.GetValueOrDefault(speaker + scene) + 1;
            var dialogue = $"{speaker[..5]}{"FM"[n % 2]}_{scene}{1 + n / 500:00}{(scene == "script" ? "_1" : "")}";
            var id = $"{dialogue}_{speaker[5]}{n % 500:000}";
            var file = $"Session{speaker[4]}/dialog/EmoEvaluation/{dialogue}.txt";
            if (!files.TryGetValue(file, out var text))
                files[file] = text = new StringBuilder(Header);
            text.Append(Turn(id, label));
            corpus.Wav($"Session{speaker[4]}/sentences/wav/{dialogue}/{id}.wav");
        }
        foreach (var (file, text) in files)
            corpus.Text(file, text.ToString());

        var reading = corpus.Read("iemocap");

        Assert.Equal([("angry", 1103), ("happy", 1636), ("neutral", 1708), ("sad", 1084)], reading.Classes());
        Assert.Equal(5531, reading.Manifest.Utterances.Count);
        Assert.Equal([528, 557, 481, 542, 522, 629, 528, 503, 590, 651], reading.Manifest.Utterances.GroupBy(u => u.Speaker)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Count()));
        Assert.Equal(10039 - 5531, reading.Subjects(CorpusFindingKind.LeftOut, "is not in the policy").Count());
        reading.EnsureComplete();
        Assert.Equal((2943, 2588), (corpus.Read("iemocap", "improvised-only").Manifest.Utterances.Count,
            corpus.Read("iemocap", "scripted-only").Manifest.Utterances.Count));
    }
}
