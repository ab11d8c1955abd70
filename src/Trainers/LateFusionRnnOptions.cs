namespace MlNetSer;

/// <summary>Options of <see cref="LateFusionRnnTrainer"/>; the defaults are the paper's.</summary>
public sealed class LateFusionRnnOptions : RecurrentTrainerOptions
{
    /// <summary>
    /// What is fused: columns, or blocks of columns, of lengths and widths of their own; one branch for each block of each.
    /// </summary>
    /// <value>Null (the default) = every block of <see cref="SpeechTrainerOptions.FeatureColumnName"/>, which is ignored otherwise.</value>
    public IReadOnlyList<SequenceColumn>? Streams { get; set; }

    internal override IReadOnlyList<SequenceColumn> Columns() => Streams ?? base.Columns();

    internal override SpeechTrainerOptions Copy()
    {
        var copy = (LateFusionRnnOptions)base.Copy();
        copy.Streams = Streams is null ? null : [.. Streams.Select(stream
            => stream with { Blocks = stream.Blocks is null ? null : [.. stream.Blocks] })];
        return copy;
    }

    private protected override void AddFaults(List<string> faults)
    {
        base.AddFaults(faults);
        if (Streams is { Count: 0 })
            faults.Add($"{nameof(Streams)} is empty, but must name at least one column (null = all blocks of {nameof(FeatureColumnName)})");
    }
}
