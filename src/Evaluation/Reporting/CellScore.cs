namespace MlNetSer;

/// <summary>What a table says of one system in one setting, over all folds and seeds.</summary>
/// <param name="Uar">Mean over seeds of the mean over folds (or, on another corpus, over models): the paper's figure.</param>
/// <param name="Interval">95 % interval of it, by a bootstrap that draws speakers.</param>
/// <param name="StandardDeviation">Sample standard deviation over folds of each fold's mean over seeds.</param>
/// <param name="SeedDeviation">Sample standard deviation over seeds; 0 for one.</param>
/// <param name="PooledUar">Mean over seeds of the UAR of all test rows in one matrix; on another corpus, of the ensemble.</param>
/// <param name="PooledInterval">95 % interval of it, by a bootstrap that draws speakers.</param>
/// <param name="FoldCount">Folds, or models, of each seed.</param>
/// <param name="SeedCount">Seeds.</param>
public sealed record CellScore(double Uar, ScoreInterval Interval, double StandardDeviation, double SeedDeviation, double PooledUar, ScoreInterval PooledInterval, int FoldCount, int SeedCount)
{
    private const int Rounds = 2000, Seed = 1;
    private const double Level = 0.95;

    /// <summary>Runs on the folds of one corpus that differ in the seed only.</summary>
    /// <remarks>The mean's interval draws folds, each of which holds whole speakers: with one speaker left out, it draws speakers.</remarks>
    /// <exception cref="ArgumentException">There are no runs.</exception>
    /// <exception cref="InvalidOperationException">The runs have different folds.</exception>
    public static CellScore Of(IReadOnlyList<SpeakerCrossValidationResult> seeds)
    {
        var summary = SeedSummary.Of(seeds);
        double[] folds = [.. seeds[0].Folds.Select((_, i) => seeds.Average(run => run.Folds[i].Matrix.Uar))];
        return new CellScore(summary.MeanUar, ClusteredBootstrap.Mean(folds, Rounds, Level, Seed), summary.StandardDeviationOverFolds, summary.StandardDeviationOverSeeds, summary.PooledUar,
            ClusteredBootstrap.Uar(seeds[0].Pooled.Classes.Count, seeds.SelectMany(run => run.Predictions).Select(row => (row.Speaker, row.Truth, row.Predicted)), Rounds, Level, Seed), folds.Length, seeds.Count);
    }

    /// <summary>Models of runs that differ in the seed only, on all of another corpus.</summary>
    /// <exception cref="ArgumentException">There are no results.</exception>
    /// <exception cref="InvalidOperationException">The results have different rows or models.</exception>
    public static CellScore Of(IReadOnlyList<CrossCorpusResult> seeds)
    {
        if (seeds.Count == 0)
            throw new ArgumentException("There are no results to summarise.", nameof(seeds));
        var (first, classCount) = (seeds[0], seeds[0].Ensemble.Classes.Count);
        if (seeds.Any(run => !run.Folds.Select(fold => fold.Fold).SequenceEqual(first.Folds.Select(fold => fold.Fold)) || !run.Predictions.Select(row => row.Utterance).SequenceEqual(first.Predictions.Select(row => row.Utterance))))
            throw new InvalidOperationException($"The results on '{first.Target}' have different rows or models. Only runs that differ in the seed can be summarised.");

        ScoreInterval Interval(Func<CrossCorpusUtterance, IEnumerable<int>> predicted)
        {
            var rows = first.Predictions.Select((row, i) => (row.Speaker, row.Truth, seeds.SelectMany(run => predicted(run.Predictions[i])).Select(answer => answer == row.Truth).ToArray())).ToList();
            return ClusteredBootstrap.OfSums(ClusteredBootstrap.Clusters(classCount, rows), sums => Enumerable.Range(0, sums.GetLength(1) - 1).Average(system => ClusteredBootstrap.UarOf(sums, system)), Rounds, Level, Seed);
        }
        double[] folds = [.. first.Folds.Select((_, i) => seeds.Average(run => run.Folds[i].Matrix.Uar))], means = [.. seeds.Select(run => run.MeanUar)];
        return new CellScore(means.Average(), Interval(row => row.Predicted), SeedSummary.StandardDeviation(folds), SeedSummary.StandardDeviation(means),
            seeds.Average(run => run.Ensemble.Uar), Interval(row => [row.Ensemble]), folds.Length, seeds.Count);
    }
}
