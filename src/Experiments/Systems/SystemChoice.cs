using System.Globalization;

namespace MlNetSer.Experiments;

/// <summary>The system that our own figures recommend for an amount of data, and why.</summary>
public sealed class SystemChoice
{
    private const int Thousands = 1000;

    private SystemChoice(string system, string reason, int epochs, int hiddenSize, int headCount, int headSize)
        => (System, Reason, Epochs, HiddenSize, HeadCount, HeadSize) = (system, reason, epochs, hiddenSize, headCount, headSize);

    /// <summary>Its name, as <c>--system</c> has it.</summary>
    public string System { get; }

    /// <summary>Why, in a sentence.</summary>
    public string Reason { get; }

    /// <summary>Epochs of a training.</summary>
    public int Epochs { get; }

    /// <summary>GRU units of each direction.</summary>
    public int HiddenSize { get; }

    /// <summary>Attention heads.</summary>
    public int HeadCount { get; }

    /// <summary>Units of each attention head.</summary>
    public int HeadSize { get; }

    /// <summary>The choice for a corpus.</summary>
    /// <param name="utteranceCount">Its utterances.</param>
    public static SystemChoice For(int utteranceCount) => utteranceCount < Thousands
        ? new("cta", string.Create(CultureInfo.InvariantCulture,
            $"system cta (CTA without RNN): {utteranceCount} utterances are few. On EMO-DB, 339 utterances of 10 speakers, "
            + $"it scored 91.5 and CTA-RNN 88.3 (pooled UAR, docs/results.md). From {Thousands:N0} utterances on, CTA-RNN is the default."),
            30, 64, 8, 32)
        : new("cta-rnn", string.Create(CultureInfo.InvariantCulture,
            $"system cta-rnn, the paper's best, at the paper's sizes: {utteranceCount:N0} utterances. "
            + $"Below {Thousands:N0}, CTA without RNN is the default, which did better on few (docs/results.md)."), 50, 256, 8, 64);
}
