namespace MlNetSer;

/// <summary>Options of <see cref="ChannelTemporalAttentionTrainer"/>; the defaults are the paper's.</summary>
public sealed class ChannelTemporalAttentionOptions : SpeechTrainerOptions
{
    /// <inheritdoc cref="CtaRnnOptions.AttentionColumnName"/>
    public string? AttentionColumnName { get; set; }

    internal override string? AttentionColumn => AttentionColumnName;
}
