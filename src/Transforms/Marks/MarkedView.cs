using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Marks;

/// <summary>The rows and columns of another data view, with marks on some columns.</summary>
internal class MarkedView : IDataView
{
    private readonly IDataView _rows;

    /// <param name="rows">The view.</param>
    /// <param name="marks">The marks of a visible column; none = it stays as it is.</param>
    public MarkedView(IDataView rows, Func<DataViewSchema.Column, IReadOnlyList<(string Kind, string Text)>> marks)
    {
        _rows = rows;
        var builder = new DataViewSchema.Builder();
        foreach (var column in rows.Schema)
        {
            var added = column.IsHidden ? [] : marks(column);
            builder.AddColumn(column.Name, column.Type, added.Count == 0 ? column.Annotations : ColumnMarks.Add(column.Annotations, added));
        }
        Schema = builder.ToSchema();   // hidden columns included, so indexes are the same
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _rows.CanShuffle;

    public long? GetRowCount() => _rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(Schema, _rows.GetRowCursor(Own(columnsNeeded), rand));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [.. _rows.GetRowCursorSet(Own(columnsNeeded), n, rand).Select(cursor => new Cursor(Schema, cursor))];

    private IEnumerable<DataViewSchema.Column> Own(IEnumerable<DataViewSchema.Column> columns)
        => [.. columns.Select(column => _rows.Schema[column.Index])];

    private sealed class Cursor(DataViewSchema schema, DataViewRowCursor rows) : DataViewRowCursor
    {
        public override DataViewSchema Schema => schema;

        public override long Position => rows.Position;

        public override long Batch => rows.Batch;

        public override bool MoveNext() => rows.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => rows.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => rows.IsColumnActive(rows.Schema[column.Index]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
            => rows.GetGetter<TValue>(rows.Schema[column.Index]);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
