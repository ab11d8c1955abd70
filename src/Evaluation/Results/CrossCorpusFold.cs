namespace MlNetSer;

/// <summary>One model on all of the target.</summary>
public sealed record CrossCorpusFold
{
    /// <summary>The within-corpus fold that the model comes from: who trained it, whose rows were kept for choosing its epoch.</summary>
    public required SpeakerFold Fold { get; init; }

    /// <summary>Truth against prediction on the target.</summary>
    public required ConfusionMatrix Matrix { get; init; }

    /// <summary>What became of the fold's validation rows when the model was trained.</summary>
    public ValidationUse Validation { get; init; }
}
