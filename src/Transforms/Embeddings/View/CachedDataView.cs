using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Embeddings.Keys;
using MlNetSer.Embeddings.Shards;
using MlNetSer.Embeddings.View;
using MlNetSer.Marks;

namespace MlNetSer;

/// <summary>A data view whose embedding comes from a store; every other column is the source's own, as lazy as it was.</summary>
/// <remarks>
/// A row finds its embedding by its own key columns, so it keeps it in any order. Where the source cannot be shuffled, a shuffled cursor
/// keeps the source columns that it is asked for in memory. Many cursors may read at once. Disposing closes the store's files and forgets
/// them; a view that is never disposed is closed when it is collected.
/// </remarks>
public sealed class CachedDataView : IDataView, IDisposable
{
    private readonly IDataView _data;
    private readonly IReadOnlyList<DataViewSchema.Column> _keys;
    private readonly int[] _sourceColumns;   // per column of ours: the source's, or a negative Role
    private readonly EmbeddingStore _store;
    private readonly RememberedStore? _remembered;
    private readonly ProcessRegistry<ISequenceSource>.Registration _registration;
    private bool _disposed;

    internal CachedDataView(IDataView data, KeyedRows rows, EmbeddingStore store, EmbeddingStoreOptions options, StoredWithout without,
        RememberedStore? remembered)
    {
        (_data, Rows, _store, _remembered, LeftOut, LeftOutRows) = (data, rows, store, remembered, without.Utterances, without.Rows);
        _keys = KeyedRows.Columns(data.Schema, options);
        Source = new StoreView(store, rows, options.Blocks);
        if (Enumerable.Range(0, rows.Entries.Count).FirstOrDefault(entry => !Source.Holds(entry) && !without.Entries.Contains(entry),
            -1) is >= 0 and var lost)
        {
            throw new InvalidDataException($"'{store.Folder}' does not hold '{rows.Entries[lost].Name}' any more: a shard was deleted "
                + "since it was filled, or another "
                + "process could not embed it. Call Cached again.");
        }
        _registration = SequenceSources.Register(Source);
        var pointers = Columns.Source(options.ColumnName);
        List<(string, string)> marks = [(ColumnMarks.Source, SequenceSources.Mark(SourceId, pointers))];
        if (ColumnMarks.Read(data.Schema[options.ColumnName], ColumnMarks.Origin) is { } origin)
            marks.Add((ColumnMarks.Origin, options.Blocks is null ? origin : $"{origin}\nblocks {string.Join(", ", options.Blocks)}"));
        List<(string, string)> shapeMarks = [(ColumnMarks.Source, SequenceSources.Mark(SourceId)), .. marks.Skip(1)];
        if (LeftOut.Count > 0)
            marks.Add((ColumnMarks.LeftOut, LeftOutText = without.Text(rows.RowCount)));
        if (IdenticalRecordings.Count > 0)
            marks.Add((ColumnMarks.IdenticalRecordings, string.Join('\n', IdenticalRecordings.Select(paths => string.Join('\t', paths)))));
        var ours = new (string Name, DataViewType Type, int Role, IReadOnlyList<(string, string)> Marks)[]
        {
            (options.ColumnName, new VectorDataViewType(NumberDataViewType.Single), EmbeddingRole, marks),
            (Columns.Shape(options.ColumnName), new VectorDataViewType(NumberDataViewType.Int64, Source.Rank), ShapeRole, shapeMarks),
            (pointers, new VectorDataViewType(NumberDataViewType.Int64, 2), SourceRole,
                [(ColumnMarks.Source, SequenceSources.Mark(SourceId))]),
        };
        var builder = new DataViewSchema.Builder();
        List<int> sources = [];
        foreach (var column in data.Schema.Where(column => !column.IsHidden && !ours.Any(our => our.Name == column.Name)))
        {
            builder.AddColumn(column.Name, column.Type, column.Annotations);
            sources.Add(column.Index);
        }
        foreach (var our in ours)
        {
            builder.AddColumn(our.Name, our.Type, ColumnMarks.Add(our.Role == ShapeRole ? KindOf(data, options) : null, our.Marks));
            sources.Add(our.Role);
        }
        (Schema, _sourceColumns) = (builder.ToSchema(), [.. sources]);
    }

