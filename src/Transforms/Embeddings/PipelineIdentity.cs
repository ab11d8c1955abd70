using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Embeddings;

/// <summary>What made a column, as its pipeline says: components write it as the one slot name of a column <c>(name).Identity</c>, so that no row need be read.</summary>
internal static class PipelineIdentity
{
    public static string Column(string name) => name + ".Identity";

    /// <summary>The identities of all components of the data, in order: what an embedding is made by is everything before it.</summary>
    /// <exception cref="ArgumentException">The column's own component does not say who it is.</exception>
    public static string Find(DataViewSchema schema, string column)
    {
        List<string> parts = [];
        foreach (var candidate in schema)
        {
            if (!candidate.IsHidden && candidate.Name.EndsWith(Column(""), StringComparison.Ordinal) && candidate.HasSlotNames())
            {
                VBuffer<ReadOnlyMemory<char>> names = default;
                candidate.GetSlotNames(ref names);
                parts.AddRange(names.DenseValues().Select(name => name.ToString()));
            }
        }
        return schema.GetColumnOrNull(Column(column)) is { } own && own.HasSlotNames() ? string.Join('\n', parts) : throw new ArgumentException(
            $"Nothing says which front end and encoder made column '{column}': the data has no column '{Column(column)}'. Give Cached an identity: a text that changes whenever one of them does.", "identity");
    }
}
