using Microsoft.ML.OnnxRuntime;
using MlNetSer.Onnx;

namespace MlNetSer.Encoders.Model;

/// <summary>How an encoder's frames lie in its input. Found by running it on silence of a few lengths, once: exports seldom say it, and
/// some say it wrongly.</summary>
/// <param name="Least">Input frames or samples of the shortest utterance that gives an encoder frame.</param>
/// <param name="Stride">Input frames or samples from one encoder frame to the next; null = not the same everywhere.</param>
internal sealed record EncoderReach(int Least, int? Stride)
{
    // Steps that every usual stride divides: 240 = 2^4·3·5 frames, 38,400 = 2^9·3·5^2 samples.
    private static readonly (int Step, int[] Lengths) s_frames = (240, [64, 256, 1024]), s_samples = (38_400, [8_000, 32_000, 128_000]);

    /// <param name="batched">The encoder in its batched form.</param>
    /// <param name="takesSamples">Whether it takes samples.</param>
    /// <param name="width">Values of an input frame.</param>
    /// <returns>Null where it runs at none of the lengths that were tried, as one for a fixed length does.</returns>
    /// <exception cref="InvalidDataException">ONNX Runtime cannot load it.</exception>
    public static EncoderReach? Of(byte[] batched, bool takesSamples, int width)
    {
        // Not optimised: that would take longer than these runs.
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        using var session = OnnxFailure.Told("The encoder cannot be loaded", () => new InferenceSession(batched, options));
        var (step, lengths) = takesSamples ? s_samples : s_frames;
        int Frames(int length) => Run(session, takesSamples ? [1, length] : [1, length, width]);

        var most = lengths.FirstOrDefault(length => Frames(length) > 0);
        if (most == 0)
            return null;
        var more = Frames(most + step) - Frames(most);
        int? stride = more > 0 && step % more == 0 ? step / more : null;
        var (below, least) = (0, most);
        while (least - below > 1)
        {
            var middle = (below + least) / 2;
            (below, least) = Frames(middle) > 0 ? (below, middle) : (middle, least);
        }
        return new EncoderReach(least, stride);
    }

    /// <summary>Encoder frames of an input; 0 where it is refused.</summary>
    private static int Run(InferenceSession session, long[] shape)
    {
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var input = OrtValue.CreateTensorValueFromMemory(new float[shape.Aggregate(1L, (a, b) => a * b)], shape);
        using var lengths = OrtValue.CreateTensorValueFromMemory([shape[1]], [1]);
        try
        {
            using var results = session.Run(run, [EncoderWrapping.Input, EncoderWrapping.Lengths], [input, lengths],
                [EncoderWrapping.Embeddings, EncoderWrapping.Frames]);
            return (int)Math.Min(results[0].GetTensorTypeAndShape().Shape[2], results[1].GetTensorDataAsSpan<long>()[0]);
        }
        catch (OnnxRuntimeException)
        {
            return 0;
        }
    }
}
