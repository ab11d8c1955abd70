using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Onnx;

namespace MlNetSer.Marks;

/// <summary>
/// What made a column, as its pipeline says: components write it as the one slot name of a column <c>(name).Identity</c>, so that no row
/// need be read.
/// </summary>
internal static class PipelineIdentity
{
    /// <summary>A graph that says an identity and computes nothing, for components that have no other graph to say it in.</summary>
    /// <param name="input">A vector of Single that is left alone: OnnxTransformer refuses to be saved without an input.</param>
    /// <param name="column">The column to make.</param>
    /// <param name="identity">What it says.</param>
    public static byte[] Graph(string input, string column, string identity)
    {
        var graph = new OnnxGraph(column);
        graph.Input(input, OnnxType.Float, 1, "values");
        graph.Remark(column, identity);
        return graph.ToBytes();
    }

    /// <summary>What an identity column says; null where it is none.</summary>
    public static string? Said(DataViewSchema.Column identity)
    {
        if (!identity.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        identity.GetSlotNames(ref names);
        return string.Join('\n', names.DenseValues());
    }

    /// <summary>The identities of all components of the data, in order: what an embedding is made by is everything before it.</summary>
    /// <exception cref="ArgumentException">The column's own component does not say who it is, or another has a hand in the
    /// column.</exception>
    public static string Find(DataViewSchema schema, string column)
    {
        List<string> parts = [];
        foreach (var candidate in schema)
        {
            if (!candidate.IsHidden && candidate.Name.EndsWith(Columns.Identity(""), StringComparison.Ordinal)
                && Said(candidate) is { } said)
                parts.Add(said);
        }
        if (schema.GetColumnOrNull(Columns.Identity(column)) is not { } own || Said(own) is null)
        {
            throw new ArgumentException($"Nothing says which front end and encoder made column '{column}': the data has no column "
                + $"'{Columns.Identity(column)}'. "
                + WayOut, "identity");
        }
        if (Lineage.Doubt(schema, schema[column], own) is { } doubt)
            throw new ArgumentException($"The identity of the pipeline is incomplete: {doubt}. {WayOut}", "identity");
        return string.Join('\n', parts);
    }

    private const string WayOut = "Give Cached an identity: a text that changes whenever the front end, the encoder or another "
        + "step changes.";
}
