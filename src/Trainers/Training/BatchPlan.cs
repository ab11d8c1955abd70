namespace MlNetSer.Training;

/// <summary>Which rows go into which batch.</summary>
internal static class BatchPlan
{
    // Sorted in pools of this many batches: short enough that epochs differ, long enough that lengths in a batch are alike.
    private const int PoolBatches = 64;

    /// <summary>In the given order.</summary>
    public static IReadOnlyList<int[]> InOrder(IReadOnlyList<int> order, int batchSize) => [.. order.Chunk(batchSize)];

    /// <summary>
    /// Batches of rows of like length in random order, where padding would cost: pools of shuffled rows are sorted by length and cut.
    /// </summary>
    public static IReadOnlyList<int[]> Bucketed(IReadOnlyList<int> shuffled, int batchSize, Func<int, int> frameCount, Random random)
    {
        int[][] batches = [.. shuffled.Chunk(batchSize * PoolBatches)
            .SelectMany(pool => pool.OrderBy(frameCount).ThenBy(row => row).Chunk(batchSize))];
        random.Shuffle(batches);
        return batches;
    }

    /// <summary>Share of the frames of padded batches that are padding.</summary>
    public static double PaddingShare(IReadOnlyList<int[]> batches, Func<int, int> frameCount)
    {
        var real = batches.Sum(batch => batch.Sum(row => (long)frameCount(row)));
        return 1 - (double)real / batches.Sum(batch => (long)batch.Length * batch.Max(frameCount));
    }
}
