namespace MlNetSer.Results;

/// <summary>The bootstrap intervals of a cross-corpus result, each computed when it is first read.</summary>
internal sealed class CrossCorpusIntervals(int classCount, int modelCount, IReadOnlyList<CrossCorpusUtterance> predictions)
{
    private const int Rounds = 2000, Seed = 1;
    private const double Level = 0.95;

    /// <summary>Of the models' mean UAR, drawing speakers.</summary>
    public ScoreInterval BySpeaker
        => field ??= ClusteredBootstrap.OfSums(ClusteredBootstrap.Clusters(classCount, Rows()), Mean, Rounds, Level, Seed);

    /// <summary>Of the models' mean UAR, drawing utterances.</summary>
    public ScoreInterval ByUtterance => field ??= ClusteredBootstrap.OfDraws(() => new int[classCount, 1 + modelCount], Rows(),
        (sums, row) => ClusteredBootstrap.Count(sums, row.Truth, row.Correct), Mean, Rounds, Level, Seed);

    /// <summary>Of the ensemble's UAR, drawing speakers.</summary>
    public ScoreInterval OfEnsemble
        => field ??= ClusteredBootstrap.Uar(classCount, predictions.Select(row => (row.Speaker, row.Truth, row.Ensemble)));

    private (string Speaker, int Truth, bool[] Correct)[] Rows() => [.. predictions.Select(row =>
        (row.Speaker, row.Truth, row.Predicted.Select(predicted => predicted == row.Truth).ToArray()))];

    private double Mean(int[,] sums) => Enumerable.Range(0, modelCount).Average(model => ClusteredBootstrap.UarOf(sums, model));
}
