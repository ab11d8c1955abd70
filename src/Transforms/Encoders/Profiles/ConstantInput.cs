namespace MlNetSer;

/// <summary>An input that is the same for every utterance.</summary>
/// <param name="Name">Name of the graph's input.</param>
/// <param name="Type">Int64, Int32, Float or Bool.</param>
/// <param name="Shape">Its sizes: empty = a scalar; a 0 makes an empty tensor, such as a cache with nothing in it.</param>
/// <param name="Value">The value of every element.</param>
public sealed record ConstantInput(string Name, string Type, IReadOnlyList<long> Shape, double Value = 0)
{
    /// <summary>Its sizes: empty = a scalar; a 0 makes an empty tensor, such as a cache with nothing in it.</summary>
    public IReadOnlyList<long> Shape { get; init => field = ByValue.List(value); } = ByValue.List(Shape);
}
