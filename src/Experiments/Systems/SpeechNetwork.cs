using Microsoft.ML;
using Trainers = Microsoft.ML.MulticlassClassificationCatalog.MulticlassClassificationTrainers;

namespace MlNetSer.Experiments;

/// <summary>The networks and how their trainers are made: the one table of them.</summary>
internal abstract class SpeechNetwork(string name)
{
    public static readonly SpeechNetwork RnnMhsa = new Of<RnnMhsaOptions>("RnnMhsa", (trainers, options) => trainers.RnnMhsa(options),
        (options, streams) => (options.FeatureColumnName, options.Block) = (streams[0].Name, streams[0].Blocks?[0]));

    public static readonly SpeechNetwork LateFusionRnn = new Of<LateFusionRnnOptions>("LateFusionRnn",
        (trainers, options) => trainers.LateFusionRnn(options),
        (options, streams) => options.Streams = streams.Count > 0 ? streams : null);

    public static readonly SpeechNetwork WeightedFusionRnn =
        new Of<WeightedFusionRnnOptions>("WeightedFusionRnn", (trainers, options) => trainers.WeightedFusionRnn(options));

    public static readonly SpeechNetwork EarlyFusionRnn = new Of<EarlyFusionRnnOptions>("EarlyFusionRnn",
        (trainers, options) => trainers.EarlyFusionRnn(options));

    public static readonly SpeechNetwork ChannelTemporalAttention =
        new Of<ChannelTemporalAttentionOptions>("ChannelTemporalAttention",
            (trainers, options) => trainers.ChannelTemporalAttention(options));

    public static readonly SpeechNetwork CtaRnn = new Of<CtaRnnOptions>("CtaRnn", (trainers, options) => trainers.CtaRnn(options));

    public override string ToString() => name;

    /// <param name="trainers">The catalog.</param>
    /// <param name="streams">What it reads; none = all blocks of the embedding.</param>
    /// <param name="set">Sets what all networks share.</param>
    public abstract SpeechTrainer CreateTrainer(Trainers trainers, IReadOnlyList<SequenceColumn> streams, Action<SpeechTrainerOptions> set);

    /// <summary>Sweeps its options by speaker, and tells each test and each epoch of a training.</summary>
    public abstract SweepOutcome Sweep(MLContext ml, IDataView data, IReadOnlyList<SequenceColumn> streams,
        Action<SpeechTrainerOptions> set,
        Func<SweepSpace, SweepOptions> plan, IProgress<SweepProgress> progress,
        IProgress<TrainingProgress> training, CancellationToken cancellationToken);

    private sealed class Of<TOptions>(string name, Func<Trainers, TOptions, SpeechTrainer> create,
        Action<TOptions, IReadOnlyList<SequenceColumn>>? read = null)
        : SpeechNetwork(name) where TOptions : SpeechTrainerOptions, new()
    {
        public override SpeechTrainer CreateTrainer(Trainers trainers, IReadOnlyList<SequenceColumn> streams,
            Action<SpeechTrainerOptions> set)
            => create(trainers, Options(streams, set));

        public override SweepOutcome Sweep(MLContext ml, IDataView data, IReadOnlyList<SequenceColumn> streams,
            Action<SpeechTrainerOptions> set,
            Func<SweepSpace, SweepOptions> plan, IProgress<SweepProgress> progress,
            IProgress<TrainingProgress> training, CancellationToken cancellationToken)
        {
            var catalog = ml.MulticlassClassification;
            var result = catalog.SweepBySpeaker(data, Options(streams, set),
                options => (train, validation, stop) => create(catalog.Trainers, options).Fit(train, validation, training, stop),
                plan(SweepSpace.Of<TOptions>()), progress, cancellationToken);
            return !result.IsComplete ? new SweepOutcome(result.ToString()!, null, null, null)
                : new SweepOutcome(result.ToString()!, result.ToMarkdown(), result.Best.ToString(), stop => result.Refit(stop));
        }

        private TOptions Options(IReadOnlyList<SequenceColumn> streams, Action<SpeechTrainerOptions> set)
        {
            var options = new TOptions();
            read?.Invoke(options, streams);
            set(options);
            return options;
        }
    }
}

/// <summary>What came out of a sweep.</summary>
/// <param name="Text">For people.</param>
/// <param name="Markdown">The tables; null = other parts are missing.</param>
/// <param name="Best">The options that won; null = other parts are missing.</param>
/// <param name="Refit">Trains with them on everyone; null = other parts are missing.</param>
internal sealed record SweepOutcome(string Text, string? Markdown, string? Best, Func<CancellationToken, ITransformer>? Refit);
