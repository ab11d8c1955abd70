using Microsoft.ML;
using MlNetSer.Protocols;

namespace MlNetSer;

/// <summary>Speaker-grouped cross-validation under <c>MLContext.MulticlassClassification</c>.</summary>
public static class SpeakerCrossValidation
{
    /// <summary>
    /// Runs every fold: trains on one side, lets another choose the epoch, scores the third. Without a protocol each speaker is left out in
    /// turn (paper §4.2.3).
    /// </summary>
    /// <remarks>The result says of each fold whether the fit read its validation rows. A function that reads them and does not use them is
    /// told by
    /// <see cref="SpeakerCrossValidationOptions.FitUsesValidation"/>.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with label, speaker and whatever <paramref name="fit"/> reads.</param>
    /// <param name="fit">Trains on the first view with the second as validation; the test rows are in neither. <c>trainer.Fit</c> is such a
    /// function.</param>
    /// <param name="options">Options; null = the defaults.</param>
    /// <param name="progress">Told after each fold.</param>
    /// <param name="cancellationToken">Stops between folds, and inside <paramref name="fit"/> where that heeds it.</param>
    /// <exception cref="ArgumentException">Folds are to be kept, and nothing says what trains.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are too few speakers or classes, or a fold leaks, is empty on a side or names what
    /// the data does not have.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the message says how many folds were finished, and whether they are
    /// kept.</exception>
    public static SpeakerCrossValidationResult CrossValidateBySpeaker(this MulticlassClassificationCatalog catalog, IDataView data,
        Func<IDataView, IDataView, CancellationToken, ITransformer> fit, SpeakerCrossValidationOptions? options = null,
        IProgress<FoldResult>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(fit);
        options ??= new SpeakerCrossValidationOptions();
        return new CrossValidationRun(data, FoldFit.Of(fit, options.FitUsesValidation), options).Run(progress, cancellationToken);
    }

    /// <summary>The same for an estimator. One that has a public <c>Fit(IDataView train, IDataView validation, ...)</c>, as the speech
    /// trainers, FastTree and LightGBM have, gets the validation rows. Any other does not: their rows are left out of every fit, and the
    /// result says that nobody validated.</summary>
    /// <remarks>FastTree and LightGBM choose nothing by validation rows unless they stop early: without it, set
    /// <see cref="SpeakerCrossValidationOptions.FitUsesValidation"/> = false, so that the result does not claim a validator. An
    /// <c>EstimatorChain</c> takes no validation rows, whatever it ends in: fit the steps before the trainer first, and give the
    /// trainer.</remarks>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with label, speaker and whatever <paramref name="estimator"/> reads.</param>
    /// <param name="estimator">Trains on the rows of the training side.</param>
    /// <param name="options">Options; null = the defaults.</param>
    /// <param name="progress">Told after each fold.</param>
    /// <param name="cancellationToken">Stops between folds, and inside the training where that heeds it.</param>
    /// <inheritdoc cref="CrossValidateBySpeaker(MulticlassClassificationCatalog, IDataView,
    /// Func{IDataView, IDataView, CancellationToken, ITransformer}, SpeakerCrossValidationOptions,
    /// IProgress{FoldResult}, CancellationToken)"/>
    public static SpeakerCrossValidationResult CrossValidateBySpeaker(this MulticlassClassificationCatalog catalog, IDataView data,
        IEstimator<ITransformer> estimator, SpeakerCrossValidationOptions? options = null, IProgress<FoldResult>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(estimator);
        options ??= new SpeakerCrossValidationOptions();
        return new CrossValidationRun(data, FoldFit.Of(estimator, options.FitUsesValidation), options).Run(progress, cancellationToken);
    }

    /// <summary>The folds that <c>CrossValidateBySpeaker</c> would run, to be written, read by people and given to every run.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Rows with label and speaker.</param>
    /// <param name="options">Columns and protocol; null = the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">The data does not have what the protocol asks for.</exception>
    public static FoldFile MakeSpeakerFolds(this MulticlassClassificationCatalog catalog, IDataView data,
        SpeakerCrossValidationOptions? options = null)
        => FoldedRows.Of(new MLContext(), data, options ?? new SpeakerCrossValidationOptions()).File;

    /// <summary>What the folds of the options share between their sides in this data: nothing is refused, everything is said.</summary>
    /// <inheritdoc cref="MakeSpeakerFolds"/>
    public static FoldFileAudit AuditSpeakerFolds(this MulticlassClassificationCatalog catalog, IDataView data,
        SpeakerCrossValidationOptions? options = null)
    {
        options ??= new SpeakerCrossValidationOptions();
        var folded = FoldedRows.Of(new MLContext(), data, options);
        return folded.File.Audit(folded.Rows, folded.Corpus);
    }

    /// <summary>The rows of a data view as an importer of folds takes them.</summary>
    /// <inheritdoc cref="MakeSpeakerFolds"/>
    public static IReadOnlyList<FoldRow> ReadFoldRows(
        this MulticlassClassificationCatalog catalog, IDataView data, SpeakerCrossValidationOptions? options = null)
        => FoldedRows.Read(data, options ?? new SpeakerCrossValidationOptions());
}
