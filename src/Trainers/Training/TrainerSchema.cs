using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings;

namespace MlNetSer.Training;

/// <summary>What a trainer asks of its input columns, in ML.NET's own wording.</summary>
internal static class TrainerSchema
{
    public static (DataViewSchema.Column Label, IReadOnlyList<StreamColumns> Streams) Columns(DataViewSchema schema, SpeechTrainerOptions options)
    {
        var label = LabelColumn.Find(schema, options.LabelColumnName);
        return (label, [.. options.Columns().Select(column => Stream(schema, column))]);
    }

    private static StreamColumns Stream(DataViewSchema schema, SequenceColumn column)
    {
        var feature = Find(schema, column.Name, "feature");
        if (feature.Type is not VectorDataViewType { ItemType: NumberDataViewType item } || item != NumberDataViewType.Single)
            throw Mismatch("feature", feature, "Vector<Single>", "EmbedSpeech or ExtractFilterbank writes one.");
        var shape = Find(schema, column.ShapeName, "feature shape");
        if (shape.Type is not VectorDataViewType { ItemType: NumberDataViewType number } || number != NumberDataViewType.Int64)
            throw Mismatch("feature shape", shape, "Vector<Int64>", "EmbedSpeech and ExtractFilterbank write one beside their output.");
        return new StreamColumns(feature, shape, SequenceSources.Pointers(schema, feature));
    }

    /// <summary>The same checks on a promised schema.</summary>
    public static void Check(SchemaShape schema, SpeechTrainerOptions options)
    {
        SchemaShape.Column Find(string name, string role)
        {
            var found = schema.FirstOrDefault(column => column.Name == name);
            return found.Name is not null ? found : throw new ArgumentOutOfRangeException(nameof(schema),
                $"Could not find {role} column '{name}'. The data has: {string.Join(", ", schema.Select(c => c.Name))}.");
        }
        void Want(bool holds, string role, SchemaShape.Column column, string expected)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException(nameof(schema), $"Schema mismatch for {role} column '{column.Name}': expected {expected}, got {column.Kind} of {column.ItemType}.");
        }
        LabelColumn.Check(schema, options.LabelColumnName);
        foreach (var column in options.Columns())
        {
            var (feature, shape) = (Find(column.Name, "feature"), Find(column.ShapeName, "feature shape"));
            Want(feature.ItemType == NumberDataViewType.Single && feature.Kind != SchemaShape.Column.VectorKind.Scalar, "feature", feature, "Vector<Single>");
            Want(shape.ItemType == NumberDataViewType.Int64 && shape.Kind != SchemaShape.Column.VectorKind.Scalar, "feature shape", shape, "Vector<Int64>");
        }
    }

    /// <summary>The class names in key order, as every other part of the project reads them.</summary>
    public static IReadOnlyList<string> ClassNames(DataViewSchema.Column label) => LabelColumn.ClassNames(label);

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string role)
        => schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(schema),
            $"Could not find {role} column '{name}'. The data has: {string.Join(", ", schema.Select(c => c.Name))}.");

    private static ArgumentOutOfRangeException Mismatch(string role, DataViewSchema.Column column, string expected, string wayOut)
        => new("schema", $"Schema mismatch for {role} column '{column.Name}': expected {expected}, got {column.Type}. {wayOut}");
}
