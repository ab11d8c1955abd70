using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer;

/// <summary>The one reading of a label column, and the one sentence about a wrong one. Evaluation and Trainers compile the same file, since
/// neither references the other.</summary>
internal static class LabelColumn
{
    /// <summary>The column, where it is a key such as MapValueToKey makes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        if (schema.GetColumnOrNull(name) is not { } column)
            throw Missing(name, schema.Select(c => c.Name));
        return column.Type is KeyDataViewType key && key.RawType == typeof(uint) ? column : throw Mismatch(name, column.Type.ToString()!);
    }

    /// <summary>The same check on a promised schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public static void Check(SchemaShape schema, string name)
    {
        var column = schema.FirstOrDefault(c => c.Name == name);
        if (column.Name is null)
            throw Missing(name, schema.Select(c => c.Name));
        var isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        if (!column.IsKey || !isScalar)
            throw Mismatch(name, isScalar ? column.ItemType.ToString()! : $"Vector<{column.ItemType}>");
    }

    /// <summary>The class names in key order: the values behind the keys, as text; the keys' numbers, from 1, where the column
    /// carries none.</summary>
    public static IReadOnlyList<string> ClassNames(DataViewSchema.Column label)
        => label.Annotations.Schema.GetColumnOrNull("KeyValues") is { Type: VectorDataViewType { ItemType: var item } }
        && Read(label, item) is { } names ? names
            : [.. Enumerable.Range(1, (int)((KeyDataViewType)label.Type).Count).Select(key => key.ToString(CultureInfo.InvariantCulture))];

    private static string[]? Read(DataViewSchema.Column label, DataViewType item) => item switch
    {
        TextDataViewType => Texts<ReadOnlyMemory<char>>(label),
        BooleanDataViewType => Texts<bool>(label),
        NumberDataViewType { RawType: var number } =>
            number == typeof(int) ? Texts<int>(label)
            : number == typeof(long) ? Texts<long>(label)
            : number == typeof(short) ? Texts<short>(label)
            : number == typeof(sbyte) ? Texts<sbyte>(label)
            : number == typeof(byte) ? Texts<byte>(label)
            : number == typeof(ushort) ? Texts<ushort>(label)
            : number == typeof(uint) ? Texts<uint>(label)
            : number == typeof(ulong) ? Texts<ulong>(label)
            : number == typeof(float) ? Texts<float>(label)
            : number == typeof(double) ? Texts<double>(label) : null,
        _ => null,
    };

    private static string[] Texts<T>(DataViewSchema.Column label)
    {
        VBuffer<T> values = default;
        label.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)!)];
    }

    private static ArgumentOutOfRangeException Missing(string name, IEnumerable<string> columns)
        => new("schema", $"Could not find label column '{name}'. The data has: {string.Join(", ", columns)}.");

    private static ArgumentOutOfRangeException Mismatch(string name, string got)
        => new("schema", $"Schema mismatch for label column '{name}': expected Key, got {got}. Append "
        + $"ml.Transforms.Conversion.MapValueToKey(\"{name}\").");
}
