namespace MlNetSer.Filterbank;

/// <summary>What the options fix once for all frames: window, DFT size and Mel triangles.</summary>
internal sealed class FilterbankTables
{
    /// <exception cref="ArgumentException">There are more bins than the DFT can tell apart.</exception>
    public FilterbankTables(LogMelFilterbankOptions options)
    {
        Window = MakeWindow(options.Window, options.FrameLength);
        FftSize = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)options.FrameLength);
        Triangles = MelTriangles(options, FftSize);
    }

    /// <summary>One factor per sample of a frame.</summary>
    public float[] Window { get; }

    /// <summary>The frame's length, rounded up to a power of two.</summary>
    public int FftSize { get; }

    /// <summary>For each Mel bin: its first DFT bin, and the weights from there on.</summary>
    public (int First, float[] Weights)[] Triangles { get; }

    private static float[] MakeWindow(FrameWindow window, int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++)
        {
            var cosine = Math.Cos(2 * Math.PI * i / (length - 1));
            values[i] = (float)(window switch
            {
                FrameWindow.Povey => Math.Pow(0.5 - 0.5 * cosine, 0.85),
                FrameWindow.Hann => 0.5 - 0.5 * cosine,
                FrameWindow.Hamming => 0.54 - 0.46 * cosine,
                _ => 1.0,
            });
        }
        return values;
    }

    private static (int First, float[] Weights)[] MelTriangles(LogMelFilterbankOptions options, int fftSize)
    {
        static double Mel(double hz) => 1127.0 * Math.Log(1.0 + hz / 700.0);

        var (low, high) = (Mel(options.LowFrequencyHz), Mel(options.HighEdgeHz));
        var step = (high - low) / (options.MelBinCount + 1);
        var triangles = new (int, float[])[options.MelBinCount];
        for (var b = 0; b < triangles.Length; b++)
        {
            var (left, center, right) = (low + b * step, low + (b + 1) * step, low + (b + 2) * step);
            var weights = new List<float>();
            var first = -1;
            for (var i = 0; i < fftSize / 2; i++)   // Kaldi leaves the Nyquist bin out
            {
                var mel = Mel(i * (double)options.SampleRateHz / fftSize);
                if (mel <= left || mel >= right)
                    continue;
                if (first < 0)
                    first = i;
                weights.Add((float)(mel <= center ? (mel - left) / (center - left) : (right - mel) / (right - center)));
            }
            // Kaldi refuses an empty triangle too: such a bin would be silence for every input.
            if (first < 0)
                throw new ArgumentException(
                    $"Mel bin {b} of {options.MelBinCount} lies between two DFT frequencies "
                    + $"({(double)options.SampleRateHz / fftSize:0.##} Hz apart). "
                    + $"Lower {nameof(options.MelBinCount)}, or raise {nameof(options.FrameLengthMs)}.", nameof(options));
            triangles[b] = (first, [.. weights]);
        }
        return triangles;
    }
}
