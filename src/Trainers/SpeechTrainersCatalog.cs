using Microsoft.ML;

namespace MlNetSer;

/// <summary>Speech trainers under <c>MLContext.MulticlassClassification.Trainers</c>: the six networks of the paper.</summary>
public static class SpeechTrainersCatalog
{
    /// <summary>RNN with multi-head self-attention over one sequence (paper §2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Options; null = the paper's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RnnMhsaTrainer RnnMhsa(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        RnnMhsaOptions? options = null) => new(options ?? new RnnMhsaOptions());

    /// <summary>WF-RNN: RNN-MHSA on a learned weighted average of the encoder blocks (paper §4.2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Options; null = the paper's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static WeightedFusionRnnTrainer WeightedFusionRnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        WeightedFusionRnnOptions? options = null) => new(options ?? new WeightedFusionRnnOptions());

    /// <summary>EF-RNN: RNN-MHSA on the encoder blocks stacked in the feature dimension (paper §4.2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Options; null = the paper's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static EarlyFusionRnnTrainer EarlyFusionRnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        EarlyFusionRnnOptions? options = null) => new(options ?? new EarlyFusionRnnOptions());

    /// <summary>LF-RNN: one RNN-MHSA per sequence, and a last one over their vectors (paper §4.2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Options; null = the paper's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static LateFusionRnnTrainer LateFusionRnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        LateFusionRnnOptions? options = null) => new(options ?? new LateFusionRnnOptions());

    /// <summary>"CTA w/o RNN": channel and temporal-wise attention on the embeddings themselves (paper §4.3.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Options; null = the paper's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ChannelTemporalAttentionTrainer ChannelTemporalAttention(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        ChannelTemporalAttentionOptions? options = null) => new(options ?? new ChannelTemporalAttentionOptions());

    /// <summary>CTA-RNN over all encoder blocks (paper §3.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Options; null = the paper's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static CtaRnnTrainer CtaRnn(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        CtaRnnOptions? options = null) => new(options ?? new CtaRnnOptions());
}
