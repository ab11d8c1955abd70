using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Filterbank;

/// <summary>Log-Mel energies of sixteen frames at once, one frame per lane of a vector.</summary>
/// <remarks>
/// Lanes never mix: a frame gives the same bits beside any neighbours, and on processors with shorter vectors, where .NET takes a lane
/// group in parts. Frames 0–7 sit in the even lanes and 8–15 in the odd ones, so that two 64-bit words, each two samples of a frame,
/// interleave by shifts. Thread-safe.
/// </remarks>
internal sealed unsafe class FrameKernel
{
    public const int Lanes = 16;

    /// <summary>
    /// Kept apart: in one method they hold more values than the compiler tracks, three times slower where a vector is two of the
    /// processor's.
    /// </summary>
    public const MethodImplOptions Stage = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    private readonly int _length;
    private readonly int _bins;
    private readonly bool _removeDcOffset;
    private readonly float _preEmphasis;
    private readonly LaneFft _fft;
    private readonly float[] _window;
    private readonly (int First, int Count)[] _triangles;
    private readonly float[] _weights;

    public FrameKernel(LogMelFilterbankOptions options, FilterbankTables tables)
    {
        (_length, _bins) = (options.FrameLength, options.MelBinCount);
        (_removeDcOffset, _preEmphasis) = (options.RemoveDcOffset, (float)options.PreEmphasis);
        _fft = new LaneFft(tables.FftSize);
        // The samples' scale rides on the window, and so does the half that LaneFft wants.
        _window = [.. tables.Window.Select(w => (float)(w * 0.5 * options.SampleScale))];
        _triangles = [.. tables.Triangles.Select(t => (t.First, t.Weights.Length))];
        _weights = [.. tables.Triangles.SelectMany(t => t.Weights)];
    }

    /// <summary>Samples that are read per frame: its length, rounded up to whole words.</summary>
    public int ReadLength => Even(_length);

    /// <summary>Vectors of working memory that <see cref="Compute"/> needs.</summary>
    public int ScratchCount => ReadLength + _fft.Size + Even(_bins);

    /// <summary>
    /// Part of the working memory that may hold copies of the frames, <see cref="ReadLength"/> apart, when <see cref="Compute"/> is called.
    /// </summary>
    public float* FrameCopies(Vector512<float>* scratch) => (float*)(scratch + ReadLength);

    /// <param name="frames">Sixteen frames.</param>
    /// <param name="stride">Samples from the start of one frame to the start of the next.</param>
    /// <param name="scratch"><see cref="ScratchCount"/> vectors.</param>
    /// <param name="features"><c>frameCount x bins</c>, row-major.</param>
    /// <param name="frameCount">Frames to write, 1 to 16: the rest is padding.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(float* frames, nint stride, Vector512<float>* scratch, float* features, int frameCount)
    {
        var lanes = scratch;
        var spectrum = lanes + ReadLength;
        var mel = spectrum + _fft.Size;

        var mean = Gather(frames, stride, lanes);
        ProcessWindow(lanes, mean, spectrum);
        var power = lanes;   // free again, and long enough: size/2 + 1 never exceeds the frame's length
        _fft.PowerSpectra(new(spectrum, _fft.Size), new(power, _fft.Size / 2 + 1));
        SumTriangles(power, mel);
        Scatter(mel, features, frameCount);
    }

    /// <summary>Sample i of all frames into vector i; returns the frames' means, or 0 if these stay in.</summary>
    [MethodImpl(Stage)]
    private Vector512<float> Gather(float* frames, nint stride, Vector512<float>* lanes)
    {
        var sum = Vector512<float>.Zero;
        for (nint i = 0; i < _length; i += 2)
        {
            var (first, second) = (Words(frames + i, stride), Words(frames + i + 8 * stride, stride));
            Interleave(first, second, lanes + i);
            sum += i + 1 < _length ? lanes[i] + lanes[i + 1] : lanes[i];
        }
        return _removeDcOffset ? sum / Vector512.Create((float)_length) : Vector512<float>.Zero;
    }

    /// <summary>Two samples of each of eight frames.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Words(float* at, nint stride) => Vector512.Create(
        *(ulong*)at, *(ulong*)(at + stride), *(ulong*)(at + 2 * stride), *(ulong*)(at + 3 * stride),
        *(ulong*)(at + 4 * stride), *(ulong*)(at + 5 * stride), *(ulong*)(at + 6 * stride), *(ulong*)(at + 7 * stride));

    /// <summary>Low halves of the words to one vector, high halves to the next; its own inverse.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Vector512<ulong> first, Vector512<ulong> second, Vector512<float>* to)
    {
        var low = Vector512.Create(0xffff_fffful);
        to[0] = Vector512.ConditionalSelect(low, first, second << 32).AsSingle();
        to[1] = Vector512.ConditionalSelect(low, first >>> 32, second).AsSingle();
    }

    /// <summary>DC removal, pre-emphasis y[n] = x[n] − k·x[n−1] with x[−1] := x[0], window; zeros up to the transform's size.</summary>
    [MethodImpl(Stage)]
    private void ProcessWindow(Vector512<float>* lanes, Vector512<float> mean, Vector512<float>* spectrum)
    {
        var k = Vector512.Create(-_preEmphasis);
        var previous = lanes[0] - mean;
        var (length, size) = ((nint)_length, (nint)_fft.Size);
        fixed (float* window = _window)
        fixed (int* order = _fft.Order)
        {
            for (nint i = 0; i < length; i++)
            {
                var current = lanes[i] - mean;
                spectrum[order[i]] = Vector512.FusedMultiplyAdd(k, previous, current) * Vector512.Create(window[i]);
                previous = current;
            }
            for (var i = length; i < size; i++)
                spectrum[order[i]] = Vector512<float>.Zero;
        }
    }

    /// <summary>log(max(ε, Σ weight · power)) per Mel bin.</summary>
    [MethodImpl(Stage)]
    private void SumTriangles(Vector512<float>* power, Vector512<float>* mel)
    {
        var floor = Vector512.Create(LogMelFilterbank.Floor);
        fixed (float* weights = _weights)
        {
            var weight = weights;
            foreach (var (first, count) in _triangles)
            {
                var sum = Vector512<float>.Zero;
                var end = weight + count;
                for (var at = power + first; weight < end; at++, weight++)
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(*weight), *at, sum);
                // Not Max: a frame with a NaN in it shall show it.
                *mel++ = LaneMath.Log(Vector512.ConditionalSelect(Vector512.LessThan(sum, floor), floor, sum));
            }
        }
    }

    /// <summary>Bins from vectors to rows: after interleaving, word f of a pair of vectors is two bins of frame f.</summary>
    [MethodImpl(Stage)]
    private void Scatter(Vector512<float>* mel, float* features, int frameCount)
    {
        for (var b = 0; b < _bins; b += 2)
            Interleave(mel[b].AsUInt64(), mel[b + 1].AsUInt64(), mel + b);
        for (var f = 0; f < frameCount; f++, features += _bins)
        {
            var words = (ulong*)mel + f;
            for (nint b = 0; b + 2 <= _bins; b += 2, words += Lanes)
                *(ulong*)(features + b) = *words;
            if (_bins % 2 == 1)
                features[_bins - 1] = *(float*)words;
        }
    }

    private static int Even(int count) => count + count % 2;
}
