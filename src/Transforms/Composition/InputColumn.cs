using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Marks;

namespace MlNetSer.Composition;

/// <summary>What a component asks of an input column; refused before any work, in ML.NET's own wording.</summary>
internal sealed record InputColumn(string Name, PrimitiveDataViewType ItemType, bool IsVector)
{
    private string Expected => IsVector ? $"Vector<{ItemType}>" : $"{ItemType}";

    public void Check(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(Name) is not { } column)
            throw Missing(schema.Select(c => c.Name));
        var item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        if (column.Type is VectorDataViewType != IsVector || !item.Equals(ItemType))
            throw Mismatch(column.Type.ToString()!);
    }

    public void Check(SchemaShape schema)
    {
        var column = schema.FirstOrDefault(c => c.Name == Name);
        if (column.Name is null)
            throw Missing(schema.Select(c => c.Name));
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar != IsVector || !column.ItemType.Equals(ItemType) || column.IsKey)
            throw Mismatch(column.Kind == SchemaShape.Column.VectorKind.Scalar
                ? column.ItemType.ToString()! : $"Vector<{column.ItemType}>");
    }

    /// <summary>The column is of the right type, but holds something else.</summary>
    public ArgumentOutOfRangeException Mismatch(ColumnKind wanted, ColumnKind found, string wayOut)
        => Mismatch(wanted.ToString(), found, wayOut);

    /// <inheritdoc cref="Mismatch(ColumnKind, ColumnKind, string)"/>
    public ArgumentOutOfRangeException Mismatch(string wanted, ColumnKind found, string wayOut)
        => new("inputSchema", $"Schema mismatch for input column '{Name}': expected {wanted}, got {found}. {wayOut}");

    private ArgumentOutOfRangeException Missing(IEnumerable<string> found)
        => new("inputSchema", $"Could not find input column '{Name}'. The data has: {string.Join(", ", found)}.");

    private ArgumentOutOfRangeException Mismatch(string found)
        => new("inputSchema", $"Schema mismatch for input column '{Name}': expected {Expected}, got {found}.");
}
