namespace MlNetSer.Tests.Sweeps;

public sealed class SpeakerSweepTests
{
    [Fact]
    public void The_best_options_win_and_the_start_keeps_what_is_not_varied()
    {
        var result = ToySweep.Sweep(ToySweep.Options());

        Assert.Equal(4, result.Best.Skill);
        Assert.Equal(7, result.Best.Epochs);
        Assert.Equal(1.0, result.OptimisticUar);
        Assert.Equal(8, result.Final.Trials.Count);
        Assert.Equal("1", result.Final.Trials[0].Values["Skill"]);   // the start
        Assert.Equal(0.25, result.Final.Trials[0].Uar);
    }

    [Fact]
    public void A_test_speaker_is_never_seen_by_the_sweep_that_it_tests()
    {
        var trainer = new ToySweep.Trainer();
        List<(SweepProgress Done, string[] Seen)> seen = [];

        var result = ToySweep.Sweep(new SweepOptions { Trials = 3, IncludeStart = false }, trainer,
            progress: new Direct(done => seen.Add((done, [.. trainer.Fits[^1].Train, .. trainer.Fits[^1].Validation]))));

        Assert.Equal([1, 2, 3, 4, 5, 0], result.Studies.Select(study => study.TestFold));
        var nested = result.Nested!;
        Assert.All(seen.Where(entry => entry.Done.TestFold > 0),
            entry => Assert.Empty(nested.Folds[entry.Done.TestFold - 1].Fold.TestSpeakers.Intersect(entry.Seen)));
        Assert.Equal(6 * 2 * 4, nested.Predictions.Count);
        Assert.Equal(result.Final.Trials.Max(trial => trial.Uar), nested.Pooled.Uar);
    }

