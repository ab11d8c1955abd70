using System.Globalization;

namespace MlNetSer;

/// <summary>Several runs of one system that differ in the seed only: the noise of the seed and the spread over folds, apart.</summary>
public sealed record SeedSummary
{
    /// <summary>Runs.</summary>
    public required int RunCount { get; init; }

    /// <summary>Folds of each.</summary>
    public required int FoldCount { get; init; }

    /// <summary>Mean over runs of the mean over folds.</summary>
    public required double MeanUar { get; init; }

    /// <summary>Sample standard deviation of the runs' mean UAR; 0 for one run.</summary>
    public required double StandardDeviationOverSeeds { get; init; }

    /// <summary>Sample standard deviation, over folds, of each fold's mean over runs; 0 for one fold.</summary>
    public required double StandardDeviationOverFolds { get; init; }

    /// <summary>Mean over runs of the pooled UAR.</summary>
    public required double PooledUar { get; init; }

    /// <summary>Sample standard deviation of the runs' pooled UAR; 0 for one run.</summary>
    public required double PooledStandardDeviationOverSeeds { get; init; }

    /// <summary>Summarises runs.</summary>
    /// <exception cref="ArgumentException">There are no runs.</exception>
    /// <exception cref="InvalidOperationException">The runs have different folds.</exception>
    public static SeedSummary Of(IEnumerable<SpeakerCrossValidationResult> runs)
    {
        var all = runs.ToList();
        if (all.Count == 0)
            throw new ArgumentException("There are no runs to summarise.", nameof(runs));
        static string Folds(SpeakerCrossValidationResult run)
            => string.Join("; ", run.Folds.Select(fold => $"{fold.Fold.Number}: "
            + $"{string.Join(" ", fold.Fold.TestSpeakers)} ({fold.TestCount} rows)"));
        if (all.FindIndex(run => Folds(run) != Folds(all[0])) is var other and > 0)
            throw new InvalidOperationException(
                $"Run {other + 1} tests other folds than run 1: {Folds(all[other])}, where run 1 has {Folds(all[0])}. "
                + "Only runs on the same folds can be summarised.");

        double[] means = [.. all.Select(run => run.MeanUar)], pooled = [.. all.Select(run => run.Pooled.Uar)];
        double[] folds = [.. all[0].Folds.Select((_, i) => all.Average(run => run.Folds[i].Matrix.Uar))];
        return new SeedSummary
        {
            RunCount = all.Count,
            FoldCount = folds.Length,
            MeanUar = means.Average(),
            StandardDeviationOverSeeds = StandardDeviation(means),
            StandardDeviationOverFolds = StandardDeviation(folds),
            PooledUar = pooled.Average(),
            PooledStandardDeviationOverSeeds = StandardDeviation(pooled),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"UAR {100 * MeanUar:0.0} ± {100 * StandardDeviationOverSeeds:0.0} over {RunCount} seeds, ± "
        + $"{100 * StandardDeviationOverFolds:0.0} over {FoldCount} folds; "
        + $"pooled {100 * PooledUar:0.0} ± {100 * PooledStandardDeviationOverSeeds:0.0} over seeds");

    /// <summary>√(Σ (x − mean)² / (n − 1)); 0 for one value.</summary>
    internal static double StandardDeviation(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return values.Count < 2 ? 0 : Math.Sqrt(values.Sum(value => Math.Pow(value - mean, 2)) / (values.Count - 1));
    }
}
