using System.Numerics.Tensors;

namespace MlNetSer.Text.Ctc;

/// <summary>
/// Best path: the likeliest token of each frame (the lowest id of equals), repeats joined, blanks dropped (Graves et al. 2006, §3.2).
/// </summary>
internal static class CtcGreedySearch
{
    /// <param name="logProbs">m frames x V tokens, row-major.</param>
    /// <param name="tokenCount">V.</param>
    /// <param name="blank">Id of the blank.</param>
    public static List<CtcSpan> Search(ReadOnlySpan<float> logProbs, int tokenCount, int blank)
    {
        List<CtcSpan> spans = [];
        var before = blank;
        for (var frame = 0; (frame + 1) * tokenCount <= logProbs.Length; frame++)
        {
            var row = logProbs.Slice(frame * tokenCount, tokenCount);
            var best = TensorPrimitives.IndexOfMax(row);
            if (best != blank)
            {
                if (best == before)
                    spans[^1] = spans[^1] with { End = frame + 1, LogProbability = Math.Max(spans[^1].LogProbability, row[best]) };
                else
                    spans.Add(new CtcSpan(best, frame, frame + 1, row[best]));
            }
            before = best;
        }
        return spans;
    }
}
