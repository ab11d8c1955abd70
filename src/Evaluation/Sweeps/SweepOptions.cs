using Microsoft.ML;

namespace MlNetSer;

/// <summary>Options of <c>SweepBySpeaker</c>.</summary>
public sealed class SweepOptions
{
    /// <summary>Trials in all, the start among them. More in a later run go on where the log ends.</summary>
    /// <value>At least 1. The default is 20. A small space may have fewer points; a grid may not have more.</value>
    public int Trials { get; set; } = 20;

    /// <summary>Seed of the random search.</summary>
    /// <value>The default is 1. Ignored by <see cref="SweepSearch.Grid"/>.</value>
    public int Seed { get; set; } = 1;

    /// <summary>How options are found.</summary>
    /// <value>The default is <see cref="SweepSearch.Random"/>.</value>
    public SweepSearch Search { get; set; }

    /// <summary>Values of each range in a grid, both ends among them. Ignored by <see cref="SweepSearch.Random"/>.</summary>
    /// <value>At least 1. The default is 3.</value>
    public int GridSteps { get; set; } = 3;

    /// <summary>What is varied; null = what the attributes of the options class say.</summary>
    public SweepSpace? Space { get; set; }

    /// <summary>Whether trial 1 is the start as it is: what the sweep has to beat.</summary>
    /// <value>The default is true.</value>
    public bool IncludeStart { get; set; } = true;

    /// <summary>Ends trials that are clearly behind; null = every trial runs all folds.</summary>
    public MedianStopping? Stopping { get; set; } = new();

    /// <summary>
    /// Folds by which trials are compared, inside what the sweep may see; null = <see cref="EvaluationProtocol.SpeakerGroups"/>, four or as
    /// many as there are speakers.
    /// </summary>
    public EvaluationProtocol? Inner { get; set; }

    /// <summary>
    /// Folds by which the sweep itself is tested; null = <see cref="EvaluationProtocol.SpeakerGroups"/>, five or as many as there are
    /// speakers.
    /// </summary>
    public EvaluationProtocol? Outer { get; set; }

    /// <summary>
    /// Test folds to run, from the first; null = all. With one, its sweep is the sweep; with several, a last sweep over all speakers
    /// chooses the winner. 0 = no test: the result is optimistic and says so.
    /// </summary>
    public int? TestFoldCount { get; set; }

    /// <summary>
    /// File that takes one JSON line for every fold of a trial, and from which an interrupted sweep goes on; null = none.
    /// </summary>
    public string? LogPath { get; set; }

    /// <summary>
    /// What made the features, such as <c>encoder.Hash</c>: rows and options do not tell it, so that a log of other features would pass for
    /// this sweep's.
    /// </summary>
    /// <value>Null (the default) = not checked. A log that was written with another is refused.</value>
    public string? FeatureIdentity { get; set; }

    /// <summary>
    /// The trials of this process, each with a log of its own; null = all. Put the logs together (<c>cat</c>) and run once more without:
    /// what is logged is not run again.
    /// </summary>
    public SweepShard? Shard { get; set; }

    /// <summary>Names of the columns.</summary>
    public EvaluationColumns Columns { get; set; } = new();

    /// <summary>Says in a few words what came out of the training of a test fold; null = nothing.</summary>
    public Func<ITransformer, string>? DescribeModel { get; set; }

    /// <summary>Whether the trainer uses the validation rows that it reads; results say so.</summary>
    /// <value>The default is true.</value>
    public bool FitUsesValidation { get; set; } = true;

    /// <summary>Facts to carry in the nested result: seed, encoder hash.</summary>
    public IDictionary<string, string> Notes { get; private set; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    internal SweepOptions Copy()
    {
        var copy = (SweepOptions)MemberwiseClone();
        copy.Columns = Columns.Copy();
        copy.Notes = new SortedDictionary<string, string>(Notes, StringComparer.Ordinal);
        return copy;
    }

    internal SpeakerTrialOptions ForTrials() => new()
    {
        Protocol = Inner,
        Stopping = Stopping,
        Columns = Columns,
        FitUsesValidation = FitUsesValidation,
    };

    internal void Check()
    {
        List<string> faults = [];
        AtLeast(1, Trials, nameof(Trials), faults);
        AtLeast(1, GridSteps, nameof(GridSteps), faults);
        AtLeast(0, TestFoldCount ?? 0, nameof(TestFoldCount), faults);
        if (Shard is { } shard && (shard.Number < 1 || shard.Number > shard.Count))
            faults.Add($"{nameof(Shard)} is {shard}, but its number must be from 1 to its count");
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(SweepOptions)}: {string.Join("; ", faults)}.");
    }

    private static void AtLeast(int least, int value, string name, List<string> faults)
    {
        if (value < least)
            faults.Add($"{name} is {value}, but must be at least {least}");
    }
}
