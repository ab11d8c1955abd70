namespace MlNetSer;

/// <summary>What a trial gave.</summary>
public sealed record TrialScore
{
    /// <summary>Whether it was ended because it was behind.</summary>
    public bool IsStopped { get; init; }

    /// <summary>The folds that it ran, in order.</summary>
    public required IReadOnlyList<TrialFold> Folds { get; init => field = ByValue.List(value); }

    /// <summary>Mean UAR of the folds: what a sweep maximises. NaN without folds.</summary>
    public double Uar => Folds.Count == 0 ? double.NaN : Folds.Average(fold => fold.Uar);

    /// <summary>Duration of all folds.</summary>
    public double Seconds => Folds.Sum(fold => fold.Seconds);
}
