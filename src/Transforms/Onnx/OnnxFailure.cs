using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;
using MlNetSer.Onnx.Proto;

namespace MlNetSer.Onnx;

/// <summary>Why ONNX Runtime failed.</summary>
internal enum OnnxCause
{
    /// <summary>It does not say, or in words that are not known.</summary>
    Unknown,

    /// <summary>There was not enough memory.</summary>
    Memory,

    /// <summary>Sizes do not fit together.</summary>
    Shape,

    /// <summary>Element types do not fit together.</summary>
    Type,

    /// <summary>It does not know an operator, or not in this version or for this type.</summary>
    Operator,

    /// <summary>An execution provider, such as CUDA, is missing or failed.</summary>
    Provider,

    /// <summary>The model itself is damaged or contradicts itself.</summary>
    Model,
}

/// <summary>Names the cause of a failure of ONNX Runtime, with a way out; what is not recognised keeps ONNX Runtime's own words,
/// without a guess.</summary>
internal static partial class OnnxFailure
{
    // In this order: "Failed to allocate" is also in what a shape error of a node ends with, and CUDA runs out of memory, too.
    private static readonly (OnnxCause Cause, string[] Words)[] s_words =
    [
        (OnnxCause.Memory, ["Failed to allocate", "bad_alloc", "bad allocation", "out of memory", "Out of memory", "OUT_OF_MEMORY",
            "CUBLAS_STATUS_ALLOC_FAILED", "is smaller than requested bytes"]),
        (OnnxCause.Provider, ["CUDA", "CUDNN", "cudnn", "CUBLAS", "TensorRT", "libonnxruntime_providers", "execution provider",
            "ExecutionProvider is not"]),
        (OnnxCause.Operator, ["is not a registered function/op", "Could not find an implementation for", "NOT_IMPLEMENTED",
            "NotImplemented", "No Op registered for", "is under development and support for this is limited",
            "Unsupported model IR version"]),
        (OnnxCause.Type, ["Unexpected input data type", "Type Error", "tensor(", "Type parameter", "data type", "TypeInferenceError"]),
        (OnnxCause.Shape, ["nvalid dimensions", "nvalid rank", "shape", "Shape", "dimension", "out of bounds", "broadcast",
            "cannot be reshaped", "axis"]),
        (OnnxCause.Model, ["INVALID_GRAPH", "InvalidGraph", "INVALID_PROTOBUF", "InvalidProtobuf", "Protobuf parsing failed",
            "not a valid", "Load model", "ModelProto"]),
    ];

    /// <summary>The cause that a message tells.</summary>
    public static OnnxCause Cause(string message)
        => s_words.FirstOrDefault(entry => entry.Words.Any(word => message.Contains(word, StringComparison.Ordinal))).Cause;

    /// <summary>What happened, why, and what can be done.</summary>
    /// <param name="error">ONNX Runtime's own error.</param>
    /// <param name="what">What failed, as a sentence begins.</param>
    public static string Tell(Exception error, string what)
    {
        var (said, wayOut) = (Said(error.Message), WayOut(Cause(error.Message), error.Message));
        return $"{what}: {wayOut}{(wayOut.Length > 0 ? " " : "")}ONNX Runtime says: {said}";
    }

    /// <summary>Does something with ONNX Runtime, and names the cause of a failure.</summary>
    /// <exception cref="InvalidDataException">It failed.</exception>
    public static T Told<T>(string what, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException(Tell(error, what), error);
        }
    }

    private static string WayOut(OnnxCause cause, string message) => cause switch
    {
        OnnxCause.Memory
            => $"there is not enough memory{Piece(message)}. "
            + "Run fewer utterances at once (ThreadCount, BatchSize), make the windows shorter (LongestSeconds of the encoder's "
                + "profile), or keep fewer blocks.",
        OnnxCause.Shape
            => "sizes do not fit. Give what the encoder's profile wants; if that was given, the profile is not this encoder's, or the "
                + "encoder takes inputs of other lengths only.",
        OnnxCause.Type => "types of numbers do not fit. Choose the profile that belongs to this encoder, or export it again in float32.",
        OnnxCause.Operator
            => "this ONNX Runtime does not have an operator of the model. Take a newer Microsoft.ML.OnnxRuntime, or export the model "
                + "with an older opset.",
        OnnxCause.Provider => "the GPU cannot be used. See docs/gpu.md, or leave GpuDeviceId null.",
        OnnxCause.Model => "the model is damaged, or no valid ONNX. Export or download it again.",
        _ => "",
    };

    /// <summary>The innermost status: the rest is codes and addresses of nodes.</summary>
    private static string Said(string message)
    {
        var at = message.LastIndexOf("Status Message: ", StringComparison.Ordinal);
        var node = Node().Match(message) is { Success: true } match ? $"{match.Groups[1].Value}: " : "";
        var said = at >= 0 ? node + message[(at + "Status Message: ".Length)..] : message;
        return said.ReplaceLineEndings(" ").Trim();
    }

    private static string Piece(string message)
        => Size(message) is { } bytes ? string.Create(CultureInfo.InvariantCulture, $" (a piece of {bytes / 1e9:0.0##} GB)") : "";

    private static double? Size(string message)
        => Requested().Match(message) is { Success: true } match
            && double.TryParse(match.Groups[1].Value, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    [GeneratedRegex(@"while running (.+? node)\.")]
    private static partial Regex Node();

    [GeneratedRegex(@"(?:buffer of size|requested bytes of|allocate memory of size|Failed to allocate)\D{0,40}?(\d{4,})")]
    private static partial Regex Requested();
}
