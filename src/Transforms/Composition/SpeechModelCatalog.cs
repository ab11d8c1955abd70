using Microsoft.ML;
using Microsoft.ML.Runtime;
using MlNetSer.Onnx;

namespace MlNetSer;

/// <summary>Loading of saved models under <c>MLContext</c>.</summary>
public static class SpeechModelCatalog
{
    private const int Tries = 3;

    /// <summary>Loads a saved model as <c>Model.Load</c> does, and says in one sentence what that tells badly or not at all.</summary>
    /// <remarks>
    /// Where the context asks for a GPU that ONNX Runtime cannot use, the model is loaded for the CPU, with one warning in the context's
    /// log; or it is refused, where <c>FallbackToCpu</c> is false. <c>Model.Load</c> ends in <see cref="EntryPointNotFoundException"/>
    /// there on the CPU package. One <c>Model.Load</c> in thousands fails by chance: ML.NET gives its temporary files random names, and
    /// ONNX Runtime takes one that ends in .ort for another format. This one loads again. One prediction engine serves one thread at a
    /// time: several threads in one corrupt memory, and the process ends (docs/serving.md).
    /// </remarks>
    /// <param name="context">The context.</param>
    /// <param name="path">A model that <c>Model.Save</c> wrote.</param>
    /// <param name="inputSchema">The columns that it was made for.</param>
    /// <returns>The model. Dispose it to free its ONNX sessions and temporary files; the end of the process does it too.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidOperationException">The context asks for a GPU that ONNX Runtime cannot use, and not for a fallback to the
    /// CPU.</exception>
    public static ITransformer LoadSpeechModel(this MLContext context, string path, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model at '{path}'. Give the path of a file that ml.Model.Save wrote.", path);
        var gpu = context.GpuDeviceId;
        if (gpu is { } device && Cuda.Failure(device) is { } failure)
        {
            var missing = Cuda.Missing($"MLContext.GpuDeviceId is {device}", failure);
            if (!context.FallbackToCpu)
                throw missing;
            Warn(context, "The model runs on the CPU. " + missing.Message);
            context.GpuDeviceId = null;
        }
        try
        {
            for (var i = 1; ; i++)
            {
                try
                {
                    return context.Model.Load(path, out inputSchema);
                }
                catch (Exception error) when (i < Tries && IsByName(error))
                {
                    // The next random name is another one.
                }
            }
        }
        finally
        {
            context.GpuDeviceId = gpu;
        }
    }

    /// <summary>Lets go of what loaded models keep between rows: tables of filterbanks and resamplers, decoders, word lists.</summary>
    /// <remarks>They are few, a fixed number of each kind, and are made again when a row needs them. For a process that goes on for long
    /// after its last row.</remarks>
    /// <param name="context">The context; they belong to the whole process.</param>
    public static void ReleaseSpeechCaches(this MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        ProcessCaches.Clear();
    }

    private static bool IsByName(Exception? error) => error is not null
        && (error.Message.Contains("ORT model verification failed", StringComparison.Ordinal) || IsByName(error.InnerException));

    private static void Warn(MLContext context, string text)
    {
        using var channel = ((IHostEnvironment)context).Start(nameof(LoadSpeechModel));
        channel.Warning(MessageSensitivity.None, text);
    }
}
