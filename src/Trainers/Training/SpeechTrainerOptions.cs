using System.Text.Json;
using Microsoft.ML.SearchSpace;

namespace MlNetSer;

/// <summary>What every trainer of the paper shares (§4.2.1); the defaults are the paper's.</summary>
public abstract class SpeechTrainerOptions
{
    /// <summary>Key column with the classes.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>
    /// Sequence column: <c>Vector&lt;Single&gt;</c>, blocks x frames x dimension or frames x dimension, row-major. Its shape is in column
    /// <c>(name).Shape</c>.
    /// </summary>
    /// <value>The default is <c>Embedding</c>.</value>
    public string FeatureColumnName { get; set; } = "Embedding";

    /// <summary>Number of passes over the training rows.</summary>
    /// <value>At least 1. The default is 50 (paper, §4.2.1).</value>
    public int Epochs { get; set; } = 50;

    /// <summary>Utterances in a step.</summary>
    /// <value>At least 1. The default is 32 (paper, §4.2.1).</value>
    public int BatchSize { get; set; } = 32;

    /// <summary>Initial learning rate of Adam.</summary>
    /// <value>Greater than 0. The default is 1e-3 (paper, §4.2.1).</value>
    [Range(1e-4, 1e-2, true)]
    public double LearningRate { get; set; } = 1e-3;

    /// <summary>Consecutive epochs without a lower validation loss after which the learning rate is halved.</summary>
    /// <value>At least 1. The default is 10: halved at the tenth such epoch (paper, §4.2.1; PyTorch's <c>patience=9</c>).</value>
    public int HalvingPatience { get; set; } = 10;

    /// <summary>Attention heads.</summary>
    /// <value>At least 1. The default is 8 (paper, §4.2.1).</value>
    [Range(1, 16)]
    public int HeadCount { get; set; } = 8;

    /// <summary>Units in each attention head.</summary>
    /// <value>At least 1. The default is 64 (paper, §4.2.1).</value>
    [Range(16, 128)]
    public int HeadSize { get; set; } = 64;

    /// <summary>Weights each class by the inverse of its share in the training rows.</summary>
    /// <value>The default is false (the paper names none).</value>
    [BooleanChoice]
    public bool BalanceClasses { get; set; }

    /// <summary>Seed for weights, shuffling and dropout.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Where the network trains: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</summary>
    /// <value>The default is <c>auto</c>: CUDA where libtorch sees a device, else the CPU.</value>
    public string Device { get; set; } = "auto";

    /// <summary>
    /// Whether CUDA multiplies matrices in mixed precision: factors as TF32 (10 bits of mantissa), sums, weights and optimizer in float32.
    /// Ignored on a CPU.
    /// </summary>
    /// <value>The default is false: float32 throughout, in the GRUs of cuDNN too, whose own default is TF32.</value>
    public bool MixedPrecision { get; set; }

    /// <summary>Threads that train on a CPU. The result does not depend on it, to the last bit.</summary>
    /// <value>At least 0. The default is 0: all processors of the machine.</value>
    public int ThreadCount { get; set; }

    /// <summary>Every option by name, as JSON: what a run record prints.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, GetType());

    /// <summary>A copy with the same values.</summary>
    internal virtual SpeechTrainerOptions Copy() => (SpeechTrainerOptions)MemberwiseClone();

    /// <summary>Whether the network weighs several sequences against each other; if not, it takes one.</summary>
    internal virtual bool WeighsSequences => true;

    /// <summary>The columns and blocks that the network takes, one for each of its streams.</summary>
    internal virtual IReadOnlyList<SequenceColumn> Columns() => [new SequenceColumn(FeatureColumnName)];

    /// <summary>Column that takes the attention matrices; null = none.</summary>
    internal virtual string? AttentionColumn => null;

    /// <summary>Checks every option and reports all faults together.</summary>
    /// <exception cref="ArgumentException">At least one option is out of its range.</exception>
    internal void Check()
    {
        List<string> faults = [];
        AddFaults(faults);
        if (faults.Count > 0)
            throw new ArgumentException($"{GetType().Name}: {string.Join("; ", faults)}.");
    }

    private protected virtual void AddFaults(List<string> faults)
    {
        AtLeast(1, Epochs, nameof(Epochs), faults);
        AtLeast(1, BatchSize, nameof(BatchSize), faults);
        AtLeast(1, HalvingPatience, nameof(HalvingPatience), faults);
        AtLeast(1, HeadCount, nameof(HeadCount), faults);
        AtLeast(1, HeadSize, nameof(HeadSize), faults);
        AtLeast(0, ThreadCount, nameof(ThreadCount), faults);
        if (!(LearningRate > 0) || double.IsInfinity(LearningRate))
            faults.Add($"{nameof(LearningRate)} is {LearningRate}, but must be greater than 0");
    }

    private protected static void AtLeast(int least, int value, string name, List<string> faults)
    {
        if (value < least)
            faults.Add($"{name} is {value}, but must be at least {least}");
    }
}
