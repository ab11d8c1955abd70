namespace MlNetSer.Tests;

public sealed class FoldSplitterTests
{
    // Three sessions of two speakers, two rows each; the first row of everyone plays script p, the second one of its session's own.
    private static readonly FoldRow[] s_rows = [.. from s in Enumerable.Range(1, 3)
                                                   from who in new[] { "F", "M" }
                                                   from i in new[] { 1, 2 }
                                                   select new FoldRow
                                                   {
                                                       Utterance = $"{who}{s}-{i}",
                                                       Speaker = $"{who}{s}",
                                                       Label = i == 1
                                                       ? "sad" : "angry",
                                                       Session = $"{s}",
                                                       Script = i == 1
                                                       ? "p" : $"q{s}",
                                                       Text = i == 1 ? "All right." : $"Number {s}!",
                                                   }];

    private static string Sides(SpeakerFold fold)
        => $"{string.Join(" ", fold.TrainSpeakers)} | {string.Join(" ", fold.ValidationSpeakers)} | {string.Join(" ", fold.TestSpeakers)}";

    private static string Error(EvaluationProtocol protocol, params FoldRow[] rows)
        => Assert.Throws<InvalidOperationException>(() => FoldSplitter.Split(protocol, rows)).Message;

    [Fact]
    public void Session_partner_validates_the_speaker_that_is_left_out()
    {
        var file = FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut(), s_rows);

