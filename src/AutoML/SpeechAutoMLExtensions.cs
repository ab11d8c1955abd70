using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace MlNetSer;

/// <summary>Speaker-grouped search on <see cref="AutoMLExperiment"/>.</summary>
public static class SpeechAutoMLExtensions
{
    private const string Key = "speech";

    /// <summary>
    /// Makes an experiment search a trainer's options by speaker-disjoint folds. A tuner and a limit (<c>SetMaxModelToExplore</c>,
    /// <c>SetTrainingTimeInSeconds</c>) remain to be set.
    /// </summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="data">Rows that the search may see: none of a test's.</param>
    /// <param name="start">Values of the options that are not varied, and where a search begins.</param>
    /// <param name="fit">Makes, of options, what trains on the first view with the second as validation: <c>o =>
    /// trainers.CtaRnn(o).Fit</c>.</param>
    /// <param name="space">What is varied; null = what the attributes of the options class say.</param>
    /// <param name="options">Folds, stopping, columns; null = the defaults.</param>
    /// <param name="progress">Told of every trial.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than three speakers.</exception>
    public static AutoMLExperiment SetSpeakerGroupedTrials<TOptions>(
        this AutoMLExperiment experiment, IDataView data, TOptions start,
        Func<TOptions, Func<IDataView, IDataView, CancellationToken, ITransformer>> fit,
        SweepSpace? space = null, SpeakerTrialOptions? options = null,
        IProgress<AutoMLProgress>? progress = null) where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(experiment);
        var runner = new SpeakerGroupedTrialRunner<TOptions>(new SpeakerTrialRunner<TOptions>(data, fit, options), Key);
        experiment.AddSearchSpace(Key, SpeechSearchSpaces.ToSearchSpace(start, space)).SetTrialRunner(runner);
        return progress is null ? experiment : experiment.SetMonitor(new AutoMLProgressMonitor(progress));
    }

    /// <summary>
    /// The options of a trial, such as the best: <c>(await experiment.RunAsync()).SpeechOptions&lt;CtaRnnOptions&gt;()</c>.
    /// </summary>
    public static TOptions SpeechOptions<TOptions>(this TrialResult result) where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.TrialSettings.Parameter[Key].AsType<TOptions>();
    }

    /// <summary>RNN-MHSA for a pipeline of AutoML.</summary>
    /// <param name="auto">The catalog.</param>
    /// <param name="start">Values of the options that are not varied; null = the paper's.</param>
    /// <param name="space">What is varied; null = what the attributes of the options class say.</param>
    public static SweepableEstimator RnnMhsa(this AutoCatalog auto, RnnMhsaOptions? start = null, SweepSpace? space = null)
        => Make(auto, start, space, (trainers, options) => trainers.RnnMhsa(options));

    /// <summary>WF-RNN for a pipeline of AutoML.</summary>
    /// <inheritdoc cref="RnnMhsa"/>
    public static SweepableEstimator WeightedFusionRnn(
        this AutoCatalog auto, WeightedFusionRnnOptions? start = null, SweepSpace? space = null)
        => Make(auto, start, space, (trainers, options) => trainers.WeightedFusionRnn(options));

    /// <summary>EF-RNN for a pipeline of AutoML.</summary>
    /// <inheritdoc cref="RnnMhsa"/>
    public static SweepableEstimator EarlyFusionRnn(this AutoCatalog auto, EarlyFusionRnnOptions? start = null, SweepSpace? space = null)
        => Make(auto, start, space, (trainers, options) => trainers.EarlyFusionRnn(options));

    /// <summary>LF-RNN for a pipeline of AutoML.</summary>
    /// <inheritdoc cref="RnnMhsa"/>
    public static SweepableEstimator LateFusionRnn(this AutoCatalog auto, LateFusionRnnOptions? start = null, SweepSpace? space = null)
        => Make(auto, start, space, (trainers, options) => trainers.LateFusionRnn(options));

    /// <summary>"CTA w/o RNN" for a pipeline of AutoML.</summary>
    /// <inheritdoc cref="RnnMhsa"/>
    public static SweepableEstimator ChannelTemporalAttention(
        this AutoCatalog auto, ChannelTemporalAttentionOptions? start = null, SweepSpace? space = null)
        => Make(auto, start, space, (trainers, options) => trainers.ChannelTemporalAttention(options));

    /// <summary>CTA-RNN for a pipeline of AutoML.</summary>
    /// <inheritdoc cref="RnnMhsa"/>
    public static SweepableEstimator CtaRnn(this AutoCatalog auto, CtaRnnOptions? start = null, SweepSpace? space = null)
        => Make(auto, start, space, (trainers, options) => trainers.CtaRnn(options));

    private static SweepableEstimator Make<TOptions>(
        AutoCatalog auto, TOptions? start, SweepSpace? space,
        Func<MulticlassClassificationCatalog.MulticlassClassificationTrainers, TOptions, SpeechTrainer> trainer)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(auto);
        return auto.CreateSweepableEstimator((ml, options) =>
            (IEstimator<ITransformer>)trainer(ml.MulticlassClassification.Trainers, options),
            SpeechSearchSpaces.ToSearchSpace(start ?? new TOptions(), space));
    }
}
