namespace MlNetSer;

/// <summary>One epoch of a training run.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="TrainLoss">Mean cross entropy over the training rows, with dropout on.</param>
/// <param name="ValidationLoss">Mean cross entropy over the validation rows; null when there are none.</param>
/// <param name="LearningRate">The rate this epoch ran at.</param>
/// <param name="Seconds">Duration.</param>
public sealed record EpochReport(int Number, double TrainLoss, double? ValidationLoss, double LearningRate, double Seconds);

/// <summary>What happened in a training run.</summary>
/// <param name="Epochs">Every epoch, in order.</param>
/// <param name="SelectedEpoch">The epoch whose weights were kept: the lowest validation loss, or the last where there is no validation
/// data.</param>
/// <param name="ParameterCount">Trainable numbers in the network.</param>
/// <param name="TrainCount">Training rows.</param>
/// <param name="ValidationCount">Validation rows.</param>
public sealed record TrainingReport(IReadOnlyList<EpochReport> Epochs, int SelectedEpoch, long ParameterCount, int TrainCount,
    int ValidationCount)
{
    /// <summary>Every epoch, in order.</summary>
    public IReadOnlyList<EpochReport> Epochs { get; init => field = ByValue.List(value); } = ByValue.List(Epochs);

    /// <summary>Rows, of training and validation, whose sequences were read from an embedding store, rounded to its precision; the others'
    /// were taken from the column's values.</summary>
    public int StoredCount { get; init; }
}

/// <summary>How far a training run has come.</summary>
/// <param name="Epoch">The epoch that has just ended.</param>
/// <param name="EpochCount">Epochs in all.</param>
/// <param name="TimeLeft">Estimate from the epochs so far.</param>
public sealed record TrainingProgress(EpochReport Epoch, int EpochCount, TimeSpan TimeLeft);
