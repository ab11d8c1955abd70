namespace MlNetSer;

/// <summary>Options of <see cref="CtaRnnTrainer"/>; the defaults are the paper's. The number of blocks is read from the data.</summary>
public sealed class CtaRnnOptions : RecurrentTrainerOptions
{
    /// <summary>
    /// Column for what the network attended to: blocks x frames, averaged over the heads. Column <c>(name).Heads</c> has heads x
    /// blocks x frames, <c>(name).Shape</c> has those three numbers.
    /// </summary>
    /// <value>Null (the default) = no such columns.</value>
    public string? AttentionColumnName { get; set; }

    internal override string? AttentionColumn => AttentionColumnName;
}
