namespace MlNetSer;

/// <summary>One more fold of a sweep.</summary>
public sealed record SweepProgress
{
    /// <summary>The test fold that the sweep knows nothing of; 0 = all speakers take part.</summary>
    public required int TestFold { get; init; }

    /// <summary>Trial, counted from 1.</summary>
    public required int Trial { get; init; }

    /// <summary>Trials in all.</summary>
    public required int TrialCount { get; init; }

    /// <summary>Inner fold, counted from 1; 0 = the test of the winner.</summary>
    public required int Fold { get; init; }

    /// <summary>Inner folds of a trial.</summary>
    public required int FoldCount { get; init; }

    /// <summary>What it gave.</summary>
    public required double Uar { get; init; }
}
