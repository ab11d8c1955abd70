using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace.Option;
using MlNetSer.Tests.Sweeps;

namespace MlNetSer.Tests;

public sealed class SpeakerGroupedTrialsTests
{
    private static AutoMLExperiment Experiment(IProgress<AutoMLProgress>? progress = null,
        Func<ToyOptions, Func<IDataView, IDataView, CancellationToken, ITransformer>>? fit = null)
        => new MLContext(1).Auto().CreateExperiment()
            .SetSpeakerGroupedTrials(ToySweep.Data(), new ToyOptions { Epochs = 7 }, fit
            ?? new ToySweep.Trainer().Fit, SweepSpace.Of<ToyOptions>().Only("Skill"), progress: progress)
            .SetRandomSearchTuner(1)
            .SetMaxModelToExplore(8);

    [Fact]
    public async Task AutoML_finds_the_options_with_the_highest_uar()
    {
        var told = new Told();

        var best = await Experiment(told).RunAsync();

        var options = best.SpeechOptions<ToyOptions>();
        Assert.Equal((options.Skill / 4.0, options.Skill / -4.0), (best.Metric, best.Loss));
        Assert.Equal(7, options.Epochs);
        Assert.Equal(told.News.Max(news => news.Uar), best.Metric);
        Assert.True(best.DurationInMilliseconds > 0);
        Assert.True(best.PeakMemoryInMegaByte > 0);
        Assert.Equal(8, told.News.Count(news => news.State == AutoMLTrialState.Completed));
        Assert.Equal(best.Metric, told.News.Last(news => news.State == AutoMLTrialState.Best).Uar);
    }

    [Fact]
    public async Task A_trial_that_throws_is_told_and_the_search_goes_on()
    {
        var told = new Told();
        var trainer = new ToySweep.Trainer();
        var runs = 0;

        await Experiment(told, options => ++runs is > 4 and < 8
            ? throw new InvalidOperationException("Training diverged.") : trainer.Fit(options)).RunAsync();

        Assert.Contains(new AutoMLProgress { Trial = 1, State = AutoMLTrialState.Failed, Error = "Training diverged." }, told.News);
    }

    [Fact]
    public async Task A_cancelled_search_returns_the_best_so_far()
    {
        using var stop = new CancellationTokenSource();

        var best = await Experiment(new Told(news => { if (news is { Trial: 2, State: AutoMLTrialState.Completed }) stop.Cancel(); }))
            .RunAsync(stop.Token);

        Assert.InRange(best.TrialSettings.TrialId, 0, 2);
    }

    [Fact]
    public void A_space_of_a_sweep_is_the_same_space_to_AutoML()
    {
        var space = SpeechSearchSpaces.ToSearchSpace(new CtaRnnOptions { HiddenSize = 64 }, SweepSpace.Of<CtaRnnOptions>()
            .Only("HiddenSize", "LearningRate").With(SweptOption.Choice("HeadCount", 2, 4, 8)));

        Assert.Equal(["HeadCount", "HiddenSize", "LearningRate"], space.Keys.Order());
        Assert.True(space["LearningRate"] is UniformDoubleOption { Min: 1e-4, Max: 1e-2, LogBase: true });
        Assert.Equal(64, space.SampleFromFeatureSpace(space.Default).HiddenSize);
    }

    [Fact]
    public void The_paper_s_ranges_are_AutoML_s_without_a_word()
        => Assert.Equal(["BalanceClasses", "HeadCount", "HeadSize", "HiddenSize", "LearningRate", "RecurrentDropout"],
        SpeechSearchSpaces.ToSearchSpace(new CtaRnnOptions()).Keys.Order());

    [Fact]
    public void Every_trainer_can_stand_in_a_pipeline_of_AutoML()
    {
        var ml = new MLContext(1);
        var auto = ml.Auto();

        Assert.All<SweepableEstimator>([auto.RnnMhsa(), auto.WeightedFusionRnn(), auto.EarlyFusionRnn(), auto.LateFusionRnn(),
            auto.ChannelTemporalAttention(), auto.CtaRnn(new CtaRnnOptions { Epochs = 3 })], estimator =>
        {
            var parameter = estimator.SearchSpace.SampleFromFeatureSpace(estimator.SearchSpace.Default);
            var trainer = Assert.IsAssignableFrom<SpeechTrainer>(estimator.BuildFromOption(ml, parameter));
            Assert.Equal(trainer is CtaRnnTrainer ? 3 : 50, trainer.Options.Epochs);
        });
    }

    private sealed class Told(Action<AutoMLProgress>? also = null) : IProgress<AutoMLProgress>
    {
        public List<AutoMLProgress> News { get; } = [];

        public void Report(AutoMLProgress value)
        {
            News.Add(value);
            also?.Invoke(value);
        }
    }
}
