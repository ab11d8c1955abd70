using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer;

/// <summary>An estimator that learns nothing and is a composition of ML.NET's own parts.</summary>
public abstract class ComposedEstimator : IEstimator<ComposedTransformer>
{
    private readonly TransformsCatalog _transforms;
    private (IEstimator<ITransformer> Chain, OnnxFile[] Files)? _composed;   // made to tell the schema, used by the next Fit: loading a model takes seconds

    private protected ComposedEstimator(TransformsCatalog transforms, InputColumn input)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        (_transforms, Input) = (transforms, input);
    }

    private protected InputColumn Input { get; }

    /// <summary>The component as ML.NET parts, made by the user's own catalog: its context says on which GPU graphs run, and takes the messages. Graphs that it needs are handed to <paramref name="file"/>, which gives their path.</summary>
    private protected abstract IEstimator<ITransformer> Compose(TransformsCatalog transforms, Func<byte[], string> file);

    /// <summary>What the transformer gives in place of what the composition makes of a data view: the same rows and columns, with a faster way for bulk work; null = that itself.</summary>
    private protected virtual Func<IDataView, IDataView, IDataView>? View => null;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The context asks for a GPU that ONNX Runtime does not have.</exception>
    public ComposedTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Input.Check(input.Schema);
        var (chain, files) = _composed ?? ComposeNow();
        _composed = null;   // its files belong to the transformer now
        return new ComposedTransformer(chain.Fit(input), files, View);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Input.Check(inputSchema);
        _composed ??= ComposeNow();
        return _composed.Value.Chain.GetOutputSchema(inputSchema);
    }

    private (IEstimator<ITransformer>, OnnxFile[]) ComposeNow()
    {
        List<OnnxFile> files = [];
        try
        {
            var chain = Compose(_transforms, bytes =>
            {
                files.Add(new OnnxFile(bytes));
                return files[^1].Path;
            });
            return (chain, [.. files]);
        }
        catch (EntryPointNotFoundException error) when (error.Message.Contains("CUDA", StringComparison.Ordinal))
        {
            // Microsoft.ML.OnnxRuntime without Gpu has no such function, so that ML.NET's FallbackToCpu does not come to its turn.
            throw new InvalidOperationException("MLContext.GpuDeviceId is set, but this ONNX Runtime is built for the CPU alone. Build with -p:Accelerator=cuda (docs/gpu.md), or leave GpuDeviceId null.", error);
        }
    }
}
