using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlNetSer.Filterbank;

/// <summary>Normalises each bin over the frames of an utterance, in place: (x − mean), on request divided by (sample standard deviation +
/// 1e-5).</summary>
/// <remarks>
/// The deviation is NeMo's (<c>normalize_batch</c>, <c>per_feature</c>): squares are divided by frames − 1, and the deviation of a single
/// frame is 0, so that it becomes 0.
/// Sums run in double, frame after frame; eight bins at a time give the same bits as one.
/// </remarks>
internal static unsafe class UtteranceNormalizer
{
    private const double Softening = 1e-5;   // NeMo's per_feature

    /// <summary>Features are <c>frames x bins</c>, row-major.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(Span<float> features, int bins, UtteranceNormalization normalization)
    {
        if (normalization == UtteranceNormalization.None)
            return;
        var toDeviation = normalization == UtteranceNormalization.MeanAndStandardDeviation;
        fixed (float* rows = features)
        {
            var end = rows + features.Length;
            var b = 0;
            for (; b + 8 <= bins; b += 8)
                EightBins(rows + b, end, bins, toDeviation);
            for (; b < bins; b++)
                OneBin(rows + b, end, bins, toDeviation);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightBins(float* first, float* end, nint bins, bool toDeviation)
    {
        var count = (double)((end - first + bins - 1) / bins);
        var (frames, freedom) = (Vector256.Create(count), Vector256.Create(Math.Max(1, count - 1)));
        var (lowMean, highMean) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var at = first; at < end; at += bins)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(at));
            (lowMean, highMean) = (lowMean + low, highMean + high);
        }
        (lowMean, highMean) = (lowMean / frames, highMean / frames);

        var (lowScale, highScale) = (Vector256<double>.One, Vector256<double>.One);
        if (toDeviation)
        {
            var (lowSquares, highSquares) = (Vector256<double>.Zero, Vector256<double>.Zero);
            for (var at = first; at < end; at += bins)
            {
                var (low, high) = Vector256.Widen(Vector256.Load(at));
                (low, high) = (low - lowMean, high - highMean);
                (lowSquares, highSquares) = (lowSquares + low * low, highSquares + high * high);
            }
            lowScale /= Vector256.Sqrt(lowSquares / freedom) + Vector256.Create(Softening);
            highScale /= Vector256.Sqrt(highSquares / freedom) + Vector256.Create(Softening);
        }
        for (var at = first; at < end; at += bins)
        {
            var (low, high) = Vector256.Widen(Vector256.Load(at));
            Vector256.Narrow((low - lowMean) * lowScale, (high - highMean) * highScale).Store(at);
        }
    }

    private static void OneBin(float* first, float* end, nint bins, bool toDeviation)
    {
        double frames = (end - first + bins - 1) / bins, sum = 0, squares = 0, scale = 1;
        for (var at = first; at < end; at += bins)
            sum += *at;
        var mean = sum / frames;
        if (toDeviation)
        {
            for (var at = first; at < end; at += bins)
                squares += (*at - mean) * (*at - mean);
            scale /= Math.Sqrt(squares / Math.Max(1, frames - 1)) + Softening;
        }
        for (var at = first; at < end; at += bins)
            *at = (float)((*at - mean) * scale);
    }
}
