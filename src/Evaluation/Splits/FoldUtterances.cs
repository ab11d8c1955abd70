namespace MlNetSer;

/// <summary>The utterances of each side of a fold.</summary>
public sealed record FoldUtterances
{
    /// <summary>Utterances to learn from.</summary>
    public required IReadOnlyList<string> Train { get; init => field = ByValue.List(value); }

    /// <summary>Utterances that choose the epoch.</summary>
    public required IReadOnlyList<string> Validation { get; init => field = ByValue.List(value); }

    /// <summary>Utterances that are scored.</summary>
    public required IReadOnlyList<string> Test { get; init => field = ByValue.List(value); }
}
