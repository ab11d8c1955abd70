using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;
using MlNetSer.Tests.Sweeps;

namespace MlNetSer.Tests;

/// <summary>The AutoML adapter through AutoML's own interfaces: a trial goes in, folds run, a result comes out.</summary>
public sealed class SpeakerGroupedTrialRunnerTests
{
    private static TrialSettings Settings(ToyOptions options, int id = 0, string key = "speech")
        => new() { TrialId = id, Parameter = Parameter.CreateNestedParameter(KeyValuePair.Create(key, Parameter.FromObject(options))) };

    [Fact]
    public async Task A_trial_becomes_folds_their_uar_and_a_result_with_its_negative_as_loss()
    {
        var trainer = new ToySweep.Trainer();
        using var runner = new SpeakerGroupedTrialRunner<ToyOptions>(
            new SpeakerTrialRunner<ToyOptions>(ToySweep.Data(), trainer.Fit), "mine");
        var settings = Settings(new ToyOptions { Skill = 3, Epochs = 9 }, key: "mine");

        var result = await runner.RunAsync(settings, CancellationToken.None);

        Assert.Equal((0.75, -0.75), (result.Metric, result.Loss));
        Assert.Same(settings, result.TrialSettings);
        Assert.True(result.DurationInMilliseconds > 0);
        Assert.True(result.PeakMemoryInMegaByte > 1);
        Assert.Equal(4, trainer.Fits.Count);
        Assert.All(trainer.Fits, fit => Assert.Equal((3, 9), (fit.Options.Skill, fit.Options.Epochs)));
    }

    [Fact]
    public async Task Disposing_of_the_runner_after_a_trial_does_not_hinder_the_next()
    {
        var runner = new SpeakerGroupedTrialRunner<ToyOptions>(
            new SpeakerTrialRunner<ToyOptions>(ToySweep.Data(), new ToySweep.Trainer().Fit), "speech");
        await runner.RunAsync(Settings(new ToyOptions()), CancellationToken.None);

        runner.Dispose();
        var next = await runner.RunAsync(Settings(new ToyOptions { Skill = 4 }, id: 1), CancellationToken.None);
        runner.Dispose();

        Assert.Equal(-1, next.Loss);
    }

