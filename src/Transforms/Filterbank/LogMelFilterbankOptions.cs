namespace MlNetSer;

/// <summary>The window that each frame is multiplied by.</summary>
public enum FrameWindow
{
    /// <summary>Hann to the power 0.85, Kaldi's own (the default).</summary>
    Povey,

    /// <summary>0.5 − 0.5·cos.</summary>
    Hann,

    /// <summary>0.54 − 0.46·cos.</summary>
    Hamming,

    /// <summary>All ones.</summary>
    Rectangular,
}

/// <summary>What is done to each bin of an utterance after the logarithm.</summary>
public enum UtteranceNormalization
{
    /// <summary>Nothing: the encoder normalises, or wants raw log-Mel (WeNet, icefall).</summary>
    None,

    /// <summary>The bin's mean over the utterance is subtracted.</summary>
    Mean,

    /// <summary>(x − mean) / (sample standard deviation + 1e-5), per bin (NeMo's <c>per_feature</c>); a single frame becomes 0.</summary>
    MeanAndStandardDeviation,
}

/// <summary>
/// Options of <see cref="LogMelFilterbank"/>; the defaults are Kaldi's as WeNet uses them (25/10 ms, 80 bins, povey, no dither).
/// </summary>
public sealed record LogMelFilterbankOptions
{
    /// <summary>Sampling rate of the input.</summary>
    /// <value>In Hz, at least 1000. The default is 16,000.</value>
    public int SampleRateHz { get; set; } = 16_000;

    /// <summary>Mel bins.</summary>
    /// <value>In [3, 512]. The default is 80 (paper, §4.2.1).</value>
    public int MelBinCount { get; set; } = 80;

    /// <summary>Length of a frame.</summary>
    /// <value>In ms. The default is 25 (paper, §4.2.1).</value>
    public double FrameLengthMs { get; set; } = 25;

    /// <summary>Step from one frame to the next.</summary>
    /// <value>In ms. The default is 10 (paper, §4.2.1).</value>
    public double FrameShiftMs { get; set; } = 10;

    /// <summary>
    /// True: only frames that fit wholly, 1 + (samples − length) / shift. False: (samples + shift / 2) / shift frames, the signal mirrored
    /// at its ends.
    /// </summary>
    /// <value>The default is true (Kaldi, WeNet); icefall and NeMo-in-Kaldi-style encoders want false.</value>
    public bool SnipEdges { get; set; } = true;

    /// <summary>The window of a frame.</summary>
    /// <value>The default is <see cref="FrameWindow.Povey"/>.</value>
    public FrameWindow Window { get; set; } = FrameWindow.Povey;

    /// <summary>Pre-emphasis coefficient k: y[n] = x[n] − k·x[n−1], within each frame.</summary>
    /// <value>In [0, 1]. The default is 0.97.</value>
    public double PreEmphasis { get; set; } = 0.97;

    /// <summary>Subtracts each frame's mean.</summary>
    /// <value>The default is true.</value>
    public bool RemoveDcOffset { get; set; } = true;

    /// <summary>Lower edge of the first triangle.</summary>
    /// <value>In Hz, from 0. The default is 20.</value>
    public double LowFrequencyHz { get; set; } = 20;

    /// <summary>Upper edge of the last triangle; not positive = that much below the Nyquist frequency, as in Kaldi.</summary>
    /// <value>In Hz. The default is 0: Nyquist.</value>
    public double HighFrequencyHz { get; set; }

    /// <summary>Samples in [−1, 1] are multiplied by this first.</summary>
    /// <value>The default is 32,768 (Kaldi's 16-bit scale: WeNet, NeMo-in-Kaldi-style); icefall wants 1.</value>
    public double SampleScale { get; set; } = 32_768;

    /// <summary>Normalisation per utterance and bin.</summary>
    /// <value>The default is <see cref="UtteranceNormalization.None"/>.</value>
    public UtteranceNormalization Normalization { get; set; } = UtteranceNormalization.None;

    internal int FrameLength => (int)(SampleRateHz * 0.001 * FrameLengthMs);
    internal int FrameShift => (int)(SampleRateHz * 0.001 * FrameShiftMs);
    internal double HighEdgeHz => HighFrequencyHz > 0 ? HighFrequencyHz : SampleRateHz / 2.0 + HighFrequencyHz;

    internal LogMelFilterbankOptions Copy() => this with { };

    /// <summary>Checks every option and reports all faults together.</summary>
    /// <exception cref="ArgumentException">At least one option is out of its range.</exception>
    internal void Check()
    {
        List<string> faults = [];
        void Want(bool holds, string name, object value, string wanted)
        {
            if (!holds)
                faults.Add($"{name} is {value}, but must be {wanted}");
        }
        Want(SampleRateHz >= 1000, nameof(SampleRateHz), SampleRateHz, "at least 1000 Hz");
        Want(MelBinCount is >= 3 and <= 512, nameof(MelBinCount), MelBinCount, "in [3, 512]");
        Want(FrameLength is >= 2 and <= 65_536, nameof(FrameLengthMs), FrameLengthMs, "2 to 65,536 samples long");
        Want(FrameShift >= 1, nameof(FrameShiftMs), FrameShiftMs, "at least one sample");
        Want(PreEmphasis is >= 0 and <= 1, nameof(PreEmphasis), PreEmphasis, "in [0, 1]");
        Want(LowFrequencyHz >= 0 && LowFrequencyHz < HighEdgeHz, nameof(LowFrequencyHz), LowFrequencyHz,
            $"in [0, {HighEdgeHz}), below the upper edge");
        Want(HighEdgeHz <= SampleRateHz / 2.0, nameof(HighFrequencyHz), HighFrequencyHz,
            $"at most the Nyquist frequency, {SampleRateHz / 2.0} Hz");
        Want(SampleScale > 0 && double.IsFinite(SampleScale), nameof(SampleScale), SampleScale, "greater than 0");
        if (faults.Count > 0)
            throw new ArgumentException($"{nameof(LogMelFilterbankOptions)}: {string.Join("; ", faults)}.");
    }
}
