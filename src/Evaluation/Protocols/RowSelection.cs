using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer.Protocols;

/// <summary>Selects rows of a data view by the values of a text column.</summary>
internal static class RowSelection
{
    /// <summary>The rows that a protocol's filter keeps.</summary>
    /// <exception cref="InvalidOperationException">The filter keeps nothing.</exception>
    public static IDataView Filter(MLContext ml, IDataView data, RowFilter? filter)
    {
        if (filter is null)
            return data;
        string[] values = [.. RowReader.TextColumn(data, filter.Column).Distinct()], kept = [.. values.Where(filter.Keeps)];
        return kept.Length > 0 ? Only(ml, data, filter.Column, kept) : throw new InvalidOperationException(
            $"No row has {filter.Column} = {string.Join(" or ", filter.Values)}; the column has: "
            + $"{string.Join(", ", values.Order(StringComparer.Ordinal).Take(20))}.");
    }

    /// <summary>The rows of one side of a fold.</summary>
    public static IDataView Side(MLContext ml, IDataView rows, EvaluationColumns columns, FoldSide side)
        => Only(ml, rows, side.Column(columns), side.Names);

    private static IDataView Only(MLContext ml, IDataView data, string column, IEnumerable<string> kept)
    {
        var wanted = kept.ToHashSet(StringComparer.Ordinal);
        var named = ml.Transforms.CopyColumns(nameof(KeptRow.MlNetSerKept), column).Fit(data).Transform(data);
        var filtered = ml.Data.FilterByCustomPredicate<KeptRow>(named, row => !wanted.Contains(row.MlNetSerKept));
        return ml.Transforms.DropColumns(nameof(KeptRow.MlNetSerKept)).Fit(filtered).Transform(filtered);
    }

    private sealed class KeptRow
    {
        public string MlNetSerKept { get; set; } = "";
    }
}
