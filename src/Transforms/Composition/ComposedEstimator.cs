using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer;

/// <summary>An estimator that learns nothing and is a composition of ML.NET's own parts.</summary>
public abstract class ComposedEstimator : IEstimator<ComposedTransformer>
{
    private (IEstimator<ITransformer> Chain, OnnxFile[] Files)? _composed;   // made to tell the schema, used by the next Fit: loading a model takes seconds

    private protected ComposedEstimator(InputColumn input) => Input = input;

    private protected InputColumn Input { get; }

    /// <summary>The component as ML.NET parts; graphs that it needs are handed to <paramref name="file"/>, which gives their path.</summary>
    private protected abstract IEstimator<ITransformer> Compose(MLContext ml, Func<byte[], string> file);

    /// <summary>What the transformer gives in place of what the composition makes of a data view: the same rows and columns, with a faster way for bulk work; null = that itself.</summary>
    private protected virtual Func<IDataView, IDataView, IDataView>? View => null;

    /// <inheritdoc/>
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
        var chain = Compose(new MLContext(), bytes =>
        {
            files.Add(new OnnxFile(bytes));
            return files[^1].Path;
        });
        return (chain, [.. files]);
    }
}
