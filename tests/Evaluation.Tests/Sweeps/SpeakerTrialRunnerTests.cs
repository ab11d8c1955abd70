namespace MlNetSer.Tests.Sweeps;

public sealed class SpeakerTrialRunnerTests
{
    [Fact]
    public void A_trial_is_scored_on_every_speaker_once_and_never_by_those_who_trained_it()
    {
        var trainer = new ToySweep.Trainer();
        var runner = new SpeakerTrialRunner<ToyOptions>(ToySweep.Data(), trainer.Fit);

        var score = runner.Run(new ToyOptions { Skill = 3 });

        Assert.Equal(0.75, score.Uar);
        Assert.Equal([1, 2, 3, 4], score.Folds.Select(fold => fold.Fold));
        Assert.Equal(6 * 2 * 4, score.Folds.Sum(fold => fold.RowCount));
        Assert.All(runner.Folds.Folds.Zip(trainer.Fits), pair =>
        {
            Assert.Equal(pair.First.TrainSpeakers, pair.Second.Train);
            Assert.Empty(pair.First.TestSpeakers.Intersect(pair.Second.Train.Concat(pair.Second.Validation)));
        });
    }

    [Fact]
    public void What_is_behind_earlier_trials_ends_early()
    {
        var runner = new SpeakerTrialRunner<ToyOptions>(
            ToySweep.Data(), new ToySweep.Trainer().Fit,
            new SpeakerTrialOptions { Stopping = new MedianStopping { WarmUpTrials = 2, WarmUpFolds = 1 } });
        TrialScore[] first = [runner.Run(new ToyOptions { Skill = 2 }), runner.Run(new ToyOptions { Skill = 3 })];

        var (worse, better) = (runner.Run(new ToyOptions { Skill = 1 }), runner.Run(new ToyOptions { Skill = 4 }));

        Assert.All(first, score => Assert.False(score.IsStopped));
        Assert.Equal((true, 1), (worse.IsStopped, worse.Folds.Count));
        Assert.Equal((false, 4, 1.0), (better.IsStopped, better.Folds.Count, better.Uar));
    }

    [Fact]
    public void A_cancelled_trial_throws_and_counts_for_nothing()
    {
        using var stop = new CancellationTokenSource();
        var runner = new SpeakerTrialRunner<ToyOptions>(ToySweep.Data(), new ToySweep.Trainer().Fit);

        Assert.Throws<OperationCanceledException>(() => runner.Run(new ToyOptions(), new Stopper(stop), stop.Token));
        Assert.Equal(4, runner.Run(new ToyOptions()).Folds.Count);
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<TrialFold>
    {
        public void Report(TrialFold value) => stop.Cancel();
    }
}
