using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;
using MlNetSer.Marks;
using MlNetSer.Onnx;

namespace MlNetSer;

/// <summary>An estimator that learns nothing and is a composition of ML.NET's own parts.</summary>
public abstract class ComposedEstimator : IEstimator<ComposedTransformer>
{
    private readonly TransformsCatalog _transforms;

    // Made to tell the schema, used by the next Fit of a column of the same kind: loading a model takes seconds.
    private (IEstimator<ITransformer> Chain, OnnxFile[] Files, ColumnKind? For)? _composed;

    private protected ComposedEstimator(TransformsCatalog transforms, InputColumn input)
    {
        ArgumentNullException.ThrowIfNull(transforms);
        (_transforms, Input) = (transforms, input);
    }

    private protected InputColumn Input { get; }

    /// <summary>What the input column holds, by the schema that is composed for; null = its maker did not say.</summary>
    private protected ColumnKind? InputKind { get; private set; }

    /// <summary>
    /// The component as ML.NET parts, made by the user's own catalog: its context says on which GPU graphs run, and takes the messages.
    /// Graphs that it needs are handed to <paramref name="file"/>, which gives their path.
    /// </summary>
    private protected abstract IEstimator<ITransformer> Compose(TransformsCatalog transforms, Func<byte[], string> file);

    /// <summary>Refuses a column that holds what the component cannot take.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does.</exception>
    private protected virtual void Accept(ColumnKind? kind)
    {
    }

    /// <summary>
    /// What the transformer gives in place of what the composition makes of a data view: the same rows and columns, with a faster way for
    /// bulk work; null = that itself.
    /// </summary>
    private protected virtual Func<IDataView, IDataView, IDataView>? View() => null;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The context asks for a GPU that ONNX Runtime does not have.</exception>
    public ComposedTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Input.Check(input.Schema);
        var (chain, files, _) = ComposedFor(ColumnKinds.Of(input.Schema, Input.Name));
        _composed = null;   // its files belong to the transformer now
        return new ComposedTransformer(chain.Fit(input), files, View());
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        Input.Check(inputSchema);
        return ComposedFor(ColumnKinds.Of(inputSchema, Input.Name)).Chain.GetOutputSchema(inputSchema);
    }

    private (IEstimator<ITransformer> Chain, OnnxFile[] Files, ColumnKind? For) ComposedFor(ColumnKind? kind)
    {
        Accept(kind);
        InputKind = kind;
        if (_composed is { } ready && ready.For == kind)
            return ready;
        foreach (var file in _composed?.Files ?? [])
            file.Dispose();
        var composed = ComposeNow(kind);
        _composed = composed;
        return composed;
    }

    private (IEstimator<ITransformer>, OnnxFile[], ColumnKind?) ComposeNow(ColumnKind? kind)
    {
        List<OnnxFile> files = [];
        try
        {
            var chain = Compose(_transforms, bytes =>
            {
                files.Add(new OnnxFile(bytes));
                return files[^1].Path;
            });
            return (FirstStep.Of(_transforms).Append(chain), [.. files], kind);
        }
        catch (Exception error) when (Cuda.IsMissing(error))
        {
            throw Cuda.Missing("MLContext.GpuDeviceId is set", error);
        }
    }
}
