using Microsoft.ML.OnnxRuntime;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Encoders.FrontEnds;
using MlNetSer.Encoders.Model;

namespace MlNetSer.Encoders.Extraction;

/// <summary>Runs batches through an encoder's batched form; one for each thread.</summary>
internal sealed class BatchRunner(InferenceSession session, FrontEnd frontEnd, WindowPlan? plan, long mostInMemory = long.MaxValue)
{
    private const long WindowBytes = 1 << 29;   // what a window of a small Conformer takes in ONNX Runtime, about

    private static readonly string[] s_outputs = [EncoderWrapping.Embeddings, EncoderWrapping.Frames];

    private readonly bool _takesSamples = session.InputMetadata[EncoderWrapping.Input].Dimensions.Length == 2;
    private readonly bool _canBeReady = session.OverridableInitializerMetadata.ContainsKey(EncoderWrapping.Ready);
    private float[] _padded = [];

    /// <summary>Embeds a batch and completes its utterances.</summary>
    /// <exception cref="Exception">The encoder failed; no utterance was completed.</exception>
    public void Run(PendingUtterance[] batch, CancellationToken stop)
    {
        if (batch is [var single] && single.FrameCount > plan?.Longest)
        {
            RunInWindows(single, plan, stop);
            return;
        }
        var longest = batch.Max(utterance => utterance.FrameCount);
        using var results = Encode([.. batch.Select(utterance => utterance.Features)], longest, isReady: false, stop);
        var output = new Output(results);
        var values = new float[batch.Length][];
        for (var i = 0; i < batch.Length; i++)
        {
            var frames = output.Frames(i, batch[i].FrameCount);
            values[i] = GC.AllocateUninitializedArray<float>(checked(output.Blocks * frames * output.Dimension));
            for (var n = 0; n < output.Blocks; n++)
                output.Block(i, n)[..(frames * output.Dimension)].CopyTo(values[i].AsSpan(n * frames * output.Dimension));
        }
        for (var i = 0; i < batch.Length; i++)
            Complete(batch[i], (output.Blocks, values[i].Length / output.Blocks / output.Dimension, output.Dimension), values[i]);
    }

    /// <summary>Window after window, of which the inner parts are kept: memory beside the result does not grow with the length.</summary>
    private void RunInWindows(PendingUtterance utterance, WindowPlan plan, CancellationToken stop)
    {
        var whole = frontEnd.Prepared(utterance.Features);
        var windows = plan.Windows(utterance.FrameCount);
        float[] values = [];
        SpilledValues? spilled = null;
        var (blocks, frames, dimension) = (0, 0, 0);
        // so that the collector, which sees nothing of it, lets go of the waveform that the features were made of
        GC.AddMemoryPressure(WindowBytes);
        try
        {
            for (var i = windows.Count - 1; i >= 0; i--)   // the last one first: it says how many frames there are
            {
                var window = windows[i];
                using var results = Encode([whole.Slice(window.Start * frontEnd.Width, window.Length * frontEnd.Width)], window.Length,
                    isReady: true, stop);
                var output = new Output(results);
                var (own, start) = (output.Frames(0, window.Length), window.Start / plan.Stride);
                if (i == windows.Count - 1)
                {
                    (blocks, frames, dimension) = (output.Blocks, start + own, output.Dimension);
                    if ((long)blocks * frames * dimension is var count && count > mostInMemory)
                        spilled = new SpilledValues(count);
                    else
                        values = GC.AllocateUninitializedArray<float>(Size(blocks, frames, dimension));
                }
                for (var n = 0; n < blocks; n++)
                {
                    var inner = output.Block(0, n)[(window.Skip * dimension)..((window.End ?? own) * dimension)];
                    var at = ((long)n * frames + start + window.Skip) * dimension;
                    if (spilled is null)
                        inner.CopyTo(values.AsSpan((int)at));
                    else
                        spilled.Write(at, inner);
                }
            }
        }
        catch
        {
            spilled?.Dispose();
            throw;
        }
        finally
        {
            GC.RemoveMemoryPressure(WindowBytes);
        }
        if (spilled is null)
            Complete(utterance, (blocks, frames, dimension), values);
        else
            Complete(utterance, new SpeechEmbedding(utterance.Index, utterance.Source.Name, utterance.DurationSeconds,
                (blocks, frames, dimension), spilled));
    }

