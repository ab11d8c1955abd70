namespace MlNetSer;

/// <summary>How far a trial came.</summary>
public enum TrialState
{
    /// <summary>All folds: it may win.</summary>
    Finished,

    /// <summary>Ended early, because it was clearly behind.</summary>
    Stopped,

    /// <summary>Its training threw.</summary>
    Failed,

    /// <summary>Not run by this process: another shard's.</summary>
    Elsewhere,
}

/// <summary>One trial of a sweep.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="Values">What was tried, option by option.</param>
/// <param name="Score">What came out.</param>
/// <param name="State">How far it came.</param>
public sealed record SweepTrial(int Number, IReadOnlyDictionary<string, string> Values, TrialScore Score, TrialState State)
{
    /// <summary>What was tried, option by option.</summary>
    public IReadOnlyDictionary<string, string> Values { get; init => field = ByValue.Map(value); } = ByValue.Map(Values);

    /// <summary>Why it failed; null where it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Mean UAR of its folds; NaN without any.</summary>
    public double Uar => Score.Uar;
}

/// <summary>The trials on what one sweep may see.</summary>
/// <param name="TestFold">The test fold that it knows nothing of; 0 = there is none, all speakers take part.</param>
/// <param name="TestSpeakers">The speakers of that fold.</param>
/// <param name="FoldCount">Inner folds of a trial.</param>
/// <param name="Trials">Every trial, in order.</param>
public sealed record SweepStudy(int TestFold, IReadOnlyList<string> TestSpeakers, int FoldCount, IReadOnlyList<SweepTrial> Trials)
{
    /// <summary>The speakers of that fold.</summary>
    public IReadOnlyList<string> TestSpeakers { get; init => field = ByValue.List(value); } = ByValue.List(TestSpeakers);

    /// <summary>Every trial, in order.</summary>
    public IReadOnlyList<SweepTrial> Trials { get; init => field = ByValue.List(value); } = ByValue.List(Trials);

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

/// <summary>One more fold of a sweep.</summary>
/// <param name="TestFold">The test fold that the sweep knows nothing of; 0 = all speakers take part.</param>
/// <param name="Trial">Trial, counted from 1.</param>
/// <param name="TrialCount">Trials in all.</param>
/// <param name="Fold">Inner fold, counted from 1; 0 = the test of the winner.</param>
/// <param name="FoldCount">Inner folds of a trial.</param>
/// <param name="Uar">What it gave.</param>
public sealed record SweepProgress(int TestFold, int Trial, int TrialCount, int Fold, int FoldCount, double Uar);
