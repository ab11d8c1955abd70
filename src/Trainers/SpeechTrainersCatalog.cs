using Microsoft.ML;
using Trainers = Microsoft.ML.MulticlassClassificationCatalog.MulticlassClassificationTrainers;

namespace MlNetSer;

/// <summary>Speech trainers under <c>MLContext.MulticlassClassification.Trainers</c>: the six networks of the paper.</summary>
/// <remarks>
/// Each has two overloads: one names the columns and leaves everything else as in the paper, the other takes all options.
/// </remarks>
public static class SpeechTrainersCatalog
{
    /// <summary>RNN with multi-head self-attention over one sequence (paper §2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">Key column with the classes.</param>
    /// <param name="featureColumnName">Sequence column: one filterbank or one encoder block.</param>
    public static RnnMhsaTrainer RnnMhsa(this Trainers trainers, string labelColumnName = "Label",
        string featureColumnName = "Embedding")
        => trainers.RnnMhsa(new RnnMhsaOptions { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName });

    /// <summary>RNN with multi-head self-attention over one sequence (paper §2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Every option; the trainer works on a copy of them.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RnnMhsaTrainer RnnMhsa(this Trainers trainers, RnnMhsaOptions options) => new(options);

    /// <summary>WF-RNN: RNN-MHSA on a learned weighted average of the encoder blocks (paper §4.2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">Key column with the classes.</param>
    /// <param name="featureColumnName">Sequence column with the encoder blocks.</param>
    public static WeightedFusionRnnTrainer WeightedFusionRnn(this Trainers trainers, string labelColumnName = "Label",
        string featureColumnName = "Embedding")
        => trainers.WeightedFusionRnn(
            new WeightedFusionRnnOptions { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName });

    /// <summary>WF-RNN: RNN-MHSA on a learned weighted average of the encoder blocks (paper §4.2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Every option; the trainer works on a copy of them.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static WeightedFusionRnnTrainer WeightedFusionRnn(this Trainers trainers, WeightedFusionRnnOptions options) => new(options);

    /// <summary>EF-RNN: RNN-MHSA on the encoder blocks stacked in the feature dimension (paper §4.2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">Key column with the classes.</param>
    /// <param name="featureColumnName">Sequence column with the encoder blocks.</param>
    public static EarlyFusionRnnTrainer EarlyFusionRnn(this Trainers trainers, string labelColumnName = "Label",
        string featureColumnName = "Embedding")
        => trainers.EarlyFusionRnn(new EarlyFusionRnnOptions { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName });

    /// <summary>EF-RNN: RNN-MHSA on the encoder blocks stacked in the feature dimension (paper §4.2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Every option; the trainer works on a copy of them.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static EarlyFusionRnnTrainer EarlyFusionRnn(this Trainers trainers, EarlyFusionRnnOptions options) => new(options);

    /// <summary>LF-RNN: one RNN-MHSA per sequence, and a last one over their vectors (paper §4.2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">Key column with the classes.</param>
    /// <param name="featureColumnName">Sequence column with the encoder blocks.</param>
    public static LateFusionRnnTrainer LateFusionRnn(this Trainers trainers, string labelColumnName = "Label",
        string featureColumnName = "Embedding")
        => trainers.LateFusionRnn(new LateFusionRnnOptions { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName });

    /// <summary>LF-RNN: one RNN-MHSA per sequence, and a last one over their vectors (paper §4.2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Every option; the trainer works on a copy of them.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static LateFusionRnnTrainer LateFusionRnn(this Trainers trainers, LateFusionRnnOptions options) => new(options);

    /// <summary>"CTA w/o RNN": channel and temporal-wise attention on the embeddings themselves (paper §4.3.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">Key column with the classes.</param>
    /// <param name="featureColumnName">Sequence column with the encoder blocks.</param>
    public static ChannelTemporalAttentionTrainer ChannelTemporalAttention(this Trainers trainers, string labelColumnName = "Label",
        string featureColumnName = "Embedding")
        => trainers.ChannelTemporalAttention(
            new ChannelTemporalAttentionOptions { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName });

    /// <summary>"CTA w/o RNN": channel and temporal-wise attention on the embeddings themselves (paper §4.3.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Every option; the trainer works on a copy of them.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ChannelTemporalAttentionTrainer ChannelTemporalAttention(this Trainers trainers, ChannelTemporalAttentionOptions options)
        => new(options);

    /// <summary>CTA-RNN over all encoder blocks (paper §3.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="labelColumnName">Key column with the classes.</param>
    /// <param name="featureColumnName">Sequence column with the encoder blocks.</param>
    public static CtaRnnTrainer CtaRnn(this Trainers trainers, string labelColumnName = "Label",
        string featureColumnName = "Embedding")
        => trainers.CtaRnn(new CtaRnnOptions { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName });

    /// <summary>CTA-RNN over all encoder blocks (paper §3.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Every option; the trainer works on a copy of them.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static CtaRnnTrainer CtaRnn(this Trainers trainers, CtaRnnOptions options) => new(options);
}
