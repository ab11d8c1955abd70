using System.Text.Json.Serialization;

namespace MlNetSer;

/// <summary>The column of a fixed split and its values.</summary>
public sealed record SplitColumn
{
    /// <summary>Name of the column.</summary>
    [JsonPropertyName("Column")]   // the name in files that exist
    public required string Name { get; init; }

    /// <summary>Value of the training rows; case does not count.</summary>
    /// <value>The default is <c>train</c>.</value>
    public string Train { get; init; } = "train";

    /// <summary>Value of the validation rows; case does not count.</summary>
    /// <value>The default is <c>validation</c>.</value>
    public string Validation { get; init; } = "validation";

    /// <summary>Value of the test rows; case does not count. Rows with any other value are on no side.</summary>
    /// <value>The default is <c>test</c>.</value>
    public string Test { get; init; } = "test";
}
