namespace MlNetSer;

/// <summary>A trainer of one network, with the options of that network.</summary>
/// <typeparam name="TOptions">The options of the network.</typeparam>
public abstract class SpeechTrainer<TOptions> : SpeechTrainer where TOptions : SpeechTrainerOptions
{
    private protected SpeechTrainer(TOptions options) : base(options)
    {
    }

    /// <inheritdoc/>
    public override TOptions Options => (TOptions)OwnOptions.Copy();

    /// <summary>The trainer's own options, which do not change.</summary>
    private protected TOptions Own => (TOptions)OwnOptions;
}
