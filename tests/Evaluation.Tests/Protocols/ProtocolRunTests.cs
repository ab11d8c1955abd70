using Microsoft.ML;

namespace MlNetSer.Tests;

public sealed class ProtocolRunTests
{
    private static readonly MLContext s_ml = SpeechRows.Ml;
    private static readonly IDataView s_data = SpeechRows.View(SpeechRows.Rows(6, "angry", "sad"));

    private static IEstimator<ITransformer> Trainer => SpeechRows.Trainer;

    private static SpeakerCrossValidationResult Run(SpeakerCrossValidationOptions options, IDataView? data = null)
        => s_ml.MulticlassClassification.CrossValidateBySpeaker(data ?? s_data, Trainer, options);

    [Fact]
    public void Every_side_of_a_protocol_holds_the_rows_it_names()
    {
        List<(string[] Train, string[] Validation)> seen = [];
        var options = new SpeakerCrossValidationOptions
        {
            Protocol =
            EvaluationProtocol.LeaveOneSessionOut() with { Filter = new RowFilter { Column = "Condition", Values = ["impro*"] } }
        };

        var result = s_ml.MulticlassClassification.CrossValidateBySpeaker(s_data, (train, validation, _) =>
        {
            Assert.Equal(["improvised"], SpeechRows.Values(train, "Condition"));
            seen.Add((SpeechRows.Values(train, "Speaker"), SpeechRows.Values(validation, "Speaker")));
            return Trainer.Fit(train);
        }, options);

        Assert.Equal(["e f | c d", "a b | e f", "c d | a b"],
            seen.Select(sides => $"{string.Join(" ", sides.Train)} | {string.Join(" ", sides.Validation)}"));
        Assert.Equal(24, result.Predictions.Count);
        Assert.Contains("Leave one session out; the next session validates; only Condition = impro*; 24 utterances of 6 speakers",
            result.ToString());
        Assert.Contains("audit: scripts shared by train and test: in 3 of 3 folds, 24 of 24 test rows", result.ToString());
    }

    [Fact]
    public void A_fold_file_gives_the_result_of_the_protocol_that_made_it()
    {
        var folds = FoldFile.FromJson(s_ml.MulticlassClassification.MakeSpeakerFolds(s_data).ToJson());

        Assert.Empty(Run(new SpeakerCrossValidationOptions { Folds = folds }).DifferencesTo(Run(new SpeakerCrossValidationOptions())));
    }

    [Fact]
    public void Utterance_folds_hand_out_utterances_and_left_out_scripts_reach_no_side()
    {
        // Of three fixed sides only the last two scripts are tested; training and validation keep the first two.
        var rows = SpeechRows.Rows(3, "angry", "sad");
        foreach (var row in rows)
            row.Condition = row.Speaker switch
            {
                "a" => "train",
                "b" => "validation",
                _ => row.Script is "script 2" or "script 3"
                ? "test" : "spare"
            };
        var options = new SpeakerCrossValidationOptions
        {
            Protocol =
            EvaluationProtocol.FixedSplit(new SplitColumn { Name = "Condition" }) with { Texts = TextOverlap.ScriptDisjoint }
        };

        var result = s_ml.MulticlassClassification.CrossValidateBySpeaker(SpeechRows.View(rows), (train, validation, _) =>
        {
            Assert.Equal(["a-angry-0", "a-angry-1", "a-sad-0", "a-sad-1"], SpeechRows.Values(train, "Utterance"));
            Assert.Equal(["b-angry-0", "b-angry-1", "b-sad-0", "b-sad-1"], SpeechRows.Values(validation, "Utterance"));
            return Trainer.Fit(train);
        }, options);

        Assert.Equal(["c-angry-2", "c-angry-3", "c-sad-2", "c-sad-3"], result.Predictions.Select(row => row.Utterance));
        Assert.Equal([4, 4, 4], result.Folds[0].Fold.LeftOut.Select(entry => entry.Count));
        Assert.Contains("audit: 20 rows left out: no fold tests them", result.ToString());
    }

    [Fact]
    public void A_fixed_split_without_a_column_reads_the_one_of_the_options()
    {
        var rows = SpeechRows.Rows(3, "angry", "sad");
        foreach (var row in rows)
            row.Condition = row.Speaker switch { "a" => "train", "b" => "validation", _ => "test" };

        var result = Run(new SpeakerCrossValidationOptions
        {
            Protocol = EvaluationProtocol.FixedSplit(),
            Columns = { Split = "Condition" },
        }, SpeechRows.View(rows));

        Assert.Equal(["c"], result.Folds[0].Fold.TestSpeakers);
        Assert.StartsWith("Fixed split by column Condition (train, validation, test)", result.ProtocolInWords);
    }

    [Fact]
    public void A_protocol_cannot_allow_a_speaker_on_two_sides()
    {
        var rows = SpeechRows.Rows(3, "angry", "sad");
        foreach (var row in rows)
            row.Condition = row.Utterance[^1] switch { '0' => "train", '1' => "validation", _ => "test" };
        var protocol = EvaluationProtocol.FixedSplit(new SplitColumn { Name = "Condition" }) with { AllowSpeakerOverlap = true };

        Assert.Contains("Fold 1 leaks: 3 speakers", Assert.Throws<InvalidOperationException>(
            () => Run(new SpeakerCrossValidationOptions { Protocol = protocol }, SpeechRows.View(rows))).Message);
    }

