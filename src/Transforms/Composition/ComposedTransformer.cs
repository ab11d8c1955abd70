using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;

namespace MlNetSer;

/// <summary>A fitted component: a composition of built-in ML.NET transformers, and saved as such.</summary>
/// <remarks>
/// ML.NET keeps its save machinery to itself, so what is configured or learned travels as an ONNX graph and what is code as a contract
/// mapping (docs/decisions/0001-state-travels-as-onnx.md). A saved component therefore comes back as a plain chain of ML.NET's own parts.
/// One prediction engine or cursor serves one thread at a time: several threads in one engine corrupt memory, and the process ends
/// (docs/serving.md).
/// </remarks>
public sealed class ComposedTransformer : ITransformer, IDisposable
{
    private readonly ITransformer _inner;
    private readonly OnnxFile[] _files;
    private readonly Func<IDataView, IDataView, IDataView>? _view;

    /// <param name="inner">The composition.</param>
    /// <param name="files">Graphs that it reads.</param>
    /// <param name="view">From the input and what the composition makes of it, a view of the same rows and columns that can do
    /// more.</param>
    internal ComposedTransformer(ITransformer inner, OnnxFile[] files, Func<IDataView, IDataView, IDataView>? view = null)
        => (_inner, _files, _view) = (inner, files, view);

    /// <inheritdoc/>
    public bool IsRowToRowMapper => _inner.IsRowToRowMapper;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _inner.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _inner.GetRowToRowMapper(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        var output = _inner.Transform(input);
        return _view is null ? output : _view(input, output);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_inner).Save(ctx);

    /// <summary>Frees the ONNX sessions and deletes the graphs' temporary files; save before.</summary>
    public void Dispose()
    {
        (_inner as IDisposable)?.Dispose();
        foreach (var file in _files)
            file.Dispose();
    }
}
