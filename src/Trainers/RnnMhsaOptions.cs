namespace MlNetSer;

/// <summary>Options of <see cref="RnnMhsaTrainer"/>; the defaults are the paper's.</summary>
public sealed class RnnMhsaOptions : RecurrentTrainerOptions
{
    /// <summary>Which block of a column with several to train on, counted from 1 in the order of the column.</summary>
    /// <value>Null (the default) = the column holds one sequence only.</value>
    public int? Block { get; set; }

    internal override bool WeighsSequences => false;

    internal override IReadOnlyList<SequenceColumn> Columns()
        => [new SequenceColumn(FeatureColumnName, Block is { } block ? [block] : null)];
}
