namespace MlNetSer.Experiments;

/// <summary>What a model says of one audio file.</summary>
public sealed class Prediction
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Where the part of the recording begins; null = the whole file.</summary>
    public double? StartSeconds { get; init; }

    /// <summary>The class with the highest score; null = the file could not be read, see <see cref="Error"/>.</summary>
    public string? Label { get; init; }

    /// <summary>The score of each class, in the order of the model's classes; empty where there is an error.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];

    /// <summary>Why there is no label; null = there is one.</summary>
    public string? Error { get; init; }

    /// <summary>What the model attended to; null = it was not asked for, or the model has no attention.</summary>
    public AttentionMap? Attention { get; init; }
}
