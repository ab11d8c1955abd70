namespace MlNetSer.Audio.Samples;

/// <summary>How the channels of a recording go together, from mean squares in windows: <c>k = C² · P(mean) / Σ P(channel)</c>.</summary>
/// <remarks>
/// k is C for equal channels, 1 for channels without relation, 0 for channels that cancel. Channels that hear one speaker rise and fall
/// together even where
/// their waveforms differ (two microphones); those of two speakers do not.
/// </remarks>
internal sealed class ChannelComparison(List<double> windows, int channels)
{
    private const double Silent = 1e-4, Active = 1e-4, Cancelled = 0.5, WindowCancelled = 0.3, LeastShare = 0.25;
    private const double Unrelated = 0.3, Together = 0.5;
    private const int FewestWindows = 10;

    private readonly int _stride = channels + 1;
    private readonly int _count = windows.Count / (channels + 1);

    public AudioNotes Find()
    {
        var power = new double[channels];
        var mean = 0.0;
        for (var w = 0; w < _count; w++)
        {
            for (var c = 0; c < channels; c++)
                power[c] += windows[w * _stride + c];
            mean += windows[w * _stride + channels];
        }
        var (all, loudest) = (power.Sum(), Array.IndexOf(power, power.Max()));
        if (all == 0)
            return AudioNotes.None;
        var k = channels * (double)channels * mean / all;
        if (k < Cancelled || ShareOfCancelledWindows() >= LeastShare)
            return AudioNotes.ChannelsCancel;
        int[] sounding = [.. Enumerable.Range(0, channels).Where(c => power[c] >= Silent * power[loudest])];
        var notes = sounding.Length < channels ? AudioNotes.ChannelSilent : AudioNotes.None;
        if (_count >= FewestWindows && k < 1 + Unrelated * (channels - 1)
            && sounding.Any(c => c != loudest && EnvelopeCorrelation(c, loudest) < Together))
            notes |= AudioNotes.ChannelsDiffer;
        return notes;
    }

    /// <summary>Of the windows that are not quiet.</summary>
    private double ShareOfCancelledWindows()
    {
        var sums = new double[_count];
        for (var w = 0; w < _count; w++)
        {
            for (var c = 0; c < channels; c++)
                sums[w] += windows[w * _stride + c];
        }
        var least = Active * sums.Max();
        int active = 0, cancelled = 0;
        for (var w = 0; w < _count; w++)
        {
            if (sums[w] < least)
                continue;
            active++;
            if (channels * (double)channels * windows[w * _stride + channels] < WindowCancelled * sums[w])
                cancelled++;
        }
        return (double)cancelled / active;
    }

    /// <summary>Pearson's correlation of two channels' RMS.</summary>
    private double EnvelopeCorrelation(int first, int second)
    {
        double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
        for (var w = 0; w < _count; w++)
        {
            var (a, b) = (Math.Sqrt(windows[w * _stride + first]), Math.Sqrt(windows[w * _stride + second]));
            (x, y, xx, yy, xy) = (x + a, y + b, xx + a * a, yy + b * b, xy + a * b);
        }
        var (varianceX, varianceY) = (xx - x * x / _count, yy - y * y / _count);
        return varianceX <= 1e-9 * xx || varianceY <= 1e-9 * yy ? 0
            : (xy - x * y / _count) / Math.Sqrt(varianceX * varianceY);   // a steady tone
    }
}
