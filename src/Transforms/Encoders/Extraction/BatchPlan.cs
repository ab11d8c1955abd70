namespace MlNetSer.Encoders;

/// <summary>Where an utterance comes from.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Prepare">Has the front end compute what the encoder takes of its samples, 16 kHz mono in [−1, 1].</param>
internal readonly record struct SpeechSource(string Name, Func<FrontEnd, PreparedSpeech> Prepare);

/// <summary>What an encoder takes of an utterance.</summary>
/// <param name="Features">Frames or samples.</param>
/// <param name="Seconds">Length of the speech.</param>
internal readonly record struct PreparedSpeech(ReadOnlyMemory<float> Features, double Seconds);

/// <summary>An utterance on its way through the extraction.</summary>
internal sealed class PendingUtterance(int index, SpeechSource source)
{
    public int Index => index;

    public SpeechSource Source => source;

    public double DurationSeconds { get; set; }

    /// <summary>What the encoder takes; handed on and then let go.</summary>
    public ReadOnlyMemory<float> Features { get; set; }

    public int FrameCount { get; set; }

    public TaskCompletionSource<SpeechEmbedding> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Fail(Exception error)
        => Done.TrySetResult(new SpeechEmbedding(index, source.Name, error is AudioTooShortException tooShort ? tooShort.Named(source.Name)
            : new InvalidDataException($"Utterance {index}, '{source.Name}': {error.Message}", error)));
}

/// <summary>Which utterances of a window share a batch: a function of their lengths only.</summary>
/// <param name="batchSize">The most utterances of a batch.</param>
/// <param name="masksPadding">Whether lengths in a batch may differ.</param>
/// <param name="longest">Input frames above which an utterance runs by itself, in windows.</param>
internal sealed class BatchPlan(int batchSize, bool masksPadding, int longest = int.MaxValue)
{
    private const double MostPadding = 0.1;   // of the longest: beyond that, a smaller batch costs less than the padding

    /// <summary>The longest first, so that no thread is left with one at the end.</summary>
    public IEnumerable<PendingUtterance[]> Batches(IEnumerable<PendingUtterance> utterances)
    {
        List<PendingUtterance> batch = [];
        foreach (var utterance in utterances.OrderByDescending(u => u.FrameCount).ThenBy(u => u.Index))
        {
            if (batch.Count == batchSize || (batch.Count > 0 && batch[0].FrameCount > longest)
                || (batch.Count > 0 && utterance.FrameCount < Shortest(batch[0].FrameCount)))
            {
                yield return [.. batch];
                batch.Clear();
            }
            batch.Add(utterance);
        }
        if (batch.Count > 0)
            yield return [.. batch];
    }

    private double Shortest(int longest) => masksPadding ? longest * (1 - MostPadding) : longest;
}
