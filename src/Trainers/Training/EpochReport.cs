namespace MlNetSer;

/// <summary>One epoch of a training run.</summary>
public sealed record EpochReport
{
    /// <summary>Number of the epoch, counted from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Mean cross entropy over the training rows, with dropout.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Mean cross entropy over the validation rows; null without validation rows.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>The learning rate in this epoch.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Duration of the epoch.</summary>
    public required double Seconds { get; init; }
}
