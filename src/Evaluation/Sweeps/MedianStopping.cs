namespace MlNetSer;

/// <summary>
/// Ends a trial that is clearly behind: after a fold, its mean UAR so far is below the median of earlier trials over the same folds (the
/// rule of Google Vizier, KDD 2017, §3.5.2, here with a margin).
/// </summary>
public sealed record MedianStopping
{
    /// <summary>How far below, as a share: 0.02 = two points of UAR.</summary>
    public double Margin { get; init; } = 0.02;

    /// <summary>Earlier trials that must have come as far.</summary>
    public int WarmUpTrials { get; init; } = 5;

    /// <summary>Folds that every trial runs.</summary>
    public int WarmUpFolds { get; init; } = 2;

    /// <summary>Whether a trial with these scores, fold by fold, is behind earlier ones.</summary>
    /// <param name="uars">Its scores so far.</param>
    /// <param name="earlier">Scores of each earlier trial, over as many of the same folds as it ran.</param>
    public bool IsBehind(IReadOnlyList<double> uars, IEnumerable<IReadOnlyList<double>> earlier)
    {
        ArgumentNullException.ThrowIfNull(uars);
        double[] rivals = [.. earlier.Where(other => other.Count >= uars.Count).Select(other => other.Take(uars.Count).Average()).Order()];
        return uars.Count >= WarmUpFolds && rivals.Length > 0 && rivals.Length >= WarmUpTrials
            && uars.Average() < (rivals[(rivals.Length - 1) / 2] + rivals[rivals.Length / 2]) / 2 - Margin;
    }
}
