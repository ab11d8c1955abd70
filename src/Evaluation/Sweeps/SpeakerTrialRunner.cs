using Microsoft.ML;
using MlNetSer.Protocols;
using MlNetSer.Sweeps;

namespace MlNetSer;

/// <summary>
/// Scores options by speaker-disjoint folds of the rows that a search may see, and ends what is clearly behind earlier trials. Any search
/// can use it; it knows no trainer.
/// </summary>
/// <remarks>
/// In each fold some speakers train, others choose the epoch, and a third group is scored. Not thread-safe: trials are told apart by their
/// order.
/// </remarks>
public sealed class SpeakerTrialRunner<TOptions> where TOptions : class
{
    private readonly IDataView _data;
    private readonly Func<TOptions, Func<IDataView, IDataView, CancellationToken, ITransformer>> _fit;
    private readonly SpeakerTrialOptions _options;
    private readonly List<IReadOnlyList<double>> _earlier = [];

    /// <summary>Divides the rows once, for every trial.</summary>
    /// <param name="data">Rows with label, speaker and whatever the trainer reads; no row of a test.</param>
    /// <param name="fit">Makes, of options, what trains on the first view with the second as validation: <c>o =>
    /// trainers.CtaRnn(o).Fit</c>.</param>
    /// <param name="options">Folds, stopping, columns; null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than three speakers, or the data does not have what the protocol asks
    /// for.</exception>
    public SpeakerTrialRunner(IDataView data, Func<TOptions, Func<IDataView, IDataView, CancellationToken, ITransformer>> fit,
        SpeakerTrialOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(fit);
        (_data, _fit, _options) = (data, fit, options?.Copy() ?? new SpeakerTrialOptions());
        var columns = _options.Columns;
        var protocol = _options.Protocol ?? EvaluationProtocol.SpeakerGroups(
            Math.Clamp(RowReader.TextColumn(data, columns.Speaker).Distinct().Count(), 3, 4));
        var folded = FoldedRows.Of(new MLContext(), data, new SpeakerCrossValidationOptions { Columns = columns, Protocol = protocol });
        Folds = folded.File;
        Folds.Audit(folded.Rows, folded.Corpus).ThrowIfInvalid();
    }

    /// <summary>The folds of every trial.</summary>
    public FoldFile Folds { get; }

    /// <summary>Runs one trial, fold by fold.</summary>
    /// <param name="options">What is tried.</param>
    /// <param name="progress">Told after each fold.</param>
    /// <param name="cancellationToken">Stops between folds, and inside a training that heeds it; the trial then counts for nothing.</param>
    public TrialScore Run(TOptions options, IProgress<TrialFold>? progress = null, CancellationToken cancellationToken = default)
        => Run(options, [], fold => progress?.Report(fold), cancellationToken);

    /// <summary>The same for a trial whose first folds are known from a log.</summary>
    internal TrialScore Run(TOptions options, IReadOnlyList<TrialFold> known, Action<TrialFold> finished,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<TrialFold> folds = [.. known];
        for (; folds.Count < Folds.Folds.Count; finished(folds[^1]))
        {
            if (IsBehind(folds))
                return Remember(new TrialScore { Folds = folds, IsStopped = true });
            var number = Folds.Folds[folds.Count].Number;
            var result = Run(number, options, folds.Count, cancellationToken);
            folds.Add(new TrialFold
            {
                Fold = number,
                Uar = result.Matrix.Uar,
                RowCount = result.TestCount,
                Seconds = result.Seconds,
                Validation = result.Validation,
            });
        }
        return Remember(new TrialScore { Folds = folds, IsStopped = false });
    }

    private FoldResult Run(int number, TOptions options, int finished, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new MLContext().MulticlassClassification.CrossValidateBySpeaker(
                _data, _fit(options), OneFold(number), cancellationToken: cancellationToken).Folds[0];
        }
        catch (OperationCanceledException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"The trial was ended after {finished} of {Folds.Folds.Count} folds.", error,
                cancellationToken);
        }
    }

    private SpeakerCrossValidationOptions OneFold(int number) => new()
    {
        Columns = _options.Columns,
        FitUsesValidation = _options.FitUsesValidation,
        Folds = Folds,
        FoldNumbers = [number],
        SkipRecordings = true,   // the folds were audited when they were made
    };

    /// <summary>Takes in a trial that is known from a log.</summary>
    internal TrialScore Remember(TrialScore score)
    {
        _earlier.Add([.. score.Folds.Select(fold => fold.Uar)]);
        return score;
    }

    private bool IsBehind(List<TrialFold> folds)
        => folds.Count > 0 && _options.Stopping?.IsBehind([.. folds.Select(fold => fold.Uar)], _earlier) == true;
}
