using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MlNetSer.Kernels;

/// <summary>Floats outside the garbage collector's reach, aligned to a cache line; contents are undefined at first.</summary>
/// <remarks>
/// Disposed buffers wait in a pool, because fresh memory costs a page fault for every 4 KB; <see cref="ReleasePool"/> gives them back to
/// the system. Sizes are rounded up by at most a quarter. A waiting buffer of up to 1.75 times the size is taken before memory is asked
/// for, and where that must be, a waiting smaller one is given back: what batches of many lengths hold is what the largest needs. The pool
/// is thread-safe, a buffer is not.
/// </remarks>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const int SizesToTry = 4;   // the fourth is 1.75 times the first
    private static readonly ConcurrentDictionary<long, ConcurrentBag<nint>> Pool = new();
    private readonly long _capacity;
    private float* _data;

    public NativeBuffer(long length)
    {
        Length = length;
        _capacity = Rounded(length);
        for (var i = 0; i < SizesToTry; i++)
        {
            if (Taken(_capacity) is var waiting and not 0)
            {
                _data = (float*)waiting;
                return;
            }
            _capacity = Rounded(_capacity + 1);
        }
        _capacity = Rounded(length);
        var smaller = _capacity;
        for (var i = 0; i < SizesToTry; i++)
        {
            smaller = Below(smaller);
            if (Taken(smaller) is var outgrown and not 0)
            {
                NativeMemory.AlignedFree((void*)outgrown);
                break;
            }
        }
        _data = (float*)NativeMemory.AlignedAlloc((nuint)_capacity * sizeof(float), 64);
    }

    ~NativeBuffer() => NativeMemory.AlignedFree(_data);

    public long Length { get; }

    public float* Data => _data;

    public static NativeBuffer Zeros(long length)
    {
        var buffer = new NativeBuffer(length);
        NativeMemory.Clear(buffer._data, (nuint)length * sizeof(float));
        return buffer;
    }

    /// <summary>Frees what waits in the pool.</summary>
    public static void ReleasePool()
    {
        foreach (var free in Pool.Values)
        {
            while (free.TryTake(out var data))
                NativeMemory.AlignedFree((void*)data);
        }
    }

    public void Dispose()
    {
        if (_data is not null)
            Pool.GetOrAdd(_capacity, _ => []).Add((nint)_data);
        _data = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>A waiting buffer of that capacity, or 0.</summary>
    private static nint Taken(long capacity) => Pool.TryGetValue(capacity, out var free) && free.TryTake(out var data) ? data : 0;

    /// <summary>The capacity before one, 0 at the end.</summary>
    private static long Below(long capacity) => capacity <= Step(1) ? 0 : capacity - Step(capacity - 1);

    /// <summary>Up to the next quarter of a power of two, at least 256.</summary>
    private static long Rounded(long length)
    {
        var step = Step(length);
        return (length + step - 1) / step * step;
    }

    private static long Step(long length) => Math.Max(256, 1L << Math.Max(0, BitOperations.Log2((ulong)Math.Max(1, length)) - 2));
}
