using Microsoft.ML.OnnxRuntime;

namespace MlNetSer.Encoders;

/// <summary>Runs batches through an encoder's batched form; one for each thread.</summary>
internal sealed class BatchRunner(InferenceSession session, int width)
{
    private static readonly string[] s_inputs = [EncoderWrapping.Input, EncoderWrapping.Lengths], s_outputs = [EncoderWrapping.Embeddings, EncoderWrapping.Frames];

    private readonly bool _takesSamples = session.InputMetadata[EncoderWrapping.Input].Dimensions.Length == 2;
    private float[] _padded = [];

    /// <summary>Embeds a batch and completes its utterances.</summary>
    /// <exception cref="Exception">The encoder failed; no utterance was completed.</exception>
    public void Run(PendingUtterance[] batch, CancellationToken stop)
    {
        var longest = batch.Max(utterance => utterance.FrameCount);
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, Padded(batch, longest), _takesSamples ? [batch.Length, longest] : [batch.Length, longest, width]);
        using var lengths = OrtValue.CreateTensorValueFromMemory(batch.Select(utterance => (long)utterance.FrameCount).ToArray(), [batch.Length]);
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };   // errors are told as exceptions, not on the console
        using var ending = stop.Register(() => run.Terminate = true);
        using var results = session.Run(run, s_inputs, [input, lengths], s_outputs);

        var shape = results[0].GetTensorTypeAndShape().Shape;   // [B, N, m, d]
        var (blocks, most, dimension) = ((int)shape[1], (int)shape[2], (int)shape[3]);
        var frames = results[1].GetTensorDataAsSpan<long>();
        var embeddings = results[0].GetTensorDataAsSpan<float>();
        if (frames.Length != batch.Length)
            throw new InvalidDataException($"The encoder gives {frames.Length} lengths for {batch.Length} utterances.");
        var values = new float[batch.Length][];
        for (var i = 0; i < batch.Length; i++)
        {
            if (frames[i] < 1)
                throw new InvalidDataException($"it is too short for the encoder: {batch[i].FrameCount} frames of input give no encoder frame.");
            if (frames[i] > most)
                throw new InvalidDataException($"it should have {frames[i]} encoder frames, but the encoder gives {most}. Correct the profile's subsampling or lengthOutput.");
            values[i] = GC.AllocateUninitializedArray<float>(blocks * (int)frames[i] * dimension);
            for (var n = 0; n < blocks; n++)
                embeddings.Slice((i * blocks + n) * most * dimension, (int)frames[i] * dimension).CopyTo(values[i].AsSpan(n * (int)frames[i] * dimension));
        }
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i].Features = default;
            batch[i].Done.TrySetResult(new SpeechEmbedding(batch[i].Index, batch[i].Source.Name, batch[i].DurationSeconds, (blocks, (int)frames[i], dimension), values[i]));
        }
    }

    private Memory<float> Padded(PendingUtterance[] batch, int longest)
    {
        var size = longest * width;
        if (_padded.Length < batch.Length * size)
            _padded = new float[batch.Length * size];
        for (var i = 0; i < batch.Length; i++)
        {
            var row = _padded.AsSpan(i * size, size);
            batch[i].Features.Span.CopyTo(row);
            row[batch[i].Features.Length..].Clear();
        }
        return _padded.AsMemory(0, batch.Length * size);
    }
}
