using System.Globalization;

namespace MlNetSer;

/// <summary>Speech is shorter than the shortest that an encoder, or one frame of a filterbank, can take.</summary>
/// <remarks>The same in a loaded model, in bulk, in a store and in transcription. Bad input, like an <see cref="InvalidDataException"/>,
/// from which nothing can be derived.</remarks>
public sealed class AudioTooShortException : IOException
{
    private readonly string _taker;

    /// <summary>Speech that is too short.</summary>
    /// <param name="name">The file, or what else it is called; null = not known.</param>
    /// <param name="lengthMs">How long it is, in ms.</param>
    /// <param name="leastMs">How long it must be, in ms.</param>
    /// <param name="taker">What cannot take it.</param>
    internal AudioTooShortException(string? name, double lengthMs, double leastMs, string taker)
        : base(Told(name is null ? "The utterance" : $"'{name}'", lengthMs, leastMs, taker))
        => (Name, LengthMs, LeastMs, _taker) = (name, lengthMs, leastMs, taker);

    /// <summary>The file, or what else the utterance is called; null = not known where it was found.</summary>
    public string? Name { get; }

    /// <summary>How long it is, in ms.</summary>
    public double LengthMs { get; }

    /// <summary>How long it must be, in ms.</summary>
    public double LeastMs { get; }

    /// <summary>The message for a list that names the utterance itself.</summary>
    internal string Reason => Told("it", LengthMs, LeastMs, _taker);

    /// <summary>The same with the name of the utterance.</summary>
    internal AudioTooShortException Named(string name) => new(name, LengthMs, LeastMs, _taker);

    private static string Told(string who, double lengthMs, double leastMs, string taker) => string.Create(CultureInfo.InvariantCulture,
        $"{who} lasts {lengthMs:0.###} ms, but {taker} needs at least {leastMs:0.###} ms. "
            + $"Leave such utterances out, or pad them with silence.");
}
