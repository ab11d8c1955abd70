using System.Globalization;
using MlNetSer.Text.Ctc;

namespace MlNetSer;

/// <summary>
/// Turns CTC log-probabilities into a transcript: the kernel of <c>TranscribeSpeech</c>, usable without ML.NET. Thread-safe.
/// </summary>
public sealed class CtcDecoder
{
    private const double SumTolerance = 0.05;   // of probabilities written in float16 over thousands of tokens

    private readonly CtcTokens _tokens;
    private readonly TokenText _text;
    private readonly int _beamWidth;

    /// <summary>A decoder.</summary>
    /// <param name="tokens">The tokens of the encoder's CTC head.</param>
    /// <param name="beamWidth">1 = greedy search; more = prefix beam search that keeps so many prefixes.</param>
    public CtcDecoder(CtcTokens tokens, int beamWidth = 1)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfLessThan(beamWidth, 1);
        (_tokens, _text, _beamWidth) = (tokens, new TokenText(tokens), beamWidth);
    }

    /// <summary>The transcript of one utterance.</summary>
    /// <param name="logProbs">Natural logarithms of probabilities, frames x tokens, row-major; no frames give an empty transcript.</param>
    /// <param name="frameMs">Step from one encoder frame to the next, in ms.</param>
    /// <exception cref="ArgumentException">These are not log-probabilities of the decoder's tokens.</exception>
    public Transcript Decode(ReadOnlySpan<float> logProbs, double frameMs)
    {
        Check(logProbs);
        var spans = _beamWidth == 1
            ? CtcGreedySearch.Search(logProbs, _tokens.Count, _tokens.BlankId)
            : CtcAlignment.Align(logProbs, _tokens.Count, _tokens.BlankId,
            CtcPrefixBeamSearch.Search(logProbs, _tokens.Count, _tokens.BlankId, _beamWidth));
        var confidence = spans.Count > 0 ? (float)Math.Exp(spans.Average(span => (double)span.LogProbability)) : float.NaN;
        return new Transcript(_text.Join(spans.Select(span => span.Id)), confidence,
            [.. spans.Select(span => new TranscriptToken(
            _tokens[span.Id], (float)(span.Start * frameMs), (float)(span.End * frameMs), (float)Math.Exp(span.LogProbability)))]);
    }

    private void Check(ReadOnlySpan<float> logProbs)
    {
        if (logProbs.Length % _tokens.Count != 0)
            throw new ArgumentException(
                $"{logProbs.Length:N0} log-probabilities are not a whole number of frames of {_tokens.Count:N0} tokens "
                + $"('{_tokens.Source}'). "
                + "Give the tokens that belong to this encoder.", nameof(logProbs));
        if (logProbs.IsEmpty)
            return;
        var sum = 0.0;
        foreach (var value in logProbs[.._tokens.Count])
            sum += Math.Exp(value);
        if (!(Math.Abs(sum - 1) <= SumTolerance))
            throw new ArgumentException(FormattableString.Invariant($"The probabilities of the first frame add up to {sum:G3}, not to 1: ")
                + "these are not log-probabilities. Give an output behind the encoder's log-softmax.", nameof(logProbs));
    }
}
