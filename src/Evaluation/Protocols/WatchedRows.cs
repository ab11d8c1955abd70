using System.Collections.Concurrent;
using Microsoft.ML;

namespace MlNetSer.Protocols;

/// <summary>Rows that remember whether they were read, and which columns of them: a result says what happened, not what was
/// planned.</summary>
internal sealed class WatchedRows(IDataView rows) : IDataView
{
    private readonly ConcurrentDictionary<string, bool> _columns = new(StringComparer.Ordinal);
    private volatile bool _wereRead;

    /// <summary>Whether anyone asked for rows.</summary>
    public bool WereRead => _wereRead;

    /// <summary>Columns that anyone asked for.</summary>
    public IEnumerable<string> Columns => _columns.Keys;

    public bool CanShuffle => rows.CanShuffle;

    public DataViewSchema Schema => rows.Schema;

    public long? GetRowCount() => rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => rows.GetRowCursor(Noted(columnsNeeded), rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => rows.GetRowCursorSet(Noted(columnsNeeded), n, rand);

    private DataViewSchema.Column[] Noted(IEnumerable<DataViewSchema.Column> columns)
    {
        DataViewSchema.Column[] needed = [.. columns];
        _wereRead |= needed.Length > 0;   // counting rows is not reading them
        foreach (var column in needed)
            _columns[column.Name] = true;
        return needed;
    }
}
