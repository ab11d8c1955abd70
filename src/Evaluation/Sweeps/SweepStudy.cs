namespace MlNetSer;

/// <summary>The trials on what one sweep may see.</summary>
public sealed record SweepStudy
{
    /// <summary>The test fold that it knows nothing of; 0 = there is none, all speakers take part.</summary>
    public required int TestFold { get; init; }

    /// <summary>Inner folds of a trial.</summary>
    public required int FoldCount { get; init; }

    /// <summary>The speakers of that fold.</summary>
    public required IReadOnlyList<string> TestSpeakers { get; init => field = ByValue.List(value); }

    /// <summary>Every trial, in order.</summary>
    public required IReadOnlyList<SweepTrial> Trials { get; init => field = ByValue.List(value); }

    /// <summary>Whether every trial was run, by this process or by those whose logs it has.</summary>
    public bool IsComplete => Trials.All(trial => trial.State != TrialState.Elsewhere);

    /// <summary>
    /// The trials that came through, best first, then those that were stopped, best first, then the rest. Of equals the earlier is better.
    /// </summary>
    public IReadOnlyList<SweepTrial> Ranked
        => [.. Trials.OrderBy(trial => trial.State).ThenByDescending(trial => trial.Uar).ThenBy(trial => trial.Number)];

    /// <summary>The best trial of all folds; null while trials are missing, or where all failed.</summary>
    public SweepTrial? Winner => IsComplete && Ranked[0].State == TrialState.Finished ? Ranked[0] : null;
}
