using Microsoft.ML;
using MlNetSer.Protocols;

namespace MlNetSer;

/// <summary>Cross-corpus evaluation under <c>MLContext.MulticlassClassification</c>.</summary>
public static class CrossCorpusEvaluation
{
    /// <summary>
    /// Scores each fold's model on all of another corpus and averages the UARs (paper, §4.2.3). The result also has the ensemble, which
    /// takes the mean of the models' probabilities.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="models">The models of a within-corpus run, taken one at a time: a lazy sequence may load each and dispose of
    /// it.</param>
    /// <param name="target">All rows of the other corpus. Nothing is fitted to it.</param>
    /// <param name="options">Label map and columns; null = the defaults.</param>
    /// <param name="progress">Told after each model.</param>
    /// <param name="cancellationToken">Stops between models.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There are no models, they have different classes, or the target has a class that they do
    /// not know.</exception>
    public static CrossCorpusResult CrossCorpus(this MulticlassClassificationCatalog catalog, IEnumerable<FoldModel> models,
        IDataView target, CrossCorpusOptions? options = null, IProgress<CrossCorpusFold>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(target);
        return new CrossCorpusRun(target, options ?? new CrossCorpusOptions()).Run(models, progress, cancellationToken);
    }
}
