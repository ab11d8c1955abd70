using Microsoft.ML.OnnxRuntime;
using MlNetSer.Onnx;

namespace MlNetSer.Tests.Encoders;

/// <summary>Failures of ONNX Runtime itself, each made here, and messages that others reported.</summary>
public sealed class OnnxFailureTests
{
    [Fact]
    public void Memory_that_is_not_there_is_told_with_its_size_and_what_needs_less()
    {
        var graph = new OnnxGraph("huge");
        var x = graph.Input("x", OnnxType.Float, "n");
        graph.Output(graph.Op("Expand", x, graph.Constant("shape", [1L << 22, 1L << 22], 2)), "y", OnnxType.Float, "a", "b");

        var (cause, told) = Fails(graph, [1f], [1]);

        Assert.Equal(OnnxCause.Memory, cause);
        Assert.StartsWith("it failed: there is not enough memory", told);
        Assert.Contains("make the windows shorter (LongestSeconds of the encoder's profile)", told);
        Assert.DoesNotContain("too short", told);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_told_as_such()
    {
        var graph = new OnnxGraph("sizes");
        var x = graph.Input("x", OnnxType.Float, "n");
        graph.Output(graph.Op("Reshape", x, graph.Constant("shape", [2L, 7], 2)), "y", OnnxType.Float, "a", "b");

        var (cause, told) = Fails(graph, [1f, 2, 3], [3]);

        Assert.Equal(OnnxCause.Shape, cause);
        Assert.Contains("sizes do not fit.", told);
        Assert.Contains("ONNX Runtime says: Reshape node: ", told);
    }

    [Fact]
    public void An_operator_that_does_not_exist_is_told_when_an_encoder_is_loaded()
    {
        var graph = new OnnxGraph("new");
        var x = graph.Input("features", OnnxType.Float, "b", "t", 80);
        graph.Output(graph.Op("AttentionOfTomorrow", x), "block_01", OnnxType.Float, "b", "t", 80);
        var encoder = SpeechEncoder.FromBytes(graph.ToBytes(), EncoderProfile.NemoCtcKaldi);

        var error = Assert.Throws<InvalidDataException>(() => new EmbeddingExtractor(encoder));

        Assert.StartsWith("The encoder cannot be loaded: this ONNX Runtime does not have an operator of the model.", error.Message);
        Assert.Contains("AttentionOfTomorrow", error.Message);
        Assert.IsType<OnnxRuntimeException>(error.InnerException);
    }

    [Fact]
    public void Types_that_do_not_fit_are_told_as_such()
    {
        var graph = new OnnxGraph("types");
        graph.Output(graph.Op("Identity", graph.Input("x", OnnxType.Int64, "n")), "y", OnnxType.Int64, "n");

        var (cause, told) = Fails(graph, [1f], [1]);

        Assert.Equal(OnnxCause.Type, cause);
        Assert.Contains("types of numbers do not fit", told);
    }

    [Fact]
    public void Bytes_that_are_no_model_are_told_as_such()
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

        var error = Assert.Throws<InvalidDataException>(()
            => OnnxFailure.Told("The encoder cannot be loaded", () => new InferenceSession([1, 2, 3, 4], options)));

        Assert.Contains("the model is damaged, or no valid ONNX", error.Message);
    }

    [Theory]
    [InlineData(nameof(OnnxCause.Memory),
        "[ErrorCode:RuntimeException] Non-zero status code returned while running Where node. Name:'/Where' Status Message: "
            + "bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 32400000000")]
    [InlineData(nameof(OnnxCause.Memory), "[ErrorCode:RuntimeException] std::bad_alloc")]
    [InlineData(nameof(OnnxCause.Memory), "CUDA failure 2: out of memory ; GPU=0 ; expr=cudaMalloc((void**)&p, size);")]
    [InlineData(nameof(OnnxCause.Provider),
        "[ErrorCode:RuntimeException] Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.12: cannot open "
            + "shared object file")]
    [InlineData(nameof(OnnxCause.Shape),
        "[ErrorCode:RuntimeException] Non-zero status code returned while running Conv node. Name:'conv' Status Message: Invalid input "
            + "shape: {1,39}")]
    [InlineData(nameof(OnnxCause.Operator), "[ErrorCode:NotImplemented] Could not find an implementation for Conv(11) node with name 'x'")]
    [InlineData(nameof(OnnxCause.Unknown), "something that was never seen")]
    public void Reported_messages_have_their_cause(string cause, string message)
        => Assert.Equal(cause, OnnxFailure.Cause(message).ToString());

    [Fact]
    public void The_thirty_minutes_of_the_report_are_told_with_32_GB_and_a_cause_that_is_not_known_without_a_guess()
    {
        var memory = OnnxFailure.Tell(new InvalidOperationException("while running Where node. Name:'/Where' Status Message: Failed to "
            + "allocate memory for requested buffer of size 32400000000"), "it failed");

        Assert.StartsWith("it failed: there is not enough memory (a piece of 32.4 GB).", memory);
        Assert.EndsWith("ONNX Runtime says: Where node: Failed to allocate memory for requested buffer of size 32400000000", memory);
        Assert.Equal("it failed: ONNX Runtime says: something else",
            OnnxFailure.Tell(new InvalidOperationException("something else"), "it failed"));
    }

    private static (OnnxCause Cause, string Told) Fails(OnnxGraph graph, float[] values, long[] shape)
    {
        using var options = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL
        };
        using var session = new InferenceSession(graph.ToBytes(), options);
        using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var x = OrtValue.CreateTensorValueFromMemory(values, shape);
        var error = Assert.Throws<OnnxRuntimeException>(() => session.Run(run, ["x"], [x], ["y"]));
        return (OnnxFailure.Cause(error.Message), OnnxFailure.Tell(error, "it failed"));
    }
}
