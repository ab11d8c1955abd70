using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Embeddings;

/// <summary>A data view whose embedding comes from a store; every other column is the source's own, as lazy as it was.</summary>
/// <remarks>
/// A row finds its embedding by its own key columns, so it keeps it in any order. Where the source cannot be shuffled, a shuffled cursor keeps the source
/// columns that it is asked for in memory.
/// </remarks>
internal sealed class CachedDataView : IDataView
{
    private readonly IDataView _data;
    private readonly IReadOnlyList<DataViewSchema.Column> _keys;
    private readonly int[] _sourceColumns;   // per column of ours: the source's, or a negative Role

    public CachedDataView(IDataView data, KeyedRows rows, EmbeddingStore store, EmbeddingStoreOptions options)
    {
        (_data, Rows) = (data, rows);
        _keys = KeyedRows.Columns(data.Schema, options);
        Source = new StoreView(store, rows, options.Blocks);
        SourceId = SequenceSources.Register(Source);
        var ours = new (string Name, DataViewType Type, int Role)[]
        {
            (options.ColumnName, new VectorDataViewType(NumberDataViewType.Single), EmbeddingRole),
            (Columns.Shape(options.ColumnName), new VectorDataViewType(NumberDataViewType.Int64, Source.Rank), ShapeRole),
            (Columns.Source(options.ColumnName), new VectorDataViewType(NumberDataViewType.Int64, 2), SourceRole),
        };
        var builder = new DataViewSchema.Builder();
        List<int> sources = [];
        foreach (var column in data.Schema.Where(column => !column.IsHidden && !ours.Any(our => our.Name == column.Name)))
        {
            builder.AddColumn(column.Name, column.Type, column.Annotations);
            sources.Add(column.Index);
        }
        foreach (var (name, type, role) in ours)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            if (role == ShapeRole)
                ColumnKinds.Add(annotations, Kind(data, options));
            builder.AddColumn(name, type, annotations.ToAnnotations());
            sources.Add(role);
        }
        (Schema, _sourceColumns) = (builder.ToSchema(), [.. sources]);
    }

    /// <summary>What the column holds is what was stored, or the chosen blocks of it.</summary>
    private static ColumnKind? Kind(IDataView data, EmbeddingStoreOptions options)
        => ColumnKinds.Of(data.Schema, options.ColumnName) is ColumnKind.Sequences stored && options.Blocks is { } blocks
            ? stored with { Count = blocks.Length } : ColumnKinds.Of(data.Schema, options.ColumnName);

    public const int EmbeddingRole = -1, ShapeRole = -2, SourceRole = -3;

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    public KeyedRows Rows { get; }

    public StoreView Source { get; }

    public long SourceId { get; }

    public IReadOnlyList<DataViewSchema.Column> Keys => _keys;

    public long? GetRowCount() => Rows.RowCount;

    /// <summary>The source's column behind one of ours; a negative role where it is ours alone.</summary>
    public int SourceColumn(int column) => _sourceColumns[column];

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var (active, needed) = Needed(columnsNeeded);
        return new CachedCursor(this, Shuffled(needed, rand).GetRowCursor(needed, rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var (active, needed) = Needed(columnsNeeded);
        return [.. Shuffled(needed, rand).GetRowCursorSet(needed, n, rand).Select(cursor => new CachedCursor(this, cursor, active))];
    }

    private IDataView Shuffled(IReadOnlyList<DataViewSchema.Column> needed, Random? rand)
        => rand is null || _data.CanShuffle ? _data : new MLContext().Data.Cache(_data, [.. needed.Select(column => column.Name)]);

    private (bool[] Active, IReadOnlyList<DataViewSchema.Column> Needed) Needed(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        var active = new bool[Schema.Count];
        foreach (var column in columnsNeeded)
            active[column.Index] = true;
        var needed = _sourceColumns.Where((source, column) => active[column] && source >= 0).ToHashSet();
        if (_sourceColumns.Where((source, column) => active[column] && source < 0).Any())
            needed.UnionWith(_keys.Select(key => key.Index));
        return (active, [.. needed.Order().Select(column => _data.Schema[column])]);
    }
}
