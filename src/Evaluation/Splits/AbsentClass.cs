namespace MlNetSer;

/// <summary>A class that a side of a fold does not have.</summary>
public sealed record AbsentClass
{
    /// <summary>Train, validation or test.</summary>
    public required string Side { get; init; }

    /// <summary>Name of the class.</summary>
    public required string Class { get; init; }

    /// <summary>Test rows of the class.</summary>
    public required int TestCount { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Side switch
    {
        "test" => $"class '{Class}' is absent from the test side; UAR averages over the others",
        "train" => $"class '{Class}' is absent from the train side; its {TestCount} test rows cannot be recognised",
        _ => $"class '{Class}' is absent from the {Side} side",
    };
}
