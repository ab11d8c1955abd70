using Microsoft.ML.SearchSpace;

namespace MlNetSer;

/// <summary>Options of <see cref="WeightedFusionRnnTrainer"/>; the defaults are the paper's.</summary>
public sealed class WeightedFusionRnnOptions : RecurrentTrainerOptions
{
    /// <summary>
    /// Whether the blocks' weights are a softmax: positive, with sum 1. Otherwise they are free numbers that start at 1/N.
    /// </summary>
    /// <value>The default is true (paper, §4.2.2: "weighted average").</value>
    [BooleanChoice]
    public bool NormalizeWeights { get; set; } = true;
}
