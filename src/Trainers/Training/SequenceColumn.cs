namespace MlNetSer;

/// <summary>A sequence column, or some of its blocks: what one stream of <see cref="LateFusionRnnTrainer"/> reads.</summary>
/// <param name="Name">The column: <c>Vector&lt;Single&gt;</c>, blocks x frames x dimension or frames x dimension, with its shape in
/// <c>(name).Shape</c>.</param>
/// <param name="Blocks">Blocks to take, counted from 1 in the order of the column; null (the default) = all.</param>
public sealed record SequenceColumn(string Name, IReadOnlyList<int>? Blocks = null)
{
    /// <summary>Blocks to take, counted from 1 in the order of the column; null = all.</summary>
    public IReadOnlyList<int>? Blocks { get; init => field = ByValue.List(value); } = ByValue.List(Blocks);

    internal string ShapeName => Columns.Shape(Name);
}
