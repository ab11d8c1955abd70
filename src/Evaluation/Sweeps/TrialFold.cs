namespace MlNetSer;

/// <summary>What one fold of a trial gave.</summary>
public sealed record TrialFold
{
    /// <summary>Counted from 1.</summary>
    public required int Fold { get; init; }

    /// <summary>Unweighted average recall of the fold's scored speakers.</summary>
    public required double Uar { get; init; }

    /// <summary>Scored rows.</summary>
    public required int RowCount { get; init; }

    /// <summary>Duration of training and scoring.</summary>
    public required double Seconds { get; init; }

    /// <summary>What became of the fold's validation rows.</summary>
    public ValidationUse Validation { get; init; }
}
