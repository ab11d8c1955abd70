namespace MlNetSer.Tests;

public sealed class FoldAuditTests
{
    // Four speakers in two sessions; everyone says "Yes." once in each class.
    private static readonly FoldRow[] s_rows = [.. from who in new[] { "a", "b", "c", "d" }
                                                   from label in new[] { "angry", "sad" }
                                                   select new FoldRow
                                                   {
                                                       Utterance = $"{who}-{label}",
                                                       Speaker = who,
                                                       Label = label,
                                                       Session = who is "a" or "b"
                                                       ? "1" : "2",
                                                       Script = $"script {label}",
                                                       Text = "Yes.",
                                                   }];

    private static FoldFile File(params SpeakerFold[] folds)
        => new() { Protocol = new EvaluationProtocol(), RowCount = s_rows.Length, Folds = folds };

    private static string Refusal(FoldFile file, bool allow = false)
        => Assert.Throws<InvalidOperationException>(() => file.Audit(s_rows).ThrowIfInvalid(allow)).Message;

    [Fact]
    public void Everything_that_two_sides_share_is_counted_with_examples()
    {
        var audit = FoldAudit.Of(Fold.Of(1, ["a", "c"], ["b"], ["d"]), s_rows);

        Assert.Equal("""
            fold 1: 4 train, 2 validation, 2 test rows
            fold 1: session '1' is on the train side and on the validation side (2 of 2 validation rows)
            fold 1: session '2' is on the train side and on the test side (2 of 2 test rows)
            fold 1: 2 scripts ('script angry', 'script sad') are on the train side and on the validation side (2 of 2 validation rows)
            fold 1: 2 scripts ('script angry', 'script sad') are on the train side and on the test side (2 of 2 test rows)
            fold 1: 2 scripts ('script angry', 'script sad') are on the validation side and on the test side (2 of 2 test rows)
            fold 1: transcript 'yes' is on the train side and on the validation side (2 of 2 validation rows)
            fold 1: transcript 'yes' is on the train side and on the test side (2 of 2 test rows)
            fold 1: transcript 'yes' is on the validation side and on the test side (2 of 2 test rows)
            """, audit.ToString());
        audit.ThrowIfInvalid();
    }

    [Fact]
    public void A_leaky_file_is_refused_unless_the_caller_says_so()
    {
        var leaky = File(Fold.Of(1, ["a", "b"], ["c"], ["d"]), Fold.Of(2, ["a", "b", "c"], ["d"], ["b", "c"])
            with
        { Utterances = Fold.Sides(["a-sad", "a-angry", "b-sad", "c-angry"], ["d-sad", "d-angry"], ["b-angry", "c-sad"]) });

        Assert.Equal(
            "Fold 2 leaks: 2 speakers ('b', 'c') are on the train side and on the test side (2 of 2 test rows). "
            + "Every speaker may be on one side only; AllowSpeakerOverlap scores it all the same, and the result says so.",
            Refusal(leaky));
        leaky.Audit(s_rows).ThrowIfInvalid(allowSpeakerOverlap: true);
    }

    [Fact]
    public void An_utterance_on_two_sides_is_refused_whatever_the_caller_says()
    {
        var file = File(Fold.Of(1, ["a"], ["c"], ["a"]) with { Utterances = Fold.Sides(["a-sad"], ["c-sad"], ["a-sad", "a-angry"]) });

        Assert.Contains(
            "Fold 1 leaks: utterance 'a-sad' is on the train side and on the test side (1 of 2 test rows). "
            + "An utterance may be on one side only.", Refusal(file, allow: true));
    }

    [Fact]
    public void Rows_without_a_speaker_are_refused()
    {
        FoldRow[] rows = [.. s_rows.Select(row => row.Speaker is "a" or "d" ? row with { Speaker = "" } : row)];
        var file = File(Fold.Of(1, [""], ["b"], [""]) with { Utterances = Fold.Sides(["a-sad"], ["b-sad"], ["d-sad"]) });

        Assert.Contains("Fold 1: 4 of 8 rows have no speaker",
            Assert.Throws<InvalidOperationException>(() => file.Audit(rows).ThrowIfInvalid()).Message);
    }

    [Fact]
    public void Speakers_that_a_fold_of_utterances_names_must_be_theirs()
    {
        var file = File(Fold.Of(1, ["nobody"], ["b"], ["c"]) with { Utterances = Fold.Sides(["a-sad", "d-sad"], ["b-sad"], ["c-sad"]) });

        Assert.Contains("Fold 1: the train side names the speakers nobody, but its utterances are those of a, d.", Refusal(file));
    }

