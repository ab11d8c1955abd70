namespace MlNetSer;

/// <summary>The one fold of a corpus that brings its own split.</summary>
internal static class FixedSplit
{
    public static SpeakerFold Make(EvaluationProtocol protocol, IReadOnlyList<FoldRow> rows)
    {
        var column = protocol.SplitColumn ?? throw new InvalidOperationException(
            $"{nameof(SplitKind.FixedSplit)} needs {nameof(EvaluationProtocol)}.{nameof(EvaluationProtocol.SplitColumn)}: "
            + "the column that names the side of each row.");
        List<FoldRow> Rows(string value) => [.. rows.Where(row => row.Split.Equals(value, StringComparison.OrdinalIgnoreCase))];
        var sides = new FoldSides(Rows(column.Train), Rows(column.Validation), Rows(column.Test));
        if (protocol.Validation == ValidationPolicy.RandomSpeakers)
            sides = DrawValidation(protocol, 1, sides);
        foreach (var (side, value) in sides.Named.Zip([column.Train, column.Validation, column.Test]))
        {
            if (side.Rows.Count == 0)
                throw EmptySide(column.Name, side.Name, value, rows);
        }
        return FoldSides.ToFold(1, sides, rows, [.. OnNoSide(column.Name, sides, rows)]);
    }

    /// <summary>Takes all training rows of some speakers for validation; rows that validated before stay out.</summary>
    public static FoldSides DrawValidation(EvaluationProtocol protocol, int fold, FoldSides sides)
    {
        string[] candidates = [.. sides.Train.Select(row => row.Speaker).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var drawn = FoldSplitter.Draw(protocol, fold, candidates).ToHashSet(StringComparer.Ordinal);
        return sides with
        {
            Train = [.. sides.Train.Where(row => !drawn.Contains(row.Speaker))],
            Validation = [.. sides.Train.Where(row => drawn.Contains(row.Speaker))]
        };
    }

    private static IEnumerable<LeftOutRows> OnNoSide(string column, FoldSides sides, IReadOnlyList<FoldRow> rows)
    {
        var taken = sides.Named.SelectMany(side => side.Rows).ToHashSet<FoldRow>(ReferenceEqualityComparer.Instance);
        return rows.Where(row => !taken.Contains(row)).GroupBy(row => row.Split, StringComparer.Ordinal)
            .OrderBy(others => others.Key, StringComparer.Ordinal)
            .Select(others => LeftOutRows.Of($"{column} = '{others.Key}'", [.. others.Select(row => row.Utterance)]));
    }

    private static InvalidOperationException EmptySide(string column, string side, string value, IReadOnlyList<FoldRow> rows)
    {
        var found = rows.Select(row => row.Split).Distinct().Order(StringComparer.Ordinal).Select(split => $"'{split}'");
        var otherwise = side == "validation" ? $", or use {nameof(ValidationPolicy)}.{nameof(ValidationPolicy.RandomSpeakers)}" : "";
        return new InvalidOperationException($"Column '{column}' has no row '{value}' for the {side} side; it has: "
            + $"{string.Join(", ", found)}. Name its values in {nameof(SplitColumn)}{otherwise}.");
    }
}
