using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Kernels;

/// <summary>
/// Zeroes each value with the given probability and scales the others by 1 / (1 − rate). The mask is a function of seed and row, so it is
/// never stored.
/// </summary>
/// <remarks>Eight xorshift32 generators side by side, started for each row by SplitMix64 (Marsaglia 2003; Steele et al. 2014).</remarks>
internal static unsafe class SeededDropout
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* from, float* to, int width, double rate, ulong seed, long row)
    {
        var state = Start(seed, (ulong)row);
        var scale = Vector256.Create((float)(1 / (1 - rate)));
        var threshold = Vector256.Create((int)(rate * int.MaxValue));
        var j = 0;
        for (; j <= width - 8; j += 8)
        {
            state = Next(state);
            var kept = Vector256.GreaterThanOrEqual((state >> 1).AsInt32(), threshold);
            (Vector256.Load(from + j) * scale & kept.AsSingle()).Store(to + j);
        }
        state = Next(state);
        for (var lane = 0; j < width; j++, lane++)
            to[j] = (int)(state[lane] >> 1) >= threshold[0] ? from[j] * scale[0] : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Next(Vector256<uint> state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        return state ^ (state << 5);
    }

    private static Vector256<uint> Start(ulong seed, ulong row)
    {
        var lanes = stackalloc ulong[4];
        var counter = seed ^ row * 0xD1342543DE82EF95;
        for (var i = 0; i < 4; i++)
        {
            var z = counter += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            lanes[i] = (z ^ (z >> 31)) | 0x0000000100000001;   // xorshift must not start at 0
        }
        return Vector256.Load(lanes).AsUInt32();
    }
}