    internal const int EmbeddingRole = -1, ShapeRole = -2, SourceRole = -3;

    /// <inheritdoc/>
    public DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public bool CanShuffle => true;

    /// <summary>Where the embeddings lie: the folder that was given, or the one inside it that belongs to the front end and
    /// encoder.</summary>
    public string Folder => _store.Folder;

    /// <summary>Utterances whose rows the view lacks, because they could not be read or embedded
    /// (<see cref="EmbeddingStoreOptions.LeaveOutUnreadable"/>).</summary>
    public IReadOnlyList<UnreadableUtterance> LeftOut { get; }

    /// <summary>The same in one line, "3 of 12 left out: a.wav, b.wav, c.wav", as the annotation <c>MlNetSer.LeftOut</c> of the embedding
    /// column says it; null where nothing was.</summary>
    public string? LeftOutText { get; }

    /// <summary>Paths of recordings that are the same, byte for byte: a list for each recording that the data has under several paths.
    /// Each is stored once.</summary>
    public IReadOnlyList<IReadOnlyList<string>> IdenticalRecordings => Rows.IdenticalRecordings;

    internal KeyedRows Rows { get; }

    internal StoreView Source { get; }

    internal long SourceId => _registration.Id;

    internal IReadOnlyList<DataViewSchema.Column> Keys => _keys;

    /// <summary>What the key columns say of the rows that are left out, and how many rows say it.</summary>
    internal IReadOnlyDictionary<string, int> LeftOutRows { get; }

    /// <inheritdoc/>
    public long? GetRowCount() => Rows.RowCount - LeftOutRows.Values.Sum();

    /// <summary>The source's column behind one of ours; a negative role where it is ours alone.</summary>
    internal int SourceColumn(int column) => _sourceColumns[column];

    /// <inheritdoc/>
    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var (active, needed) = Needed(columnsNeeded);
        return new CachedCursor(this, Shuffled(needed, rand).GetRowCursor(needed, rand), active);
    }

    /// <inheritdoc/>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var (active, needed) = Needed(columnsNeeded);
        return [.. Shuffled(needed, rand).GetRowCursorSet(needed, n, rand).Select(cursor => new CachedCursor(this, cursor, active))];
    }

    /// <summary>Closes the store's files. Cursors and trainings that read them fail from then on.</summary>
    public void Dispose()
    {
        _disposed = true;
        _registration.Dispose();
        if (_remembered is not null)
            RememberedStores.Forget(_remembered);
        _store.Dispose();
    }

    /// <summary>What the column holds is what was stored, or the chosen blocks of it.</summary>
    private static DataViewSchema.Annotations KindOf(IDataView data, EmbeddingStoreOptions options)
    {
        var kind = ColumnKinds.Of(data.Schema, options.ColumnName);
        if (kind is ColumnKind.Sequences stored && options.Blocks is { } blocks)
            kind = stored with { Count = blocks.Length };
        var annotations = new DataViewSchema.Annotations.Builder();
        ColumnKinds.Add(annotations, kind);
        return annotations.ToAnnotations();
    }

    private IDataView Shuffled(IReadOnlyList<DataViewSchema.Column> needed, Random? rand)
        => rand is null || _data.CanShuffle ? _data : new MLContext().Data.Cache(_data, [.. needed.Select(column => column.Name)]);

    private (bool[] Active, IReadOnlyList<DataViewSchema.Column> Needed) Needed(IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        if (_disposed)
            throw new ObjectDisposedException(nameof(CachedDataView),
                $"The cached embeddings in '{Folder}' were disposed of. Keep them open while they are read, or call Cached again.");
        var active = new bool[Schema.Count];
        foreach (var column in columnsNeeded)
            active[column.Index] = true;
        var needed = _sourceColumns.Where((source, column) => active[column] && source >= 0).ToHashSet();
        if (LeftOutRows.Count > 0 || _sourceColumns.Where((source, column) => active[column] && source < 0).Any())
            needed.UnionWith(_keys.Select(key => key.Index));
        return (active, [.. needed.Order().Select(column => _data.Schema[column])]);
    }
}
