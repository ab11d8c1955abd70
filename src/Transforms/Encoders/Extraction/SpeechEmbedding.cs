using MlNetSer.Embeddings.Shards;

namespace MlNetSer;

/// <summary>What an encoder made of one utterance.</summary>
public sealed class SpeechEmbedding
{
    private readonly ReadOnlyMemory<float> _values;

    internal SpeechEmbedding(int index, string name, double durationSeconds, (int Blocks, int Frames, int Dimension) shape,
        ReadOnlyMemory<float> values)
        => (Index, Name, DurationSeconds, (BlockCount, FrameCount, Dimension), _values) = (index, name, durationSeconds, shape, values);

    internal SpeechEmbedding(int index, string name, Exception error) => (Index, Name, Error) = (index, name, error);

    internal SpeechEmbedding(int index, string name, double durationSeconds, (int Blocks, int Frames, int Dimension) shape,
        SpilledValues spilled)
        : this(index, name, durationSeconds, shape, default(ReadOnlyMemory<float>)) => Spilled = spilled;

    /// <summary>The values on disk, which the taker disposes of; null = they are in memory. Only a store asks for that.</summary>
    internal SpilledValues? Spilled { get; }

    /// <summary>Place of the utterance in the input, from 0.</summary>
    public int Index { get; }

    /// <summary>Its path, or what else it is called.</summary>
    public string Name { get; }

    /// <summary>Its length, in seconds.</summary>
    public double DurationSeconds { get; }

    /// <summary>Blocks: N.</summary>
    public int BlockCount { get; }

    /// <summary>Encoder frames: m.</summary>
    public int FrameCount { get; }

    /// <summary>Values of a frame: d.</summary>
    public int Dimension { get; }

    /// <summary>Why there are no values; null where there are.</summary>
    public Exception? Error { get; }

    /// <summary>Blocks x frames x dimension, row-major.</summary>
    /// <exception cref="InvalidDataException">There are none: see <see cref="Error"/>.</exception>
    public ReadOnlyMemory<float> Values => Error is null ? _values : throw new InvalidDataException(Error.Message, Error);
}

/// <summary>How far an extraction is.</summary>
/// <param name="DoneCount">Utterances delivered, failed ones included.</param>
/// <param name="FailedCount">Utterances that could not be read or embedded.</param>
/// <param name="TotalCount">Utterances in all; null = not known.</param>
/// <param name="AudioSeconds">Speech that was embedded, in seconds.</param>
/// <param name="Elapsed">Time since the start.</param>
public sealed record ExtractionProgress(int DoneCount, int FailedCount, int? TotalCount, double AudioSeconds, TimeSpan Elapsed)
{
    /// <summary>Utterances per second so far.</summary>
    public double UtterancesPerSecond => DoneCount / Elapsed.TotalSeconds;

    /// <summary>Seconds of speech per second so far.</summary>
    public double AudioSecondsPerSecond => AudioSeconds / Elapsed.TotalSeconds;

    /// <summary>Time left at this rate; null = not known.</summary>
    public TimeSpan? TimeLeft => TotalCount is { } total && DoneCount > 0 ? Elapsed / DoneCount * Math.Max(0, total - DoneCount) : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"{DoneCount}{(TotalCount is { } total ? $"/{total}" : "")} utterances{(FailedCount > 0 ? $", {FailedCount} failed" : "")}, "
        + $"{UtterancesPerSecond:0.0} per second, {AudioSecondsPerSecond:0} x real "
        + $"time{(TimeLeft is { } left ? $", {left:h\\:mm\\:ss} left" : "")}");
}
