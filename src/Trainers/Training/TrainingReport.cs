namespace MlNetSer;

/// <summary>What happened in a training run.</summary>
public sealed record TrainingReport
{
    /// <summary>Every epoch, in order.</summary>
    public required IReadOnlyList<EpochReport> Epochs { get; init => field = ByValue.List(value); }

    /// <summary>
    /// The epoch whose weights were kept: the one with the lowest validation loss, or the last one without validation rows.
    /// </summary>
    public required int SelectedEpoch { get; init; }

    /// <summary>Trainable numbers in the network.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Training rows.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Validation rows.</summary>
    public required int ValidationCount { get; init; }

    /// <summary>
    /// Rows, of training and validation, whose sequences were read from an embedding store, rounded to its precision. The other rows were
    /// taken from the column's values.
    /// </summary>
    public int StoredCount { get; init; }
}
