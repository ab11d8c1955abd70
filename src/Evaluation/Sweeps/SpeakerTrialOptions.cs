namespace MlNetSer;

/// <summary>Options of <see cref="SpeakerTrialRunner{TOptions}"/>.</summary>
public sealed class SpeakerTrialOptions
{
    /// <summary>
    /// Folds by which trials are compared; null = <see cref="EvaluationProtocol.SpeakerGroups"/>, four or as many as there are speakers.
    /// </summary>
    public EvaluationProtocol? Protocol { get; set; }

    /// <summary>Ends trials that are clearly behind; null = every trial runs all folds.</summary>
    public MedianStopping? Stopping { get; set; } = new();

    /// <summary>Names of the columns; its protocol and folds are ignored.</summary>
    public SpeakerCrossValidationOptions Columns { get; set; } = new();

    internal SpeakerTrialOptions Copy() => new() { Protocol = Protocol, Stopping = Stopping, Columns = Columns.Copy() };
}

/// <summary>What one fold of a trial gave.</summary>
/// <param name="Fold">Counted from 1.</param>
/// <param name="Uar">Unweighted average recall of the fold's scored speakers.</param>
/// <param name="RowCount">Scored rows.</param>
/// <param name="Seconds">Duration of training and scoring.</param>
public sealed record TrialFold(int Fold, double Uar, int RowCount, double Seconds)
{
    /// <summary>What became of the fold's validation rows.</summary>
    public ValidationUse Validation { get; init; }
}

/// <summary>What a trial gave.</summary>
/// <param name="Folds">The folds that it ran, in order.</param>
/// <param name="IsStopped">Whether it was ended because it was behind.</param>
public sealed record TrialScore(IReadOnlyList<TrialFold> Folds, bool IsStopped)
{
    /// <summary>The folds that it ran, in order.</summary>
    public IReadOnlyList<TrialFold> Folds { get; init => field = ByValue.List(value); } = ByValue.List(Folds);

    /// <summary>Mean UAR of the folds: what a sweep maximises. NaN without folds.</summary>
    public double Uar => Folds.Count == 0 ? double.NaN : Folds.Average(fold => fold.Uar);

    /// <summary>Duration of all folds.</summary>
    public double Seconds => Folds.Sum(fold => fold.Seconds);
}
