using Microsoft.ML;

namespace MlNetSer;

/// <summary>Speech trainers under <c>MLContext.MulticlassClassification.Trainers</c>.</summary>
public static class SpeechTrainersCatalog
{
    /// <summary>RNN with multi-head self-attention over one sequence (paper §2.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Options; null = the paper's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static RnnMhsaTrainer RnnMhsa(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, RnnMhsaOptions? options = null) => new(options ?? new RnnMhsaOptions());

    /// <summary>CTA-RNN over all encoder blocks (paper §3.2).</summary>
    /// <param name="trainers">The catalog.</param>
    /// <param name="options">Options; null = the paper's.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static CtaRnnTrainer CtaRnn(this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, CtaRnnOptions? options = null) => new(options ?? new CtaRnnOptions());
}