    [Fact]
    public async Task A_cancelled_trial_ends_inside_its_training()
    {
        using var stop = new CancellationTokenSource();
        var fits = 0;
        using var runner = new SpeakerGroupedTrialRunner<ToyOptions>(
            new SpeakerTrialRunner<ToyOptions>(ToySweep.Data(), _ => (_, _, cancellation) =>
        {
            fits++;
            stop.Cancel();
            cancellation.ThrowIfCancellationRequested();
            return null!;
        }), "speech");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.RunAsync(Settings(new ToyOptions()), stop.Token));
        Assert.Equal(1, fits);
    }

    [Fact]
    public async Task A_training_that_throws_is_AutoMLs_to_report()
    {
        using var runner = new SpeakerGroupedTrialRunner<ToyOptions>(
            new SpeakerTrialRunner<ToyOptions>(ToySweep.Data(), _ => throw new InvalidOperationException("Training diverged.")), "speech");

        Assert.Equal("Training diverged.", (await Assert.ThrowsAsync<InvalidOperationException>(
            () => runner.RunAsync(Settings(new ToyOptions()), CancellationToken.None))).Message);
    }

    [Fact]
    public async Task An_experiment_gets_runner_and_space_under_one_key_and_the_best_options_come_back()
    {
        var experiment = new AutoMLExperiment().SetSpeakerGroupedTrials(
            ToySweep.Data(), new ToyOptions { Epochs = 7 }, new ToySweep.Trainer().Fit, SweepSpace.Of<ToyOptions>().Only("Skill"));

        var (key, space) = Assert.Single(experiment.Spaces);
        var result = await experiment.Runner!.RunAsync(
            Settings(new ToyOptions { Skill = 2, Epochs = 7 }, key: key), CancellationToken.None);

        Assert.Equal(["Skill"], space.Keys);
        Assert.Equal(7, Assert.IsType<SearchSpace<ToyOptions>>(space).Start.Epochs);
        Assert.Equal((2, 7), (result.SpeechOptions<ToyOptions>().Skill, result.SpeechOptions<ToyOptions>().Epochs));
        Assert.Null(experiment.Monitor);
    }

    [Fact]
    public void The_monitor_tells_what_AutoML_tells_it()
    {
        List<AutoMLProgress> news = [];
        var monitor = new AutoMLExperiment().SetSpeakerGroupedTrials(
            ToySweep.Data(), new ToyOptions(), new ToySweep.Trainer().Fit, progress: new Direct(news.Add)).Monitor!;
        var result = new TrialResult { TrialSettings = Settings(new ToyOptions(), id: 5), Metric = 0.5, Loss = -0.5 };

        monitor.ReportRunningTrial(result.TrialSettings);
        monitor.ReportCompletedTrial(result);
        monitor.ReportBestTrial(result);
        monitor.ReportFailTrial(result.TrialSettings, new InvalidOperationException("diverged"));

        Assert.Equal(
        [
            new() { Trial = 5, State = AutoMLTrialState.Running },
            new() { Trial = 5, State = AutoMLTrialState.Completed, Uar = 0.5 },
            new() { Trial = 5, State = AutoMLTrialState.Best, Uar = 0.5 },
            new() { Trial = 5, State = AutoMLTrialState.Failed, Error = "diverged" },
        ], news);
    }

    [Fact]
    public void A_sweep_s_space_keeps_its_ends_scales_and_start()
    {
        var space = SpeechSearchSpaces.ToSearchSpace(new ToyOptions { Skill = 9, Rate = 1e-2, Activation = "relu" });
        // without a space of ours AutoML reads the attributes itself
        Assert.Equal(["Activation", "Bias", "NotSettable", "Rate", "Skill"], space.Keys);

        space = SpeechSearchSpaces.ToSearchSpace(new ToyOptions { Skill = 9, Rate = 1e-2, Activation = "relu" }, SweepSpace.Of<ToyOptions>()
            .With(SweptOption.Choice("Epochs", 1, 2)));

        Assert.Equal(["Activation", "Bias", "Epochs", "Rate", "Skill"], space.Keys);
        // a start outside its range begins at the nearest end
        Assert.Equal((0, 4, false, 4), Assert.IsType<UniformIntOption>(space["Skill"]).All);
        Assert.Equal((1e-4, 1e-1, true, 1e-2), Assert.IsType<UniformDoubleOption>(space["Rate"]).All);
        Assert.Equal("relu", Assert.IsType<ChoiceOption>(space["Activation"]).DefaultChoice);
        Assert.Equal([1, 2], Assert.IsType<ChoiceOption>(space["Epochs"]).Choices);
    }

    [Fact]
    public void Every_trainer_of_the_catalog_has_a_sweepable_estimator_that_builds_it()
    {
        var trainers = typeof(SpeechTrainersCatalog).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(trainer => trainer.GetParameters()[1].Name == "options");

        Assert.All(trainers, trainer =>
        {
            var sweepable = typeof(SpeechAutoMLExtensions).GetMethod(trainer.Name);
            Assert.True(sweepable is not null, trainer.Name);
            var options = (SpeechTrainerOptions)Activator.CreateInstance(trainer.GetParameters()[1].ParameterType)!;
            var estimator = (SweepableEstimator)sweepable.Invoke(null, [new AutoCatalog(), null, null])!;
            options.Epochs = 3;
            var built = estimator.BuildFromOption(new MLContext(1), Parameter.FromObject<object>(options));
            Assert.Equal(trainer.ReturnType, built.GetType());
            Assert.Equal(3, ((SpeechTrainer)built).Options.Epochs);
        });
    }

    private sealed class Direct(Action<AutoMLProgress> take) : IProgress<AutoMLProgress>
    {
        public void Report(AutoMLProgress value) => take(value);
    }
}