    [Fact]
    public void A_leaky_fold_file_runs_only_with_a_flag_that_the_result_keeps()
    {
        // A file that allows itself to leak is not believed.
        var leaky = new FoldFile
        {
            Protocol = new EvaluationProtocol { Split = SplitKind.Imported, AllowSpeakerOverlap = true },
            RowCount = 48,
            Folds = [Fold.Of(1, ["a", "b"], ["c"], ["a"])
                with { Utterances = Fold.Sides(["a-sad-0", "a-angry-0", "b-sad-0", "b-angry-0"], ["c-sad-0"], ["a-sad-1"]) }],
        };

        var error = Assert.Throws<InvalidOperationException>(
            () => s_ml.MulticlassClassification.CrossValidateBySpeaker(
            s_data, (_, _, _) => throw new NotSupportedException("Fit was reached."), new SpeakerCrossValidationOptions { Folds = leaky }));
        var told = Run(new SpeakerCrossValidationOptions { Folds = leaky, AllowSpeakerOverlap = true });

        Assert.Contains("Fold 1 leaks: speaker 'a' is on the train side and on the test side (1 of 1 test rows)", error.Message);
        Assert.True(told.Protocol.AllowSpeakerOverlap);
        Assert.True(told.Audit.SpeakersOverlap);
        Assert.Contains("speakers on two sides allowed", told.ToString());
        Assert.Contains("audit: speakers shared by train and test: in 1 of 1 folds, 1 of 1 test rows", told.ToString());
    }

    [Fact]
    public void A_fold_without_a_class_reports_it_and_both_means()
    {
        // Speaker d only has angry.
        var result = Run(
            new SpeakerCrossValidationOptions { Protocol = EvaluationProtocol.LeaveOneSpeakerOut(ValidationPolicy.NextSpeaker) },
            SpeechRows.View(SpeechRows.Rows(4, "angry", "sad").Where(row => row.Speaker != "d" || row.Label == "angry")));

        Assert.Contains("audit: fold 4: class 'sad' is absent from the test side; UAR averages over the others", result.ToString());
        Assert.Equal((1.0, 0.875), (result.MeanUar, result.MeanUarOverAllClasses));
        Assert.Contains("over all classes, an absent one counting 0, the mean UAR is 87.5", result.ToString());
    }

    [Fact]
    public void Too_few_speakers_missing_names_and_half_a_corpus_are_refused_before_any_fit()
    {
        string Refusal(IDataView data, SpeakerCrossValidationOptions options) =>
            Assert.ThrowsAny<Exception>(() => s_ml.MulticlassClassification.CrossValidateBySpeaker(
            data, (_, _, _) => throw new NotSupportedException("Fit was reached."), options)).Message;
        var folds = s_ml.MulticlassClassification.MakeSpeakerFolds(
            s_data, new SpeakerCrossValidationOptions { Protocol = EvaluationProtocol.LeaveOneSpeakerOut() });
        var byName = folds with
        {
            Folds = [folds.Folds[
            0] with { Utterances = Fold.Sides(["c-sad-0", "c-angry-0"], ["b-sad-0"], ["a-sad-0"]) }]
        };

        Assert.Contains("The data has 1 speaker(s) (a)",
            Refusal(SpeechRows.View(SpeechRows.Rows(1, "angry", "sad")), new SpeakerCrossValidationOptions()));
        Assert.Contains("Fold 1: 2 of 4 speakers on the train side have no rows in the data: e, f.",
            Refusal(SpeechRows.View(SpeechRows.Rows(4, "angry", "sad")), new SpeakerCrossValidationOptions { Folds = folds }));
        Assert.Contains("Could not find text column 'Name'",
            Refusal(s_data, new SpeakerCrossValidationOptions { Folds = byName, Columns = { Utterance = "Name" } }));
        Assert.Contains("No row has Condition = sung; the column has: improvised, scripted.",
            Refusal(s_data, new SpeakerCrossValidationOptions
            {
                Protocol =
            new EvaluationProtocol { Filter = new RowFilter { Column = "Condition", Values = ["sung"] } }
            }));
        Assert.Contains("The folds 9 were asked for; there are 1, 2, 3, 4, 5, 6.",
            Refusal(s_data, new SpeakerCrossValidationOptions { FoldNumbers = [9] }));
    }

    [Fact]
    public void Each_prediction_has_its_scores_and_is_the_largest()
    {
        var result = Run(new SpeakerCrossValidationOptions { DescribeModel = model => model.GetType().Name });

        Assert.All(result.Predictions, row => Assert.Equal(row.Predicted, row.Scores!.Index().MaxBy(score => score.Item).Index));
        Assert.All(result.Predictions, row => Assert.Equal(1, row.Scores!.Sum(), 1e-5));
        Assert.All(result.Folds, fold => Assert.StartsWith("MulticlassPredictionTransformer", fold.ModelSummary));
    }

    [Fact]
    public void Folds_run_apart_and_put_together_are_one_run()
    {
        SpeakerCrossValidationResult Part(params int[] numbers) =>
            SpeakerCrossValidationResult.FromJson(Run(new SpeakerCrossValidationOptions { FoldNumbers = numbers }).ToJson());

        Assert.Empty(Run(new SpeakerCrossValidationOptions())
            .DifferencesTo(SpeakerCrossValidationResult.Merge([Part(4, 5, 6), Part(1, 2, 3)])));
    }
}
