using System.Text.Json.Serialization;

namespace MlNetSer;

/// <summary>What one fold gave.</summary>
public sealed record FoldResult
{
    /// <summary>The speakers of each side.</summary>
    public required SpeakerFold Fold { get; init; }

    /// <summary>Folds in all.</summary>
    public required int FoldCount { get; init; }

    /// <summary>Training rows.</summary>
    public required int TrainCount { get; init; }

    /// <summary>Validation rows.</summary>
    public required int ValidationCount { get; init; }

    /// <summary>Test rows.</summary>
    public required int TestCount { get; init; }

    /// <summary>Truth against prediction on the test rows.</summary>
    public required ConfusionMatrix Matrix { get; init; }

    /// <summary>Duration of training and scoring.</summary>
    public required double Seconds { get; init; }

    /// <summary>What became of the validation rows.</summary>
    public ValidationUse Validation { get; init; }

    /// <summary>What came out of the training in a few words, such as the epoch that was kept: what
    /// <see cref="SpeakerCrossValidationOptions.DescribeModel"/> said; null without it.</summary>
    [JsonPropertyName("Model")]   // the name in files that exist
    public string? ModelSummary { get; init; }
}
