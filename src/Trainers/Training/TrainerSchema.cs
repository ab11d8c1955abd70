using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Marks;

namespace MlNetSer.Training;

/// <summary>What a trainer asks of its input columns, in ML.NET's own wording.</summary>
internal static class TrainerSchema
{
    private const string MakeFeatures = "EmbedSpeech or ExtractFilterbank writes one.";
    private const string MakeShapes = "EmbedSpeech and ExtractFilterbank write one with their output.";

    public static (DataViewSchema.Column Label, IReadOnlyList<StreamColumns> Streams) Columns(
        DataViewSchema schema, SpeechTrainerOptions options)
    {
        var label = LabelColumn.Find(schema, options.LabelColumnName);
        CheckKinds(options, name => ColumnKinds.Of(schema, name));
        return (label, [.. options.Columns().Select(column => Stream(schema, column))]);
    }

    private static StreamColumns Stream(DataViewSchema schema, SequenceColumn column)
    {
        var feature = Find(schema, column.Name, "feature");
        if (feature.Type is not VectorDataViewType { ItemType: NumberDataViewType item } || item != NumberDataViewType.Single)
            throw Mismatch("feature", feature, "Vector<Single>", MakeFeatures);
        var shape = Find(schema, column.ShapeName, "feature shape");
        if (shape.Type is not VectorDataViewType { ItemType: NumberDataViewType number } || number != NumberDataViewType.Int64)
            throw Mismatch("feature shape", shape, "Vector<Int64>", MakeShapes);
        return new StreamColumns(feature, shape, SequenceSources.Pointers(schema, feature, shape));
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
        void Want(bool holds, string role, SchemaShape.Column column, string expected, string wayOut)
        {
            if (!holds)
                throw Mismatch(role, column.Name, expected, Named(column), wayOut);
        }
        LabelColumn.Check(schema, options.LabelColumnName);
        CheckKinds(options, name => ColumnKinds.Of(schema, name));
        foreach (var column in options.Columns())
        {
            var (feature, shape) = (Find(column.Name, "feature"), Find(column.ShapeName, "feature shape"));
            Want(feature.ItemType == NumberDataViewType.Single && feature.Kind != SchemaShape.Column.VectorKind.Scalar, "feature", feature,
                "Vector<Single>", MakeFeatures);
            Want(shape.ItemType == NumberDataViewType.Int64 && shape.Kind != SchemaShape.Column.VectorKind.Scalar, "feature shape", shape,
                "Vector<Int64>", MakeShapes);
        }
    }

    /// <summary>Refuses columns that hold what the network cannot learn from, as far as their makers said.</summary>
    private static void CheckKinds(SpeechTrainerOptions options, Func<string, ColumnKind?> kindOf)
    {
        ColumnKind?[] kinds = [.. options.Columns().Select(column => kindOf(column.Name))];
        foreach (var (column, kind) in options.Columns().Zip(kinds))
        {
            if (kind is ColumnKind.Waveform)
                throw Mismatch("feature", column.Name, "embeddings or a filterbank", kind.ToString(),
                    "Append EmbedSpeech or ExtractFilterbank, and train on its column.");
        }
        CheckSequenceCounts(options, stream => kinds[stream]?.SequenceCount);
    }

    /// <summary>Refuses another number of sequences than the network is for.</summary>
    /// <param name="options">The trainer's options.</param>
    /// <param name="countOf">How many sequences the column of a stream has; null = not known.</param>
    public static void CheckSequenceCounts(SpeechTrainerOptions options, Func<int, int?> countOf)
    {
        var trainer = options.GetType().Name.Replace("Options", "", StringComparison.Ordinal);
        int? total = 0;
        var columns = options.Columns();
        for (var stream = 0; stream < columns.Count; stream++)
        {
            var (name, blocks, count) = (columns[stream].Name, columns[stream].Blocks, countOf(stream));
            if (blocks?.FirstOrDefault(block => block < 1 || block > count) is { } wrong and not 0)
                throw new InvalidOperationException($"Block {wrong} of column '{name}' is asked for, but it has blocks 1 to {count}.");
            total += blocks?.Count ?? count;
        }
        if (!options.WeighsSequences && total > 1)
            throw new InvalidOperationException($"Column '{columns[0].Name}' has {total} blocks, but {trainer} takes one sequence. Set "
                + $"{trainer}Options.Block, or embed one block only.");
        if (options.WeighsSequences && total == 1)
            throw new InvalidOperationException($"Column '{columns[0].Name}' gives one sequence, but {trainer} weighs several against each "
                + "other. Use RnnMhsa, or give it more blocks of an encoder.");
    }

    /// <summary>Refuses a validation set whose columns another encoder or filterbank made, before anything is read.</summary>
    public static void CheckTogether(DataViewSchema train, DataViewSchema? validation, SpeechTrainerOptions options)
    {
        if (validation is null)
            return;
        foreach (var column in options.Columns())
        {
            if (ColumnKinds.Of(train, column.Name) is { } own && ColumnKinds.Of(validation, column.Name) is { } other && own != other)
                throw new InvalidOperationException($"Column '{column.Name}' holds {other} in the validation data, and {own} in the "
                    + "training data, and one thing did not make both. Embed both with one encoder and one front end.");
        }
    }

    /// <summary>The class names in key order, as every other part of the project reads them.</summary>
    public static IReadOnlyList<string> ClassNames(DataViewSchema.Column label) => LabelColumn.ClassNames(label);

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string role)
        => schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(nameof(schema),
            $"Could not find {role} column '{name}'. The data has: {string.Join(", ", schema.Select(c => c.Name))}.");

    private static ArgumentOutOfRangeException Mismatch(string role, DataViewSchema.Column column, string expected, string wayOut)
        => Mismatch(role, column.Name, expected, column.Type.ToString()!, wayOut);

    private static ArgumentOutOfRangeException Mismatch(string role, string column, string expected, string found, string wayOut)
        => new("schema", $"Schema mismatch for {role} column '{column}': expected {expected}, got {found}. {wayOut}");

    /// <summary>A promised type in the words that a delivered one has for itself.</summary>
    private static string Named(SchemaShape.Column column)
    {
        var item = column.IsKey ? $"Key<{column.ItemType}>" : column.ItemType.ToString();
        return column.Kind == SchemaShape.Column.VectorKind.Scalar ? item! : $"Vector<{item}>";
    }
}
