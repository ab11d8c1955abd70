namespace MlNetSer;

/// <summary>What was recognised.</summary>
/// <param name="Text">The words; empty where none was recognised.</param>
/// <param name="Confidence">Geometric mean of the tokens' confidences, in (0, 1]; NaN without tokens.</param>
/// <param name="Tokens">The tokens behind the text, in order.</param>
public sealed record Transcript(string Text, float Confidence, IReadOnlyList<TranscriptToken> Tokens)
{
    /// <summary>The tokens behind the text, in order.</summary>
    public IReadOnlyList<TranscriptToken> Tokens { get; init => field = ByValue.List(value); } = ByValue.List(Tokens);
}

/// <summary>A recognised token.</summary>
/// <param name="Token">As the token file writes it.</param>
/// <param name="StartMs">Begin of the first encoder frame that belongs to it, in ms. CTC tokens are spikes: a token is said near this time,
/// and lasts longer.</param>
/// <param name="EndMs">End of the last one, in ms.</param>
/// <param name="Confidence">The greatest probability that one of these frames gives it, in (0, 1].</param>
public sealed record TranscriptToken(string Token, float StartMs, float EndMs, float Confidence);
