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
