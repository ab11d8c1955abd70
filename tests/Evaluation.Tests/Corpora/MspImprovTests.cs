using System.Text;

namespace MlNetSer.Tests.Corpora;

public sealed class MspImprovTests
{
    private static string Block(string key, string label, string ratings = "A:3.000000; V:3.500000; D:3.000000 ; N:4.000000;")
        => $"UTD-IMPROV-{key}.avi; {label}; {ratings}\nWORKER1; Neutral; Neutral,Concerned; A:3.0; V:3.0; D:3.0; N:4.0;\nWORKER1; "
        + "Neutral; Neutral,Concerned; A:3.0; V:3.0; D:3.0; N:4.0;\n\n";   // one rater twice

    private static string Audio(string key) => $"session{key[6]}/{key[..4]}/{key[8]}/MSP-IMPROV-{key}.wav";

    private static MiniatureCorpus Odd(string labelFile)
    {
        (string Key, string Label, string Ratings)[] turns =
        [
            ("S01A-F01-S-FM01", "N", "A:3.000000; V:3.500000; D:3.000000 ; N:4.000000;"),   // meant angry, heard neutral
            ("S01A-M01-S-FM02", "A", "A:3.000000; V:3.500000; D:NaN ; N:NaN;"),
            ("S02H-F02-P-MF03", "H", "A:3.0; V:3.0; D:3.0; N:4.0;"),
            ("S03S-M02-T-MF01", "S", "A:NaN; V:NaN; D:NaN; N:NaN;"),
            ("S16N-M02-R-MM100", "N", "A:3.0; V:3.0; D:3.0; N:4.0;"),
            ("S02H-F02-P-MF04", "X", "A:3.0; V:3.0; D:3.0; N:4.0;"),
            ("S02H-F02-P-MF05", "O", "A:3.0; V:3.0; D:3.0; N:4.0;"),
        ];
        return new MiniatureCorpus().Text(labelFile, string.Concat(turns.Select(t => Block(t.Key, t.Label, t.Ratings))))
            .Wav(turns.Select(t => Audio(t.Key)))
            .Text("All_human_transcriptions/MSP-IMPROV-S01A-F01-S-FM01.txt", "I can't believe it.\n");
    }

    [Theory]
    [InlineData("Evalution.txt")]
    [InlineData("Evaluation.txt")]
    public void Both_spellings_of_the_label_file_give_the_perceived_labels(string labelFile)
    {
        using var corpus = Odd(labelFile);

        var reading = corpus.Read("msp-improv");

        Assert.Equal([("angry", 1), ("happy", 1), ("neutral", 2), ("sad", 1)], reading.Classes());
        Assert.Equal("neutral", reading.Named("MSP-IMPROV-S01A-F01-S-FM01").Label);   // its name says A
        Assert.Equal("I can't believe it.", reading.Named("MSP-IMPROV-S01A-F01-S-FM01").Text);
        Assert.Empty(reading.Subjects(CorpusFindingKind.Missing));
        Assert.Empty(reading.Subjects(CorpusFindingKind.Unexpected));
        Assert.Empty(reading.Subjects(CorpusFindingKind.Doubtful));
        Assert.Single(reading.Subjects(CorpusFindingKind.LeftOut, "label 'X' (no agreement)"));
        Assert.Single(reading.Subjects(CorpusFindingKind.LeftOut, "label 'O' (other)"));
    }

    [Theory]
    [InlineData("MSP-IMPROV-S01A-M01-S-FM02", "M01", "m", "session1", "S01")]
    [InlineData("MSP-IMPROV-S16N-M02-R-MM100", "M02", "m", "session2", "S16")]
    [InlineData("MSP-IMPROV-S02H-F02-P-MF03", "F02", "f", "session2", "S02")]
    public void Speaker_is_the_fourth_field(string id, string speaker, string gender, string session, string script)
    {
        using var corpus = Odd("Evalution.txt");

        var utterance = corpus.Read("msp-improv").Named(id);

        Assert.Equal((speaker, gender, session, script), (utterance.Speaker, utterance.Gender, utterance.Session, utterance.Script));
    }

    [Theory]
    [InlineData("improvised-only", 3)]
    [InlineData("target-only", 1)]
    [InlineData("natural-only", 1)]
    public void Policies_select_conditions(string policy, int kept)
    {
        using var corpus = Odd("Evalution.txt");

        Assert.Equal(kept, corpus.Read("msp-improv", policy).Manifest.Utterances.Count);
    }

