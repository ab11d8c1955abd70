namespace MlNetSer.Kernels;

/// <summary>
/// How kernels use several cores: independent items, each worked on by one thread, so that no sum depends on the number of threads.
/// </summary>
internal static class Threads
{
    /// <summary>
    /// Threads to use, at least 1. One number for the process, set by the training whose turn it is (<c>TrainingTurn</c>).
    /// </summary>
    public static int Count { get; set; } = Environment.ProcessorCount;

    /// <summary>Calls <paramref name="work"/> for each item.</summary>
    public static void For(int itemCount, Action<int> work)
        => Parallel.For(0, itemCount, new ParallelOptions { MaxDegreeOfParallelism = Count }, work);

    /// <summary>The same for small work: items go to threads in groups.</summary>
    public static void For(int itemCount, int groupSize, Action<int> work)
        => For((itemCount + groupSize - 1) / groupSize, group =>
        {
            for (var i = group * groupSize; i < Math.Min(itemCount, (group + 1) * groupSize); i++)
                work(i);
        });
}
