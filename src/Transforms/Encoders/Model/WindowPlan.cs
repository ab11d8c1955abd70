namespace MlNetSer.Encoders.Model;

/// <summary>A part of a long utterance that is encoded by itself.</summary>
/// <param name="Start">Its first input frame or sample.</param>
/// <param name="Length">Its input frames or samples.</param>
/// <param name="Skip">Encoder frames at its begin that the window before it gives.</param>
/// <param name="End">Encoder frames, counted from its begin, before which the next window takes over; null = none does.</param>
internal readonly record struct EncoderWindow(int Start, int Length, int Skip, int? End);

/// <summary>How what is longer than an encoder's longest input is cut: windows that overlap, of which the inner parts are joined.</summary>
/// <remarks>
/// Windows begin at multiples of the stride, so that a frame of a window is the frame of the whole that lies there. The last one is moved
/// back to be as long
/// as the others (to a stride). Joined, there are as many frames as the encoder would give for the whole.
/// </remarks>
internal sealed class WindowPlan
{
    private const int LeastContext = 2;   // convolutions without padding give a frame less at the end

    private WindowPlan(int longest, int stride, int context) => (Longest, Stride, Context) = (longest, stride, context);

    /// <summary>Input frames or samples of a window, a multiple of the stride.</summary>
    public int Longest { get; }

    /// <summary>Input frames or samples from one encoder frame to the next.</summary>
    public int Stride { get; }

    /// <summary>Encoder frames at each end of a window that are left to its neighbour.</summary>
    public int Context { get; }

    /// <summary>Input frames or samples from one window to the next.</summary>
    public int Hop => Longest - 2 * Context * Stride;

    /// <summary>The plan of an encoder; null where its frames do not lie evenly, so that it has to run on the whole.</summary>
    /// <exception cref="InvalidDataException">The profile's windows are shorter than their context.</exception>
    public static WindowPlan? Of(EncoderProfile profile, EncoderReach? reach)
    {
        if (reach?.Stride is not { } stride)
            return null;
        var perSecond = profile.InputPerSecond;
        var longest = (int)(profile.LongestSeconds * perSecond) / stride * stride;
        var context = Math.Max(LeastContext, (int)Math.Round(profile.ContextSeconds * perSecond / stride));
        if (longest - 2 * context * stride < stride || longest < reach.Least + stride)
        {
            throw new InvalidDataException(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"Profile '{profile.Name}': LongestSeconds is {profile.LongestSeconds}, which leaves nothing of a window between two "
                    + $"contexts of {context} encoder frames. Give at least "
                        + $"{(2 * context + 1) * stride / perSecond + reach.Least / perSecond:0.###}."));
        }
        return new WindowPlan(longest, stride, context);
    }

    /// <summary>The windows of an utterance, in order; one that is not too long is its own only window.</summary>
    public IReadOnlyList<EncoderWindow> Windows(int length)
    {
        if (length <= Longest)
            return [new EncoderWindow(0, length, 0, null)];
        var last = (int)(((long)length - Longest + Stride - 1) / Stride * Stride);
        var count = 1 + (int)(((long)length - Longest + Hop - 1) / Hop);
        int Start(int window) => (int)Math.Min((long)window * Hop, last);
        return [.. Enumerable.Range(0, count).Select(i
            => new EncoderWindow(Start(i), Math.Min(Longest, length - Start(i)), i == 0 ? 0 : Context,
            i == count - 1 ? null : (Start(i + 1) - Start(i)) / Stride + Context))];
    }
}