    [Fact]
    public void Folds_of_another_policy_are_refused_and_those_of_other_rows_reported()
    {
        var file = File(Fold.Of(1, ["a", "b"], ["c"], ["d"])) with { Corpus = "iemocap/merge-excited/8-0123456789abcdef" };

        Assert.Null(file.Audit(s_rows, file.Corpus).OtherData);
        Assert.Contains("made for 'iemocap/merge-excited/8-0123456789abcdef', and the data is 'iemocap/improvised-only/8-0",
            Assert.Throws<InvalidOperationException>(() => file.Audit(s_rows, "iemocap/improvised-only/8-0").ThrowIfInvalid()).Message);
        var others = file.Audit([.. s_rows.Skip(1)], "iemocap/merge-excited/7-0");
        others.ThrowIfInvalid();
        Assert.Equal(
            "the folds were made for iemocap/merge-excited/8-0123456789abcdef (8 rows), the data is iemocap/merge-excited/7-0 (7 rows)",
            others.OtherData);
        Assert.Equal("the folds were made for 8 rows, the data has 7", file.Audit([.. s_rows.Skip(1)]).OtherData);
    }

    [Fact]
    public void Unknown_values_are_not_reported_as_no_overlap()
    {
        var audit = File(Fold.Of(1, ["a", "b"], ["c"], ["d"]))
            .Audit([.. s_rows.Select((row, i) => row with { Script = "", Session = i == 0 ? "" : row.Session })]);

        Assert.Equal(["sessions of 1 of 8 rows", "scripts"], audit.Unknown);
        Assert.Contains("not compared, for the data does not name them: sessions of 1 of 8 rows, scripts", audit.ToString());
    }

    [Fact]
    public void A_class_that_a_side_lacks_is_reported()
    {
        var fold = Fold.Of(1, ["a", "b"], ["c"], ["d"])
            with
        { Utterances = Fold.Sides(["a-sad", "b-sad"], ["c-sad", "c-angry"], ["d-angry"]) };

        var text = FoldAudit.Of(fold, s_rows).ToString();

        Assert.Contains("fold 1: class 'angry' is absent from the train side; its 1 test rows cannot be recognised", text);
        Assert.Contains("fold 1: class 'sad' is absent from the test side; UAR averages over the others", text);
        Assert.Contains("fold 1: 3 rows left out: on no side of fold 1, 0 of them on purpose (a-angry, b-angry, d-sad)", text);
    }

    [Fact]
    public void Names_that_the_data_does_not_have_are_counted_and_named()
    {
        Assert.Equal(
            "Fold 1: 3 of 4 utterances on the train side have no rows in the data: e-1, e-2, e-3. "
            + "Bring the data that the folds were made from, or make the folds again.",
            Refusal(File(Fold.Of(1, ["a"], ["b"], ["c"])
                with
            { Utterances = Fold.Sides(["a-sad", "e-1", "e-2", "e-3"], ["b-sad"], ["c-sad"]) })));
        Assert.Equal("Fold 1: speaker 'e' on the test side has no rows. The data has: a, b, c, d.",
            Refusal(File(Fold.Of(1, ["a"], ["b"], ["e"]))));
        Assert.Equal("Fold 1 has no speakers on the validation side.", Refusal(File(Fold.Of(1, ["a"], [], ["b"]))));
    }

    [Fact]
    public void Folds_that_test_a_row_twice_or_never_are_found()
    {
        var twice = File(Fold.Of(1, ["a", "b"], ["c"], ["d"]), Fold.Of(2, ["a", "c"], ["b"], ["d"]));

        Assert.Equal("Utterance 'd-angry' is tested in fold 1 and again in fold 2; a pooled score would count it twice.", Refusal(twice));
        Assert.Equal("6 rows left out: no fold tests them (a-angry, a-sad, b-angry, b-sad, c-angry, ...)",
            twice.Audit(s_rows).NeverTested!.ToString());
        Assert.Contains("There are 2 folds with the number 1",
            Refusal(File(Fold.Of(1, ["a", "b"], ["c"], ["d"]), Fold.Of(1, ["a", "b"], ["d"], ["c"]))));

        // Rows that share a name are a fault only where folds go by name.
        FoldRow[] namesakes = [.. "abc".Select(who => new FoldRow { Utterance = "x", Speaker = $"{who}" })];
        File(Fold.Of(1, ["a"], ["b"], ["c"]), Fold.Of(2, ["b"], ["c"], ["a"]), Fold.Of(3, ["c"], ["a"], ["b"]))
            .Audit(namesakes).ThrowIfInvalid();
        Assert.Contains("Utterance 'x' is in the data 3 times, and the folds name utterances", Assert.Single(
            File(Fold.Of(1, ["a"], ["b"], ["c"]) with { Utterances = Fold.Sides(["x"], ["x"], ["x"]) })
                .Audit(namesakes).Faults));
    }
}
