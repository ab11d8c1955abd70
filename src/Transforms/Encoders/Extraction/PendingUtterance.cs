namespace MlNetSer.Encoders.Extraction;

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