    [Fact]
    public void Torn_lines_missing_turns_and_strays_are_named()
    {
        using var corpus = Odd("Evaluation.txt").Text("Evalution.txt", "a second label file")
            .Wav("session1/S01A/S/MSP-IMPROV-S01A-F01-S-FM77.wav");
        File.AppendAllText(Path.Combine(corpus.Folder, "Evaluation.txt"), Block("S04N-F03-S-FM01", "N") + "UTD-IMPROV-S04N-F03\n");

        var reading = corpus.Read("msp-improv");

        Assert.Equal(["MSP-IMPROV-S04N-F03-S-FM01"], reading.Subjects(CorpusFindingKind.Missing));
        // 8 blocks of 4 lines stand before it
        Assert.Equal(["Evaluation.txt:33"], reading.Subjects(CorpusFindingKind.Doubtful, "not understood"));
        Assert.Equal(["session1/S01A/S/MSP-IMPROV-S01A-F01-S-FM77.wav"], reading.Subjects(CorpusFindingKind.Unexpected));
        Assert.Equal(["Evalution.txt"], reading.Subjects(CorpusFindingKind.Doubtful, "'Evaluation.txt' is read instead"));
    }

    [Fact]
    public void Of_two_label_files_the_release_s_own_is_read_and_another_one_is_doubted()
    {
        using var corpus = Odd("Evalution.txt").Text("Documentation/Evaluation.txt", "How the corpus was evaluated.\n")
            .Text("Evaluation.txt", Block("S01A-F01-S-FM01", "H"));

        var reading = corpus.Read("msp-improv");

        Assert.Equal("neutral", reading.Named("MSP-IMPROV-S01A-F01-S-FM01").Label);
        Assert.Equal(["Documentation/Evaluation.txt", "Evaluation.txt"],
            reading.Subjects(CorpusFindingKind.Doubtful, "'Evalution.txt' is read instead, and is another file"));
    }

    [Fact]
    public void A_turn_that_is_labelled_twice_is_doubted_where_the_labels_differ_and_a_copy_where_they_do_not()
    {
        using var corpus = Odd("Evalution.txt").Wav(Audio("S01A-F01-S-FM01").Replace("MSP-", "UTD-"));
        File.AppendAllText(Path.Combine(corpus.Folder, "Evalution.txt"), Block("S01A-F01-S-FM01", "H") + Block("S01A-M01-S-FM02", "A"));

        var reading = corpus.Read("msp-improv");

        Assert.Equal("neutral", reading.Named("MSP-IMPROV-S01A-F01-S-FM01").Label);
        Assert.Equal(["MSP-IMPROV-S01A-F01-S-FM01"], reading.Subjects(
            CorpusFindingKind.Doubtful, "label 'N' of 'MSP-IMPROV-S01A-F01-S-FM01', and again 'H'; the first is taken"));
        Assert.Equal(["MSP-IMPROV-S01A-M01-S-FM02"], reading.Subjects(CorpusFindingKind.LeftOut, "its label occurs twice"));
        Assert.Equal([Audio("S01A-F01-S-FM01").Replace("MSP-", "UTD-")],
            reading.Subjects(CorpusFindingKind.LeftOut, $"a copy of '{Audio("S01A-F01-S-FM01")}'"));
    }

    /// <summary>As many turns as published, by condition and label: 7,798, and nothing differs.</summary>
    [Fact]
    public void Complete_tree_gives_7798_utterances_and_no_difference()
    {
        (char Part, string Scene, (char Label, int Count)[] Labels)[] published =
        [
            ('T', "FM", [('A', 115), ('S', 106), ('H', 136), ('N', 283), ('O', 1), ('X', 11)]),
            ('R', "FF", [('A', 169), ('S', 80), ('H', 88), ('N', 241), ('O', 3), ('X', 39)]),
            ('S', "FM", [('A', 470), ('S', 633), ('H', 1048), ('N', 1789), ('O', 70), ('X', 371)]),
            ('P', "FM", [('A', 38), ('S', 66), ('H', 1372), ('N', 1164), ('O', 11), ('X', 134)]),
        ];
        using var corpus = new MiniatureCorpus();
        var text = new StringBuilder();
        foreach (var (part, scene, labels) in published)
        {
            var n = 0;
            foreach (var label in labels.SelectMany(l => Enumerable.Repeat(l.Label, l.Count)))
            {
                var key = $"S{1 + n % 15:00}{"AHSN"[n % 4]}-{"FM"[n % 2]}0{1 + n / 2 % 6}-{part}-{scene}{n / 60:000}";
                text.Append(Block(key, label.ToString()));
                corpus.Wav(Audio(key));
                n++;
            }
        }
        corpus.Text("Evalution.txt", text.ToString());

        var reading = corpus.Read("msp-improv");

        Assert.Equal([("angry", 792), ("happy", 2644), ("neutral", 3477), ("sad", 885)], reading.Classes());
        Assert.Equal(7798, reading.Manifest.Utterances.Count);
        reading.EnsureComplete();
        Assert.Equal(652 + 4381 - 12 - 441, corpus.Read("msp-improv", "improvised-only").Manifest.Utterances.Count);
    }
}
