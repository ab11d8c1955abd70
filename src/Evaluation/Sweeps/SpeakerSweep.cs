using Microsoft.ML;
using MlNetSer.Sweeps;

namespace MlNetSer;

/// <summary>Search for options under <c>MLContext.MulticlassClassification</c>.</summary>
public static class SpeakerSweep
{
    /// <summary>
    /// Tries options from an options class on speaker-disjoint folds, keeps the best, and says what that procedure is worth on speakers it
    /// never saw.
    /// </summary>
    /// <remarks>
    /// Nested: for each test fold a sweep runs on the other speakers only and its winner is scored once on the fold; that is the estimate
    /// to report. The winner's own score is the best of many on the speakers that chose it, and is given as well, named optimistic.
    /// </remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with label, speaker and whatever the trainer reads.</param>
    /// <param name="start">Values of the options that are not varied, and of trial 1.</param>
    /// <param name="fit">Makes, of options, what trains on the first view with the second as validation: <c>o =>
    /// trainers.CtaRnn(o).Fit</c>.</param>
    /// <param name="options">Trials, folds, log; null = the defaults.</param>
    /// <param name="progress">Told after each fold that was run; those from a log are not told again.</param>
    /// <param name="cancellationToken">Stops between folds, and inside a training that heeds it; what is in the log stays.</param>
    /// <exception cref="ArgumentException">There is nothing to sweep, an option is out of its range, or a value does not fit its
    /// property.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">The log is of another sweep, or damaged in the middle.</exception>
    /// <exception cref="InvalidOperationException">There are too few speakers, or the first trial could not be trained. Later trials that
    /// cannot are listed as failed.</exception>
    public static SweepResult<TOptions> SweepBySpeaker<TOptions>(
        this MulticlassClassificationCatalog catalog, IDataView data, TOptions start,
        Func<TOptions, Func<IDataView, IDataView, CancellationToken, ITransformer>> fit,
        SweepOptions? options = null, IProgress<SweepProgress>? progress = null,
        CancellationToken cancellationToken = default) where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(fit);
        options = options?.Copy() ?? new SweepOptions();   // the result's refit goes on reading them
        options.Check();
        try
        {
            return new NestedSweep<TOptions>(data, start, fit, options).Run(progress, cancellationToken);
        }
        catch (OperationCanceledException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("The sweep was ended. " + (options.LogPath is { } log
                ? $"Its finished folds are in '{log}': the same call with the same log goes on from there."
                : $"Its finished folds are lost. Set {nameof(SweepOptions)}.{nameof(SweepOptions.LogPath)} to keep them."), error,
                cancellationToken);
        }
    }

    /// <summary>
    /// The same from the defaults of the options class: <c>SweepBySpeaker(data, (CtaRnnOptions o) => trainers.CtaRnn(o).Fit)</c>.
    /// </summary>
    /// <inheritdoc cref="SweepBySpeaker{TOptions}(MulticlassClassificationCatalog, IDataView, TOptions,
    /// Func{TOptions, Func{IDataView, IDataView, CancellationToken, ITransformer}}, SweepOptions,
    /// IProgress{SweepProgress}, CancellationToken)"/>
    public static SweepResult<TOptions> SweepBySpeaker<TOptions>(
        this MulticlassClassificationCatalog catalog, IDataView data,
        Func<TOptions, Func<IDataView, IDataView, CancellationToken, ITransformer>> fit,
        SweepOptions? options = null, IProgress<SweepProgress>? progress = null,
        CancellationToken cancellationToken = default) where TOptions : class, new()
        => catalog.SweepBySpeaker(data, new TOptions(), fit, options, progress, cancellationToken);
}
