namespace MlNetSer;

/// <summary>How far a training run has come.</summary>
public sealed record TrainingProgress
{
    /// <summary>The epoch that has just ended.</summary>
    public required EpochReport Epoch { get; init; }

    /// <summary>Number of epochs in the whole run.</summary>
    public required int EpochCount { get; init; }

    /// <summary>Time left, estimated from the epochs so far.</summary>
    public required TimeSpan TimeLeft { get; init; }
}
