using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MlNetSer.Modules;

/// <summary>What the bridges between TorchSharp and our kernels share.</summary>
internal static class Parallelism
{
    /// <summary>Calls <paramref name="work"/> for each item on as many threads as torch was told to use.</summary>
    public static void For(int count, Action<int> work)
        => Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) }, work);

    /// <summary>The same for small work: items go to threads in groups.</summary>
    public static void For(int count, int groupSize, Action<int> work)
        => For((count + groupSize - 1) / groupSize, group =>
        {
            for (var i = group * groupSize; i < Math.Min(count, (group + 1) * groupSize); i++)
                work(i);
        });

    /// <summary>The first element of a contiguous tensor on the CPU. Valid as long as the tensor is.</summary>
    public static unsafe float* Pointer(this Tensor tensor)
        => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
