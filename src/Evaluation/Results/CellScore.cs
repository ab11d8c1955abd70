namespace MlNetSer;

/// <summary>What a table says of one system in one setting, over all folds and seeds.</summary>
public sealed record CellScore
{
    private const int Rounds = 2000, Seed = 1;
    private const double Level = 0.95;

    /// <summary>Mean over seeds of the mean over folds (or, on another corpus, over models): the paper's figure.</summary>
    public required double Uar { get; init; }

    /// <summary>95 % interval of it, by a bootstrap that draws speakers.</summary>
    public required ScoreInterval Interval { get; init; }

    /// <summary>Sample standard deviation over folds of each fold's mean over seeds.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Sample standard deviation over seeds; 0 for one.</summary>
    public required double SeedDeviation { get; init; }

    /// <summary>Mean over seeds of the UAR of all test rows in one matrix; on another corpus, of the ensemble.</summary>
    public required double PooledUar { get; init; }

    /// <summary>95 % interval of it, by a bootstrap that draws speakers.</summary>
    public required ScoreInterval PooledInterval { get; init; }

    /// <summary>The same, drawing utterances as if they were independent: too narrow.</summary>
    public required ScoreInterval PooledIntervalByUtterance { get; init; }

    /// <summary>Folds, or models, of each seed.</summary>
    public required int FoldCount { get; init; }

    /// <summary>Seeds.</summary>
    public required int SeedCount { get; init; }

    /// <summary>Runs on the folds of one corpus that differ in the seed only.</summary>
    /// <remarks>
    /// The mean's interval draws test speakers, with all folds that test the same ones: with one speaker left out, it draws speakers. Where
    /// all folds test the same, it is the pooled UAR's.
    /// </remarks>
    /// <exception cref="ArgumentException">There are no runs.</exception>
    /// <exception cref="InvalidOperationException">The runs have different folds.</exception>
    public static CellScore Of(IReadOnlyList<SpeakerCrossValidationResult> seeds)
    {
        var summary = SeedSummary.Of(seeds);
        if (seeds.Any(run => !run.Predictions.Select(row => row.Utterance)
            .SequenceEqual(seeds[0].Predictions.Select(row => row.Utterance))))
            throw new InvalidOperationException(
                $"The runs on '{seeds[0].Corpus}' have different rows. Only runs that differ in the seed can be summarised.");
        var classCount = seeds[0].Pooled.Classes.Count;
        double[][] tested = [.. seeds[0].Folds.Select((fold, i) =>
            (Who: string.Join('\n', fold.Fold.TestSpeakers.Order(StringComparer.Ordinal)),
            Uar: seeds.Average(run => run.Folds[i].Matrix.Uar)))
            .GroupBy(fold => fold.Who, fold => fold.Uar).Select(group => group.ToArray())];
        var pooled = ClusteredBootstrap.Uar(classCount, seeds.SelectMany(run => run.Predictions)
            .Select(row => (row.Speaker, row.Truth, row.Predicted)), Rounds, Level, Seed);
        var answers = seeds[0].Predictions.Select((row, i) =>
            (row.Truth, seeds.Select(run => run.Predictions[i].Predicted == row.Truth).ToArray()));
        return new CellScore
        {
            Uar = summary.MeanUar,
            Interval = tested.Length > 1
            ? ClusteredBootstrap.Mean(tested, Rounds, Level, Seed)
            : pooled,
            StandardDeviation = summary.StandardDeviationOverFolds,
            SeedDeviation = summary.StandardDeviationOverSeeds,
            PooledUar = summary.PooledUar,
            PooledInterval = pooled,
            PooledIntervalByUtterance = ByUtterance(classCount, answers),
            FoldCount = seeds[0].Folds.Count,
            SeedCount = seeds.Count,
        };
    }

    /// <summary>Models of runs that differ in the seed only, on all of another corpus.</summary>
    /// <exception cref="ArgumentException">There are no results.</exception>
    /// <exception cref="InvalidOperationException">The results have different rows or models.</exception>
    public static CellScore Of(IReadOnlyList<CrossCorpusResult> seeds)
    {
        if (seeds.Count == 0)
            throw new ArgumentException("There are no results to summarise.", nameof(seeds));
        var (first, classCount) = (seeds[0], seeds[0].Ensemble.Classes.Count);
        if (seeds.Any(run => !run.Folds.Select(fold => fold.Fold.Number).SequenceEqual(first.Folds.Select(fold => fold.Fold.Number))
            || !run.Predictions.Select(row => row.Utterance).SequenceEqual(first.Predictions.Select(row => row.Utterance))))
            throw new InvalidOperationException(
                $"The results on '{first.Target}' have different rows or models. Only runs that differ in the seed can be summarised.");

        ScoreInterval Interval(Func<CrossCorpusUtterance, IEnumerable<int>> predicted)
        {
            var rows = first.Predictions.Select((row, i) =>
                (row.Speaker, row.Truth, seeds.SelectMany(run => predicted(run.Predictions[i])).Select(answer => answer == row.Truth)
                .ToArray())).ToList();
            return ClusteredBootstrap.OfSums(ClusteredBootstrap.Clusters(classCount, rows),
                sums => Enumerable.Range(0, sums.GetLength(1) - 1).Average(system => ClusteredBootstrap.UarOf(sums, system)), Rounds,
                Level, Seed);
        }
        double[] folds = [.. first.Folds.Select((_, i) => seeds.Average(run => run.Folds[i].Matrix.Uar))],
            means = [.. seeds.Select(run => run.MeanUar)];
        return new CellScore
        {
            Uar = means.Average(),
            Interval = Interval(row => row.Predicted),
            StandardDeviation = SeedSummary.StandardDeviation(folds),
            SeedDeviation = SeedSummary.StandardDeviation(means),
            PooledUar = seeds.Average(run => run.Ensemble.Uar),
            PooledInterval = Interval(row => [row.Ensemble]),
            PooledIntervalByUtterance = ByUtterance(classCount, first.Predictions.Select(
            (row, i) => (row.Truth, seeds.Select(run => run.Predictions[i].Ensemble == row.Truth).ToArray()))),
            FoldCount = folds.Length,
            SeedCount = seeds.Count,
        };
    }

    /// <summary>Draws utterances, each with the answers of all seeds, and averages the seeds' UARs.</summary>
    private static ScoreInterval ByUtterance(int classCount, IEnumerable<(int Truth, bool[] Correct)> rows)
    {
        (int Truth, bool[] Correct)[] cells = [.. rows];
        var systems = cells.Length == 0 ? 0 : cells[0].Correct.Length;
        return ClusteredBootstrap.OfDraws(() => new int[classCount, 1 + systems], cells,
            (sums, cell) => ClusteredBootstrap.Count(sums, cell.Truth, cell.Correct),
            sums => Enumerable.Range(0, systems).Average(system => ClusteredBootstrap.UarOf(sums, system)), Rounds, Level, Seed);
    }
}
