namespace MlNetSer;

/// <summary>An interval around a score.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="Level">Share of bootstrap samples inside, such as 0.95.</param>
/// <param name="Rounds">Bootstrap samples.</param>
public sealed record ScoreInterval(double Low, double High, double Level, int Rounds);

/// <summary>Percentile bootstrap that draws whole speakers: utterances of one speaker are not independent, so drawing them one by one makes intervals too narrow.</summary>
public static class ClusteredBootstrap
{
    /// <summary>Interval of the pooled UAR.</summary>
    /// <param name="classCount">Classes: C.</param>
    /// <param name="rows">Speaker (or any cluster), truth and prediction of each utterance, classes from 0 to C − 1.</param>
    /// <param name="rounds">Samples, at least 100. The default is 2,000.</param>
    /// <param name="level">Share inside, in (0, 1). The default is 0.95.</param>
    /// <param name="seed">Start of the random numbers.</param>
    /// <remarks>A sample draws as many clusters as there are, with replacement. UAR is the mean over the classes that the sample has.</remarks>
    /// <exception cref="ArgumentException">There are no rows, or an argument is out of its range.</exception>
    public static ScoreInterval Uar(int classCount, IEnumerable<(string Cluster, int Truth, int Predicted)> rows, int rounds = 2000, double level = 0.95, int seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 100);
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1, such as 0.95.");
        int[][,] clusters = [.. rows.GroupBy(row => row.Cluster, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
        {
            var counts = new int[classCount, 2];   // all, correct
            foreach (var row in g)
            {
                counts[row.Truth, 0]++;
                counts[row.Truth, 1] += row.Truth == row.Predicted ? 1 : 0;
            }
            return counts;
        })];
        if (clusters.Length == 0)
            throw new ArgumentException("There are no rows to draw from.", nameof(rows));

        var random = new Random(seed);
        var scores = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            var sum = new int[classCount, 2];
            for (var draw = 0; draw < clusters.Length; draw++)
            {
                var cluster = clusters[random.Next(clusters.Length)];
                for (var c = 0; c < classCount; c++)
                    (sum[c, 0], sum[c, 1]) = (sum[c, 0] + cluster[c, 0], sum[c, 1] + cluster[c, 1]);
            }
            scores[round] = Enumerable.Range(0, classCount).Where(c => sum[c, 0] > 0).Average(c => (double)sum[c, 1] / sum[c, 0]);
        }
        Array.Sort(scores);
        return new ScoreInterval(Quantile(scores, (1 - level) / 2), Quantile(scores, (1 + level) / 2), level, rounds);
    }

    /// <summary>Linear between order statistics, as NumPy's default.</summary>
    internal static double Quantile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[^1];
    }
}
