using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Filterbank;

/// <summary>Power spectra of sixteen real signals at once, one signal per lane: <c>|X[k]|²</c> for k = 0..size/2.</summary>
/// <remarks>
/// A complex transform of half the size over the pairs (even, odd) of samples, decimated in time by four per step, then split by symmetry.
/// Lanes never mix, so a signal's spectrum has the same bits in any lane and beside any neighbours. Twiddle factors are rounded from
/// double. Thread-safe.
/// </remarks>
internal sealed unsafe class LaneFft
{
    private readonly int _half;
    private readonly int _firstSpan;      // an odd number of halvings: a step by two comes first
    private readonly float[] _twiddles;   // per step of span s, per k = 1..s−1: the turns w^k, w^2k, w^3k with w = exp(−2πi/4s)
    private readonly float[] _split;      // per k = 1..half/2: the turn exp(−2πi·k/size)

    public LaneFft(int size)
    {
        (Size, _half) = (size, size / 2);
        var halvings = int.Log2(_half);
        _firstSpan = halvings % 2 == 0 ? 1 : 2;
        Order = [.. Enumerable.Range(0, size).Select(i => 2 * Reverse(i / 2, halvings) + i % 2)];

        List<float> twiddles = [], split = [];
        for (var span = _firstSpan; span < _half; span *= 4)
        {
            for (var k = 1; k < span; k++)
            {
                for (var power = 1; power <= 3; power++)
                    Turn.Add(twiddles, power * k, 4 * span);
            }
        }
        for (var k = 1; k <= _half / 2; k++)
            Turn.Add(split, k, size);
        (_twiddles, _split) = ([.. twiddles], [.. split]);
    }

    public int Size { get; }

    /// <summary>
    /// Where <see cref="PowerSpectra"/> wants sample i: pairs in bit-reversed order, so that no pass is spent on reordering.
    /// </summary>
    public int[] Order { get; }

    /// <param name="z"><see cref="Size"/> vectors, half of sample i of all signals at <c>Order[i]</c>; overwritten.</param>
    /// <param name="power">size/2 + 1 vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void PowerSpectra(Span<Vector512<float>> z, Span<Vector512<float>> power)
    {
        Debug.Assert(z.Length == Size && power.Length == _half + 1);
        fixed (Vector512<float>* numbers = z, squares = power)
        fixed (float* twiddles = _twiddles, split = _split)
        {
            Transform(numbers, twiddles);
            Split(numbers, split, squares);
        }
    }

    /// <summary>In place, from the order of <see cref="Order"/> to ascending frequencies.</summary>
    [MethodImpl(FrameKernel.Stage)]
    private void Transform(Vector512<float>* z, float* w)
    {
        var end = z + Size;
        if (_firstSpan == 2)
        {
            for (var a = z; a < end; a += 4)
                (a[0], a[1], a[2], a[3]) = (a[0] + a[2], a[1] + a[3], a[0] - a[2], a[1] - a[3]);
        }
        for (nint span = _firstSpan, quarter = 2 * span; span < _half; span *= 4, quarter *= 4)
        {
            for (var a = z; a < end; a += 4 * quarter)
                Combine(a, quarter, a[2 * quarter], a[2 * quarter + 1], a[quarter], a[quarter + 1], a[3 * quarter], a[3 * quarter + 1]);
            for (nint k = 1; k < span; k++, w += 3 * Turn.Floats)
            {
                Turn once = new(w), twice = new(w + Turn.Floats), thrice = new(w + 2 * Turn.Floats);
                for (var a = z + 2 * k; a < end; a += 4 * quarter)
                {
                    var (bRe, bIm) = once.Apply(a[2 * quarter], a[2 * quarter + 1]);
                    var (cRe, cIm) = twice.Apply(a[quarter], a[quarter + 1]);
                    var (dRe, dIm) = thrice.Apply(a[3 * quarter], a[3 * quarter + 1]);
                    Combine(a, quarter, bRe, bIm, cRe, cIm, dRe, dIm);
                }
            }
        }
    }

    /// <summary>
    /// Transform of length 4 of the numbers a, b, c, d: the first is read from <paramref name="a"/>, the results lie a quarter apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Combine(Vector512<float>* a, nint quarter, Vector512<float> bRe, Vector512<float> bIm,
        Vector512<float> cRe, Vector512<float> cIm, Vector512<float> dRe, Vector512<float> dIm)
    {
        var (evenRe, evenIm, evenTurnedRe, evenTurnedIm) = (a[0] + cRe, a[1] + cIm, a[0] - cRe, a[1] - cIm);
        var (oddRe, oddIm, oddTurnedRe, oddTurnedIm) = (bRe + dRe, bIm + dIm, bRe - dRe, bIm - dIm);
        (a[0], a[1]) = (evenRe + oddRe, evenIm + oddIm);
        a += quarter;
        (a[0], a[1]) = (evenTurnedRe + oddTurnedIm, evenTurnedIm - oddTurnedRe);
        a += quarter;
        (a[0], a[1]) = (evenRe - oddRe, evenIm - oddIm);
        a += quarter;
        (a[0], a[1]) = (evenTurnedRe - oddTurnedIm, evenTurnedIm + oddTurnedRe);
    }

    /// <summary>
    /// From Z, the transform of (even + i·odd)/2, with the symmetric parts E and O: X[k] = E + w^k·O, X[half − k] = conj(E − w^k·O).
    /// </summary>
    [MethodImpl(FrameKernel.Stage)]
    private void Split(Vector512<float>* z, float* split, Vector512<float>* power)
    {
        var (re, im) = (z[0] + z[0], z[1] + z[1]);
        power[0] = (re + im) * (re + im);
        power[_half] = (re - im) * (re - im);
        Vector512<float>* low = z + 2, high = z + Size - 2, lowPower = power + 1, highPower = power + _half - 1;
        for (; lowPower <= highPower; low += 2, high -= 2, lowPower++, highPower--, split += Turn.Floats)
        {
            var (evenRe, evenIm) = (low[0] + high[0], low[1] - high[1]);
            var (oddRe, oddIm) = new Turn(split).Apply(low[1] + high[1], high[0] - low[0]);
            (re, im) = (evenRe + oddRe, evenIm + oddIm);
            *lowPower = Vector512.FusedMultiplyAdd(re, re, im * im);
            (re, im) = (evenRe - oddRe, evenIm - oddIm);
            *highPower = Vector512.FusedMultiplyAdd(re, re, im * im);
        }
    }

    private static int Reverse(int value, int bits)
    {
        var reversed = 0;
        for (var b = 0; b < bits; b++)
            reversed |= (value >> b & 1) << (bits - 1 - b);
        return reversed;
    }

    /// <summary>Multiplication by a root of unity; −sin has its own place because a negation in the loop costs an instruction.</summary>
    private readonly struct Turn
    {
        public const int Floats = 3;

        private readonly Vector512<float> _cos, _sin, _minusSin;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Turn(float* w) => (_cos, _sin, _minusSin) = (Vector512.Create(w[0]), Vector512.Create(w[1]), Vector512.Create(w[2]));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (Vector512<float> Re, Vector512<float> Im) Apply(Vector512<float> re, Vector512<float> im)
            => (Vector512.FusedMultiplyAdd(im, _minusSin, re * _cos), Vector512.FusedMultiplyAdd(im, _cos, re * _sin));

        /// <summary>Appends exp(−2πi·k/n).</summary>
        public static void Add(List<float> turns, int k, int n)
        {
            var (sin, cos) = Math.SinCos(-2 * Math.PI * k / n);
            turns.AddRange([(float)cos, (float)sin, (float)-sin]);
        }
    }
}
