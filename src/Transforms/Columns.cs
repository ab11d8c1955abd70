namespace MlNetSer;

/// <summary>Names of the columns that come with a column of ours and say more about it: one place for all of them. What a column holds is
/// in its annotations (<see cref="Marks.ColumnKind"/>).</summary>
internal static class Columns
{
    /// <summary>Sizes of a sequence column, Int64: blocks, frames, dimension; or frames, dimension.</summary>
    public static string Shape(string name) => name + ".Shape";

    /// <summary>What made the column, as the slot name of a constant column: no row need be read.</summary>
    public static string Identity(string name) => name + ".Identity";

    /// <summary>What a reader noticed about a recording, text; empty where there is nothing.</summary>
    public static string Notes(string name) => name + ".Notes";

    /// <summary>Where a sequence lies outside the data view, two Int64: the id of the source and the row in it.</summary>
    public static string Source(string name) => name + ".Source";

    /// <summary>Attention of each head, heads x blocks x frames.</summary>
    public static string Heads(string name) => name + ".Heads";
}
