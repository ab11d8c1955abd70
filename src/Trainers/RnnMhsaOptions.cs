namespace MlNetSer;

/// <summary>Options of <see cref="RnnMhsaTrainer"/>; the defaults are the paper's.</summary>
public sealed class RnnMhsaOptions : RecurrentTrainerOptions
{
    /// <summary>Which block of a column with several to train on, counted from 1 in the order of the column.</summary>
    /// <value>Null (the default) = the column holds one sequence only.</value>
    public int? Block { get; set; }

    private protected override void AddFaults(List<string> faults)
    {
        base.AddFaults(faults);
        if (Block is < 1)
            faults.Add($"{nameof(Block)} is {Block}, but blocks count from 1 (null = the column holds one sequence only)");
    }

    internal override bool WeighsSequences => false;

    internal override IReadOnlyList<SequenceColumn> Columns()
        => [new SequenceColumn(FeatureColumnName, Block is { } block ? [block] : null)];
}