    [Fact]
    public void The_report_puts_the_nested_estimate_before_the_optimistic_one()
    {
        var text = ToySweep.Sweep(ToySweep.Options()).ToString().Split('\n');

        Assert.StartsWith("nested UAR 100.0 ± 0.0 over 2 test fold(s), pooled 100.0 (95 % interval 100.0 to 100.0, drawn by speaker)",
            text[0]);
        Assert.StartsWith("optimistic UAR 100.0: trial ", text[1]);
        Assert.Equal(
            "random search, seed 1; 8 trials of ToyOptions, the first is the start; Rate 0.0001 to 0.1 (logarithmic); Skill 0 to 4",
            text[2]);
        Assert.StartsWith("rank trial UAR ± folds state Rate Skill",
            string.Join(' ', text[4].Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void With_one_test_fold_its_own_sweep_chooses_the_winner()
    {
        var options = ToySweep.Options();
        options.TestFoldCount = 1;

        var result = ToySweep.Sweep(options);

        Assert.Equal(1, Assert.Single(result.Studies).TestFold);
        Assert.Single(result.Nested!.Folds);
    }

    [Fact]
    public void Without_a_test_the_result_says_that_it_is_optimistic()
    {
        var options = ToySweep.Options();
        options.TestFoldCount = 0;

        var result = ToySweep.Sweep(options);

        Assert.Null(result.Nested);
        Assert.StartsWith("nested UAR: not run\noptimistic UAR 100.0", result.ToString());
    }

    [Fact]
    public void The_winner_is_fitted_again_on_everyone()
    {
        var trainer = new ToySweep.Trainer();
        var result = ToySweep.Sweep(ToySweep.Options(), trainer);

        result.Refit();

        var (options, train, validation) = trainer.Fits[^1];
        Assert.Equal(result.Best.Skill, options.Skill);
        Assert.Equal(["a", "b", "c", "d", "e", "f"], train.Concat(validation).Order());
        Assert.Empty(train.Intersect(validation));
    }

    [Fact]
    public void What_the_inner_folds_leave_out_stays_out_of_the_fit_of_the_winner()
    {
        var options = ToySweep.Options();
        options.TestFoldCount = 0;
        options.Inner = EvaluationProtocol.SpeakerGroups(
            3) with
        {
            Filter = new RowFilter
            {
                Column = "Utterance",
                Values = [.. SpeechRows.Values(ToySweep.Data(), "Utterance").Where(name => !name.EndsWith("-3", StringComparison.Ordinal))],
            }
        };
        string[] fitted = [];

        SpeechRows.Ml.MulticlassClassification.SweepBySpeaker(ToySweep.Data(), (ToyOptions o) => (train, validation, _) =>
        {
            fitted = [.. SpeechRows.Values(train, "Utterance"), .. SpeechRows.Values(validation, "Utterance")];
            return ToySweep.Model(o.Skill, train);
        }, options).Refit();

        Assert.Equal(6 * 2 * 3, fitted.Length);
        Assert.DoesNotContain(fitted, name => name.EndsWith("-3", StringComparison.Ordinal));
    }

    [Fact]
    public void Notes_travel_to_the_nested_result()
    {
        var options = ToySweep.Options();
        options.Notes["encoder"] = "untrained";

        var nested = ToySweep.Sweep(options).Nested!;

        Assert.Equal("untrained", nested.Notes["encoder"]);
        Assert.Contains("\"Skill\":4", nested.Notes["options of fold 1"]);
    }

    [Fact]
    public void Running_out_of_device_memory_fails_the_trial_and_not_the_sweep()
    {
        var options = ToySweep.Options();
        options.TestFoldCount = 0;
        var trainer = new ToySweep.Trainer();

        var result = SpeechRows.Ml.MulticlassClassification.SweepBySpeaker(
            ToySweep.Data(), (ToyOptions o) => o.Skill == 4
            ? throw new System.Runtime.InteropServices.ExternalException("CUDA out of memory.") : trainer.Fit(o), options);

        Assert.Contains(result.Final.Trials, trial => trial is { State: TrialState.Failed, Error: "CUDA out of memory." });
        Assert.NotEqual(4, result.Best.Skill);
    }

    [Fact]
    public void A_trial_that_cannot_be_trained_is_listed_and_the_sweep_goes_on()
    {
        var options = ToySweep.Options();
        options.TestFoldCount = 0;
        var trainer = new ToySweep.Trainer();

        var result = SpeechRows.Ml.MulticlassClassification.SweepBySpeaker(
            ToySweep.Data(), (ToyOptions o) => o.Skill == 0
            ? throw new InvalidOperationException("Training diverged.") : trainer.Fit(o), options);

        Assert.All(result.Final.Trials.Where(trial => trial.Values["Skill"] == "0"),
            trial => Assert.Equal((TrialState.Failed, "Training diverged."), (trial.State, trial.Error)));
        Assert.Contains("failed: Training diverged.", result.ToString());
        Assert.Equal(4, result.Best.Skill);
    }

    [Fact]
    public void A_start_that_cannot_be_trained_is_an_error()
        => Assert.Equal("no such column", Assert.Throws<ArgumentException>(
        () => SpeechRows.Ml.MulticlassClassification.SweepBySpeaker(
        ToySweep.Data(), (ToyOptions _) => throw new ArgumentException("no such column"), ToySweep.Options())).Message);

    [Fact]
    public void Too_few_speakers_are_refused_with_the_way_out()
        => Assert.Contains("Set TestFoldCount = 0", Assert.Throws<InvalidOperationException>(
        () => ToySweep.Sweep(ToySweep.Options(), data: ToySweep.Data(speakerCount: 3))).Message);

    private sealed class Direct(Action<SweepProgress> take) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value) => take(value);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_sweep_that_was_ended_says_where_its_folds_are(bool logged)
    {
        using var stop = new CancellationTokenSource();
        var log = logged ? Path.Combine(Directory.CreateTempSubdirectory().FullName, "sweep.jsonl") : null;

        var ended = Assert.Throws<OperationCanceledException>(
            () => ToySweep.Sweep(new SweepOptions { Trials = 3, TestFoldCount = 0, LogPath = log },
            cancellation: stop.Token, progress: new Immediately<SweepProgress>(_ => stop.Cancel())));

        Assert.Equal("The sweep was ended. " + (logged
            ? $"Its finished folds are in '{log}': the same call with the same log goes on from there."
            : "Its finished folds are lost. Set SweepOptions.LogPath to keep them."), ended.Message);
    }
}