        Assert.Equal(ValidationPolicy.SessionPartner, file.Protocol.Validation);
        Assert.Equal(["F2 F3 M2 M3 | M1 | F1", "F1 F3 M1 M3 | M2 | F2", "F1 F2 M1 M2 | M3 | F3", "F2 F3 M2 M3 | F1 | M1",
            "F1 F3 M1 M3 | F2 | M2", "F1 F2 M1 M2 | F3 | M3"], file.Folds.Select(Sides));
        Assert.Equal("Leave one speaker out; the session partner validates", file.Protocol.ToString());
    }

    [Fact]
    public void Next_session_validates_and_the_partner_is_left_out()
    {
        var file = FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut(ValidationPolicy.NextSession), s_rows);

        Assert.Equal("F3 M3 | F2 M2 | F1", Sides(file.Folds[0]));
        Assert.Equal("F2 M2 | F1 M1 | M3", Sides(file.Folds[5]));
        Assert.Equal("2 rows left out: speakers M1 share the test speaker's session (M1-1, M1-2)", file.Folds[0].LeftOut.Single()
            .ToString());
    }

    [Fact]
    public void A_whole_session_is_left_out_and_the_next_one_validates()
        => Assert.Equal(["F3 M3 | F2 M2 | F1 M1", "F1 M1 | F3 M3 | F2 M2", "F2 M2 | F1 M1 | F3 M3"],
        FoldSplitter.Split(EvaluationProtocol.LeaveOneSessionOut(), s_rows).Folds.Select(Sides));

    [Fact]
    public void Drawn_validation_speakers_come_from_training_and_from_the_seed_alone()
    {
        var protocol = EvaluationProtocol.LeaveOneSpeakerOut(ValidationPolicy.RandomSpeakers) with { ValidationSpeakerCount = 2 };

        var folds = FoldSplitter.Split(protocol, s_rows).Folds;

        Assert.All(folds, fold => Assert.Equal((3, 2, 1),
            (fold.TrainSpeakers.Count, fold.ValidationSpeakers.Count, fold.TestSpeakers.Count)));
        Assert.All(folds, fold => FoldAudit.Of(fold, s_rows).ThrowIfInvalid());
        Assert.Equal(folds.Select(Sides), FoldSplitter.Split(protocol, s_rows).Folds.Select(Sides));
        Assert.NotEqual(folds.Select(Sides), FoldSplitter.Split(protocol with { Seed = 2 }, s_rows).Folds.Select(Sides));
    }

    [Fact]
    public void Groups_hold_about_as_many_rows_as_each_other()
    {
        // Speakers a to g have 7, 6, 5, 4, 3, 2, 1 rows: 28 in three groups. Largest first: a7 | b6 | c5; d to c (9), e to b (9), f to a
        // (9), g to a (10).
        FoldRow[] rows = [.. "abcdefg".SelectMany((who, i) => Enumerable.Range(0, 7 - i).Select(n => new FoldRow
        {
            Utterance = $"{who}{n}",
            Speaker = $"{who}",
        }))];

        Assert.Equal(["c d | b e | a f g", "a f g | c d | b e", "b e | a f g | c d"],
            FoldSplitter.Split(EvaluationProtocol.SpeakerGroups(3), rows).Folds.Select(Sides));
    }

    [Fact]
    public void Fixed_split_reads_its_column_and_counts_what_it_does_not_use()
    {
        FoldRow[] rows = [Fold.Row("1", "a", split: "Train"), Fold.Row("2", "b", split: "Development"), Fold.Row("3", "c", split: "Test1"),
            Fold.Row("4", "d", split: "Test2")];

        var fold = FoldSplitter.Split(EvaluationProtocol.FixedSplit(new SplitColumn
        {
            Name = "Split_Set",
            Train = "train",
            Validation = "development",
            Test = "test1",
        }),
            rows).Folds.Single();

        Assert.Equal("a | b | c", Sides(fold));
        Assert.Null(fold.Utterances);
        Assert.Equal("1 rows left out: Split_Set = 'Test2' (4)", fold.LeftOut.Single().ToString());
        Assert.Contains("Column 'Split_Set' has no row 'dev' for the validation side; it has: 'Development', 'Test1', 'Test2', 'Train'",
            Error(EvaluationProtocol.FixedSplit(new SplitColumn
            {
                Name = "Split_Set",
                Train = "train",
                Validation = "dev",
                Test = "test1",
            }), rows));
    }

    [Fact]
    public void Scripts_of_the_test_leave_training_and_are_counted()
    {
        var fold = FoldSplitter.Split(EvaluationProtocol.LeaveOneSessionOut() with { Texts = TextOverlap.ScriptDisjoint }, s_rows).Folds[0];

        // Session 1 plays p and q1; of sessions 2 and 3 only q2 and q3 are left.
        Assert.Equal(["F3-2", "M3-2"], fold.Utterances!.Train);
        Assert.Equal(["F2-2", "M2-2"], fold.Utterances.Validation);
        Assert.Equal(4, fold.Utterances.Test.Count);
        Assert.Equal(["2 rows left out: their script occurs in the test, train side (F3-1, M3-1)", "2 rows left out: "
            + "their script occurs in the test, validation side (F2-1, M2-1)"], fold.LeftOut.Select(entry => entry.ToString()));
        Assert.DoesNotContain(FoldAudit.Of(fold, s_rows).Overlaps,
            overlap => overlap is { What: "script" or "transcript", OtherSide: "test" });
    }

    [Fact]
    public void Sentences_that_everyone_says_leave_no_training_rows()
    {
        FoldRow[] rows = [Fold.Row("1", "a", text: "Yes!"), Fold.Row("2", "b", text: "yes"), Fold.Row("3", "c", text: "YES."),
            Fold.Row("4", "d", text: "yes")];

        Assert.Contains(
            "Fold 1: every row of the train side has a sentence that occurs in the test (2 of 2), so none is left. "
            + "Where all speakers say the same, divide the test: set TextGroupCount to 2 or more.",
            Error(EvaluationProtocol.LeaveOneSpeakerOut() with { Texts = TextOverlap.SentenceDisjoint }, rows));
    }

    [Fact]
    public void Models_of_a_divided_test_never_saw_its_sentences()
    {
        FoldRow[] rows = [.. from who in "abc" from text in new[] { "Yes!", "No." } select new FoldRow
        {
            Utterance = $"{who} {text}",
            Speaker = $"{who}",
            Text = text,
        }];

        var folds = FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut() with
        {
            Texts = TextOverlap.SentenceDisjoint,
            TextGroupCount = 2
        }, rows).Folds;

        Assert.Equal(["c Yes! | b Yes! | a No.", "c No. | b No. | a Yes!", "a Yes! | c Yes! | b No.", "a No. | c No. | b Yes!",
            "b Yes! | a Yes! | c No.", "b No. | a No. | c Yes!"],
            folds.Select(
            fold => $"{fold.Utterances!.Train.Single()} | {fold.Utterances.Validation.Single()} | {fold.Utterances.Test.Single()}"));
        Assert.Equal([1, 2, 3, 4, 5, 6], folds.Select(fold => fold.Number));
        Assert.Equal("1 rows left out: tested in other folds, with other sentences (a Yes!)", folds[0].LeftOut[0].ToString());
        new FoldFile { Protocol = new EvaluationProtocol(), RowCount = rows.Length, Folds = folds }.Audit(rows).ThrowIfInvalid();
    }

    [Fact]
    public void Missing_speaker_does_not_silently_change_protocol()
    {
        // Three sessions of two, and one of the six is not there: two folds would have a partner to validate, three would not, or train on
        // it.
        FoldRow[] rows = [.. from who in new[] { "1F", "1M", "2F", "3F", "3M" } select new FoldRow
        {
            Utterance = who,
            Speaker = who,
            Session = who[..1],
        }];

        var file = FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut(), rows);

        Assert.Equal(ValidationPolicy.NextSpeaker, file.Protocol.Validation);
        Assert.Contains(
            "1 of 5 speakers have no single session partner (2F), so the next speaker validates in every fold, and the partners of the "
            + "others train; is the corpus complete?", file.Audit(rows).Summary());
        FoldRow[] nobody = [.. rows.Select(row => row with { Session = "" })];
        Assert.Null(FoldSplitter.Split(EvaluationProtocol.LeaveOneSpeakerOut(), nobody).Audit(nobody).WithoutPartner);
    }

    [Fact]
    public void What_the_data_does_not_have_is_refused_by_name()
    {
        FoldRow[] three = [Fold.Row("1", "a", session: "1"), Fold.Row("2", "b", session: "2"), Fold.Row("3", "c")];

        Assert.Contains("The data has 1 speaker(s) (a); leaving one out for the test and one for validation needs at least three.",
            Error(EvaluationProtocol.LeaveOneSpeakerOut(), new FoldRow { Utterance = "1", Speaker = "a" }));
        Assert.Contains("Speaker 'c' has no session.", Error(EvaluationProtocol.LeaveOneSessionOut(), three));
        Assert.Contains("Speaker 'a' is in the sessions 1, 2",
            Error(EvaluationProtocol.LeaveOneSessionOut(), new FoldRow
            {
                Utterance = "1",
                Speaker = "a",
                Session = "1",
            }, new FoldRow { Utterance = "2", Speaker = "a", Session = "2" }));
        Assert.Contains("The data has 2 session(s) (1, 2)", Error(EvaluationProtocol.LeaveOneSessionOut(), three[..2]));
        Assert.Contains("Speaker 'a' has no single partner in its session.",
            Error(EvaluationProtocol.LeaveOneSpeakerOut(ValidationPolicy.SessionPartner), three));
        Assert.Contains("Validation policy SessionPartner does not go with SpeakerGroups; wanted is NextGroup, RandomSpeakers.",
            Error(EvaluationProtocol.SpeakerGroups(3, ValidationPolicy.SessionPartner), three));
        Assert.Contains("3 speaker(s) cannot be divided into 5 groups", Error(EvaluationProtocol.SpeakerGroups(5), three));
        Assert.Contains("ScriptDisjoint needs the script of every row; utterance '1' has none",
            Error(EvaluationProtocol.LeaveOneSpeakerOut() with { Texts = TextOverlap.ScriptDisjoint }, three));
    }
}
