namespace MlNetSer.Text.Ctc;

/// <summary>
/// When known tokens were said: the likeliest path that collapses to them (Viterbi over blank, token 1, blank, token 2, ..., blank).
/// </summary>
internal static class CtcAlignment
{
    /// <param name="logProbs">m frames x V tokens, row-major.</param>
    /// <param name="tokenCount">V.</param>
    /// <param name="blank">Id of the blank.</param>
    /// <param name="tokens">L tokens that fit into m frames. Equally likely paths: the one that stays longest in a state.</param>
    public static List<CtcSpan> Align(ReadOnlySpan<float> logProbs, int tokenCount, int blank, ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty)
            return [];
        var (frameCount, stateCount) = (logProbs.Length / tokenCount, 2 * tokens.Length + 1);
        var steps = new byte[frameCount, stateCount];                     // states moved on into (frame, state): 0, 1 or 2
        var (now, next) = (new double[stateCount], new double[stateCount]);
        Array.Fill(now, double.NegativeInfinity);
        (now[0], now[1]) = (logProbs[blank], logProbs[tokens[0]]);
        for (var frame = 1; frame < frameCount; frame++)
        {
            var row = logProbs.Slice(frame * tokenCount, tokenCount);
            for (var state = 0; state < stateCount; state++)
            {
                var (best, step) = (now[state], 0);
                if (state >= 1 && now[state - 1] > best)
                    (best, step) = (now[state - 1], 1);
                if (state >= 3 && state % 2 == 1 && tokens[state / 2] != tokens[state / 2 - 1] && now[state - 2] > best)
                    (best, step) = (now[state - 2], 2);                   // a blank may be left out between two different tokens
                steps[frame, state] = (byte)step;
                next[state] = best + row[state % 2 == 1 ? tokens[state / 2] : blank];
            }
            (now, next) = (next, now);
        }

        var spans = new CtcSpan[tokens.Length];
        var at = now[^1] > now[^2] ? stateCount - 1 : stateCount - 2;
        for (var frame = frameCount - 1; frame >= 0; at -= steps[frame, at], frame--)
        {
            if (at % 2 == 0)
                continue;
            var (token, id) = (at / 2, tokens[at / 2]);
            var logProbability = logProbs[frame * tokenCount + id];
            spans[token] = spans[token].End == 0
                ? new CtcSpan(id, frame, frame + 1, logProbability)
                : spans[token] with { Start = frame, LogProbability = Math.Max(spans[token].LogProbability, logProbability) };
        }
        return [.. spans];
    }
}
