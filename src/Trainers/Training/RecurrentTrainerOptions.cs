using Microsoft.ML.SearchSpace;
using MlNetSer.Networks;

namespace MlNetSer;

/// <summary>
/// What the five networks with a Bi-GRU share beside <see cref="SpeechTrainerOptions"/>: a second level, because the sixth has no such
/// options to sweep.
/// </summary>
public abstract class RecurrentTrainerOptions : SpeechTrainerOptions
{
    /// <summary>Hidden units of each GRU direction.</summary>
    /// <value>At least 1. The default is 256 (paper, §4.2.1).</value>
    [Range(32, 256)]
    public int HiddenSize { get; set; } = 256;

    /// <summary>Stacked Bi-GRU layers.</summary>
    /// <value>At least 1. The default is 2 (paper, §4.2.1).</value>
    public int LayerCount { get; set; } = 2;

    /// <summary>Dropout of each Bi-GRU layer while training.</summary>
    /// <value>In [0, 1). The default is 0.3 (paper, §4.2.1).</value>
    [Range(0.0, 0.6)]
    public double RecurrentDropout { get; set; } = 0.3;

    internal NetworkSizes Sizes => new(HiddenSize, LayerCount, HeadCount, HeadSize, RecurrentDropout);

    private protected override void AddFaults(List<string> faults)
    {
        base.AddFaults(faults);
        AtLeast(1, HiddenSize, nameof(HiddenSize), faults);
        AtLeast(1, LayerCount, nameof(LayerCount), faults);
        if (!(RecurrentDropout >= 0 && RecurrentDropout < 1))
            faults.Add($"{nameof(RecurrentDropout)} is {RecurrentDropout}, but must be in [0, 1)");
    }
}
