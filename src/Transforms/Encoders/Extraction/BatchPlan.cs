namespace MlNetSer.Encoders.Extraction;

/// <summary>Which utterances of a window share a batch: a function of their lengths only.</summary>
/// <param name="batchSize">The most utterances of a batch.</param>
/// <param name="masksPadding">Whether lengths in a batch may differ.</param>
/// <param name="longest">Input frames above which an utterance runs by itself, in windows.</param>
internal sealed class BatchPlan(int batchSize, bool masksPadding, int longest = int.MaxValue)
{
    private const double MostPadding = 0.1;   // of the longest: beyond that, a smaller batch costs less than the padding

    /// <summary>The longest first, so that no thread is left with one at the end.</summary>
    public IEnumerable<PendingUtterance[]> Batches(IEnumerable<PendingUtterance> utterances)
    {
        List<PendingUtterance> batch = [];
        foreach (var utterance in utterances.OrderByDescending(u => u.FrameCount).ThenBy(u => u.Index))
        {
            if (batch.Count == batchSize || (batch.Count > 0 && batch[0].FrameCount > longest)
                || (batch.Count > 0 && utterance.FrameCount < Shortest(batch[0].FrameCount)))
            {
                yield return [.. batch];
                batch.Clear();
            }
            batch.Add(utterance);
        }
        if (batch.Count > 0)
            yield return [.. batch];
    }

    private double Shortest(int longest) => masksPadding ? longest * (1 - MostPadding) : longest;
}
