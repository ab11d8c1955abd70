namespace MlNetSer;

/// <summary>An interval around a score.</summary>
public sealed record ScoreInterval
{
    /// <summary>Lower end.</summary>
    public required double Low { get; init; }

    /// <summary>Upper end.</summary>
    public required double High { get; init; }

    /// <summary>Share of bootstrap samples inside, such as 0.95.</summary>
    public required double Level { get; init; }

    /// <summary>Bootstrap samples.</summary>
    public required int Rounds { get; init; }
}

/// <summary>
/// Percentile bootstrap that draws whole speakers: utterances of one speaker are not independent, so drawing them one by one makes
/// intervals too narrow.
/// </summary>
/// <remarks>
/// With the ten or twelve speakers of a corpus the interval is coarse. Utterances are not drawn again inside a drawn speaker, as
/// luferrer/ConfidenceIntervals does.
/// </remarks>
public static class ClusteredBootstrap
{
    /// <summary>Interval of the pooled UAR.</summary>
    /// <param name="classCount">Classes: C.</param>
    /// <param name="rows">Speaker (or any cluster), truth and prediction of each utterance, classes from 0 to C − 1.</param>
    /// <param name="rounds">Samples, at least 100. The default is 2,000.</param>
    /// <param name="level">Share inside, in (0, 1). The default is 0.95.</param>
    /// <param name="seed">Seed of the drawing.</param>
    /// <remarks>
    /// A sample draws as many clusters as there are, with replacement. UAR is the mean over the classes that the sample has.
    /// </remarks>
    /// <exception cref="ArgumentException">There are no rows, or an argument is out of its range.</exception>
    public static ScoreInterval Uar(int classCount, IEnumerable<(string Cluster, int Truth, int Predicted)> rows, int rounds = 2000,
        double level = 0.95, int seed = 1)
        => OfSums(Clusters(classCount, rows.Select(row => (row.Cluster, row.Truth, new[] { row.Truth == row.Predicted }))),
        sums => UarOf(sums, 0), rounds, level, seed);

    /// <summary>The same, drawing utterances one by one as if they were independent: what most papers report, and too narrow.</summary>
    /// <inheritdoc cref="Uar"/>
    public static ScoreInterval UarByUtterance(int classCount, IEnumerable<(int Truth, int Predicted)> rows, int rounds = 2000,
        double level = 0.95, int seed = 1)
    {
        (int Truth, bool[] Correct)[] cells = [.. rows.Select(row => (row.Truth, new[] { row.Truth == row.Predicted }))];
        return OfDraws(() => new int[classCount, 2], cells, (sums, cell) => Count(sums, cell.Truth, cell.Correct), sums => UarOf(sums, 0),
            rounds, level, seed);
    }

    /// <summary>Interval of a mean of scores, one for each cluster: the mean over folds that hold whole speakers.</summary>
    /// <param name="scores">The score of each cluster.</param>
    /// <param name="rounds">Samples, at least 100. The default is 2,000.</param>
    /// <param name="level">Share inside, in (0, 1). The default is 0.95.</param>
    /// <param name="seed">Seed of the drawing.</param>
    /// <exception cref="ArgumentException">There are no scores, or an argument is out of its range.</exception>
    public static ScoreInterval Mean(IReadOnlyList<double> scores, int rounds = 2000, double level = 0.95, int seed = 1)
        => OfDraws(() => new double[1], [.. scores], (sum, score) => sum[0] += score, sum => sum[0] / scores.Count, rounds, level, seed);

    /// <summary>The same where a cluster has several scores: they are drawn together.</summary>
    internal static ScoreInterval Mean(double[][] clusters, int rounds, double level, int seed)
        => OfDraws(() => new double[2], clusters, (sum, scores) => (sum[0], sum[1]) = (sum[0] + scores.Sum(), sum[1] + scores.Length),
        sum => sum[0] / sum[1], rounds, level, seed);

    /// <summary>Counts per class of each cluster: column 0 all utterances, column 1 + s those that system s got right.</summary>
    internal static int[][,] Clusters(int classCount, IEnumerable<(string Cluster, int Truth, bool[] Correct)> rows)
        => [.. rows.GroupBy(row => row.Cluster, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
        {
            var counts = new int[classCount, 1 + g.First().Correct.Length];
            foreach (var row in g)
                Count(counts, row.Truth, row.Correct);
            return counts;
        })];

    /// <summary>Draws clusters, adds their counts, and takes a statistic of the sums.</summary>
    internal static ScoreInterval OfSums(int[][,] clusters, Func<int[,], double> statistic, int rounds, double level, int seed)
        => OfDraws(() => new int[clusters[0].GetLength(0), clusters[0].GetLength(1)], clusters, (sums, cluster) =>
        {
            for (var row = 0; row < sums.GetLength(0); row++)
            {
                for (var column = 0; column < sums.GetLength(1); column++)
                    sums[row, column] += cluster[row, column];
            }
        }, statistic, rounds, level, seed);

    /// <summary>Draws as many items as there are, with replacement, in each round.</summary>
    internal static ScoreInterval OfDraws<TSum, T>(Func<TSum> start, T[] items, Action<TSum, T> add, Func<TSum, double> statistic,
        int rounds, double level, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 100);
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1, such as 0.95.");
        if (items.Length == 0)
            throw new ArgumentException("There are no rows to draw from.", nameof(items));

        var random = new Random(seed);
        var scores = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            var sums = start();
            for (var draw = 0; draw < items.Length; draw++)
                add(sums, items[random.Next(items.Length)]);
            scores[round] = statistic(sums);
        }
        Array.Sort(scores);
        return new ScoreInterval
        {
            Low = Quantile(scores, (1 - level) / 2),
            High = Quantile(scores, (1 + level) / 2),
            Level = level,
            Rounds = rounds,
        };
    }

    /// <summary>Mean over the classes present of what system s got right.</summary>
    internal static double UarOf(int[,] sums, int system)
    {
        var (total, present) = (0.0, 0);
        for (var c = 0; c < sums.GetLength(0); c++)
        {
            if (sums[c, 0] > 0)
                (total, present) = (total + (double)sums[c, 1 + system] / sums[c, 0], present + 1);
        }
        return total / present;
    }

    /// <summary>Adds one utterance to the counts.</summary>
    internal static void Count(int[,] counts, int truth, bool[] correct)
    {
        counts[truth, 0]++;
        for (var system = 0; system < correct.Length; system++)
            counts[truth, 1 + system] += correct[system] ? 1 : 0;
    }

    /// <summary>Linear between order statistics, as NumPy's default.</summary>
    internal static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[^1];
    }
}
