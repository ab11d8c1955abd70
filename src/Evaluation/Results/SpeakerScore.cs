namespace MlNetSer;

/// <summary>A speaker's share of a result.</summary>
public sealed record SpeakerScore
{
    /// <summary>Name.</summary>
    public required string Speaker { get; init; }

    /// <summary>Test utterances.</summary>
    public required int Count { get; init; }

    /// <summary>Unweighted average recall over the classes the speaker has.</summary>
    public required double Uar { get; init; }

    /// <summary>Correct / all.</summary>
    public required double Accuracy { get; init; }

    internal static SpeakerScore Of(string speaker, ConfusionMatrix matrix)
        => new() { Speaker = speaker, Count = matrix.Total, Uar = matrix.Uar, Accuracy = matrix.Accuracy };
}
