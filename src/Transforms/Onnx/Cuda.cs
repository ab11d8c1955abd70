using Microsoft.ML.OnnxRuntime;

namespace MlNetSer.Onnx;

/// <summary>Whether ONNX Runtime can compute on a CUDA device: asked of the device, because the package is there on machines without
/// one.</summary>
internal static class Cuda
{
    private static readonly BoundedCache<int, Exception?> s_failures = new(16, Try);

    /// <summary>Why a device cannot be used; null = it can.</summary>
    public static Exception? Failure(int device) => s_failures.Get(device);

    /// <summary>Whether an error of ML.NET's says that there is no CUDA.</summary>
    public static bool IsMissing(Exception error)
        => error is EntryPointNotFoundException && Says(error)
            || error is InvalidOperationException { InnerException: OnnxRuntimeException cause } && Says(cause);

    /// <summary>The one sentence for it.</summary>
    /// <param name="asked">Who asked: the option and its value.</param>
    /// <param name="cause">What ONNX Runtime or ML.NET said.</param>
    public static InvalidOperationException Missing(string asked, Exception cause) => new(cause is EntryPointNotFoundException
        ? $"{asked}, but this ONNX Runtime is built for the CPU alone. Install Microsoft.ML.OnnxRuntime.Gpu in its place (Build with "
            + "-p:Accelerator=cuda, docs/gpu.md), or leave GpuDeviceId null."
        : $"{asked}, but ONNX Runtime finds no CUDA device that it can use. Build with -p:Accelerator=cuda on a machine with a GPU, its "
            + "driver, CUDA 13 and cuDNN 9 (docs/gpu.md), or leave GpuDeviceId null.", cause);

    private static bool Says(Exception error) => error.Message.Contains("CUDA", StringComparison.OrdinalIgnoreCase);

    /// <summary>The package, the libraries it needs, the driver and the device are all there only where a session runs.</summary>
    private static Exception? Try(int device)
    {
        var graph = new OnnxGraph("probe");
        graph.Output(graph.Op("Neg", graph.Input("x", OnnxType.Float, 1)), "y", OnnxType.Float, 1);
        var environment = OrtEnv.Instance();
        var level = environment.EnvLogLevel;
        try
        {
            // what it says of missing libraries is said in one sentence, not in four red lines
            environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            options.AppendExecutionProvider_CUDA(device);
            using var session = new InferenceSession(graph.ToBytes(), options);
            using var x = OrtValue.CreateTensorValueFromMemory([1f], [1]);
            using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var results = session.Run(run, ["x"], [x], ["y"]);
            return null;
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException or DllNotFoundException)
        {
            return error;
        }
        finally
        {
            environment.EnvLogLevel = level;
        }
    }
}