    private static int Size(int blocks, int frames, int dimension) => (long)blocks * frames * dimension is var count
        && count <= Array.MaxLength ? (int)count
        : throw new InvalidDataException($"its embedding of {blocks} blocks x {frames:N0} frames x {dimension} has {count:N0} values, "
            + "more than one array holds. Keep fewer blocks, or cut the recording.");

    private static void Complete(PendingUtterance utterance, (int Blocks, int Frames, int Dimension) shape, float[] values)
        => Complete(utterance, new SpeechEmbedding(utterance.Index, utterance.Source.Name, utterance.DurationSeconds, shape, values));

    private static void Complete(PendingUtterance utterance, SpeechEmbedding embedding)
    {
        utterance.Features = default;
        utterance.Done.TrySetResult(embedding);
    }

    private IDisposableReadOnlyCollection<OrtValue> Encode(ReadOnlyMemory<float>[] rows, int longest, bool isReady, CancellationToken stop)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, Padded(rows, longest), _takesSamples
            ? [rows.Length, longest] : [rows.Length, longest, frontEnd.Width]);
        using var lengths = OrtValue.CreateTensorValueFromMemory(rows.Select(row => (long)(row.Length / frontEnd.Width)).ToArray(),
            [rows.Length]);
        using var ready = OrtValue.CreateTensorValueFromMemory([true], [1]);
        // errors are reported as exceptions, not on the console
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var ending = stop.Register(() => run.Terminate = true);
        return isReady && _canBeReady
            ? session.Run(run, [EncoderWrapping.Input, EncoderWrapping.Lengths, EncoderWrapping.Ready], [input, lengths, ready], s_outputs)
            : session.Run(run, [EncoderWrapping.Input, EncoderWrapping.Lengths], [input, lengths], s_outputs);
    }

    private Memory<float> Padded(ReadOnlyMemory<float>[] rows, int longest)
    {
        var size = longest * frontEnd.Width;
        if (_padded.Length < rows.Length * size)
            _padded = new float[rows.Length * size];
        for (var i = 0; i < rows.Length; i++)
        {
            var row = _padded.AsSpan(i * size, size);
            rows[i].Span.CopyTo(row);
            row[rows[i].Length..].Clear();
        }
        return _padded.AsMemory(0, rows.Length * size);
    }

    /// <summary>What the encoder gave: embeddings <c>[B, N, m, d]</c> and frames <c>[B]</c>.</summary>
    private readonly ref struct Output
    {
        private readonly ReadOnlySpan<float> _embeddings;
        private readonly ReadOnlySpan<long> _frames;
        private readonly int _most;

        public Output(IReadOnlyCollection<OrtValue> results)
        {
            var (embeddings, frames) = (results.First(), results.Last());
            var shape = embeddings.GetTensorTypeAndShape().Shape;
            (Blocks, _most, Dimension) = ((int)shape[1], (int)shape[2], (int)shape[3]);
            _embeddings = embeddings.GetTensorDataAsSpan<float>();
            _frames = frames.GetTensorDataAsSpan<long>();
            if (_frames.Length != shape[0])
                throw new InvalidDataException($"The encoder gives {_frames.Length} lengths for {shape[0]} utterances.");
        }

        public int Blocks { get; }

        public int Dimension { get; }

        public ReadOnlySpan<float> Block(int utterance, int block)
            => _embeddings.Slice((utterance * Blocks + block) * _most * Dimension, _most * Dimension);

        public int Frames(int utterance, int inputFrames) => (int)_frames[utterance] is var frames && frames < 1
            ? throw new InvalidDataException($"its {inputFrames} frames of input give no encoder frame.")
            : frames <= _most ? frames
                : throw new InvalidDataException($"it should have {frames} encoder frames, but the encoder gives {_most}. Correct the "
                    + "profile's subsampling or lengthOutput.");
    }
}
