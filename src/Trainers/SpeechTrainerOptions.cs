using System.Text.Json;
using Microsoft.ML.SearchSpace;

namespace MlNetSer;

/// <summary>What every trainer of the paper shares (§4.2.1); the defaults are the paper's.</summary>
public abstract class SpeechTrainerOptions
{
    /// <summary>Key column with the classes.</summary>
    /// <value>The default is <c>Label</c>.</value>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>Sequence column: <c>Vector&lt;Single&gt;</c>, blocks x frames x dimension or frames x dimension, row-major.</summary>
    /// <value>The default is <c>Embedding</c>.</value>
    public string FeatureColumnName { get; set; } = "Embedding";

    /// <summary>Column with the shape of <see cref="FeatureColumnName"/>, <c>Vector&lt;Int64&gt;</c> of two or three numbers.</summary>
    /// <value>Null (the default) = <see cref="FeatureColumnName"/> + <c>.Shape</c>, as <c>EmbedSpeech</c> and <c>ExtractFilterbank</c> write it.</value>
    public string? ShapeColumnName { get; set; }

    /// <summary>Times that training sees every utterance.</summary>
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

    /// <summary>Hidden units of each GRU direction.</summary>
    /// <value>At least 1. The default is 256 (paper, §4.2.1).</value>
    [Range(32, 256)]
    public int HiddenSize { get; set; } = 256;

    /// <summary>Stacked Bi-GRU layers.</summary>
    /// <value>At least 1. The default is 2 (paper, §4.2.1).</value>
    public int LayerCount { get; set; } = 2;

    /// <summary>Attention heads.</summary>
    /// <value>At least 1. The default is 8 (paper, §4.2.1).</value>
    [Range(1, 16)]
    public int HeadCount { get; set; } = 8;

    /// <summary>Units in each attention head.</summary>
    /// <value>At least 1. The default is 64 (paper, §4.2.1).</value>
    [Range(16, 128)]
    public int HeadSize { get; set; } = 64;

    /// <summary>Dropout of each Bi-GRU layer while training.</summary>
    /// <value>In [0, 1). The default is 0.3 (paper, §4.2.1).</value>
    [Range(0.0, 0.6)]
    public double RecurrentDropout { get; set; } = 0.3;

    /// <summary>Weights each class by the inverse of its share in the training rows.</summary>
    /// <value>The default is false (the paper names none).</value>
    public bool BalanceClasses { get; set; }

    /// <summary>Start of every random number: initial weights, order of utterances, dropout.</summary>
    /// <value>The default is 1.</value>
    public int Seed { get; set; } = 1;

    /// <summary>Where the network trains: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</summary>
    /// <value>The default is <c>auto</c>: CUDA where libtorch sees a device, else the CPU.</value>
    public string Device { get; set; } = "auto";

    /// <summary>Threads that train on a CPU. The result does not depend on it, to the last bit.</summary>
    /// <value>At least 0. The default is 0: as many as the machine has.</value>
    public int ThreadCount { get; set; }

    /// <summary>Every option by name, as JSON: what a run record prints.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, GetType());

    internal string ShapeColumn => ShapeColumnName ?? FeatureColumnName + ".Shape";

    /// <summary>Checks every option and reports all faults together.</summary>
    /// <exception cref="ArgumentException">At least one option is out of its range.</exception>
    internal virtual void Check()
    {
        List<string> faults = [];
        void AtLeastOne(string name, int value)
        {
            if (value < 1)
                faults.Add($"{name} is {value}, but must be at least 1");
        }
        AtLeastOne(nameof(Epochs), Epochs);
        AtLeastOne(nameof(BatchSize), BatchSize);
        AtLeastOne(nameof(HalvingPatience), HalvingPatience);
        AtLeastOne(nameof(HiddenSize), HiddenSize);
        AtLeastOne(nameof(LayerCount), LayerCount);
        AtLeastOne(nameof(HeadCount), HeadCount);
        AtLeastOne(nameof(HeadSize), HeadSize);
        if (ThreadCount < 0)
            faults.Add($"{nameof(ThreadCount)} is {ThreadCount}, but must be at least 0 (0 = all)");
        if (!(LearningRate > 0) || double.IsInfinity(LearningRate))
            faults.Add($"{nameof(LearningRate)} is {LearningRate}, but must be greater than 0");
        if (!(RecurrentDropout >= 0 && RecurrentDropout < 1))
            faults.Add($"{nameof(RecurrentDropout)} is {RecurrentDropout}, but must be in [0, 1)");
        if (faults.Count > 0)
            throw new ArgumentException($"{GetType().Name}: {string.Join("; ", faults)}.");
    }
}
