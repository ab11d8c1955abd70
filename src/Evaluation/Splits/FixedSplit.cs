namespace MlNetSer;

/// <summary>The one fold of a corpus that brings its own split.</summary>
internal static class FixedSplit
{
    public static SpeakerFold Make(EvaluationProtocol protocol, IReadOnlyList<FoldRow> rows)
    {
        if (protocol.Column is not { } column)
            throw new InvalidOperationException(
                $"{nameof(SplitKind.FixedSplit)} needs {nameof(EvaluationProtocol)}.{nameof(EvaluationProtocol.Column)}: "
                + "the column that names the side of each row.");
        List<FoldRow> Rows(string value) => [.. rows.Where(row => row.Split.Equals(value, StringComparison.OrdinalIgnoreCase))];
        var sides = new FoldSides(Rows(column.Train), Rows(column.Validation), Rows(column.Test));
        if (protocol.Validation == ValidationPolicy.RandomSpeakers)
            sides = DrawValidation(protocol, 1, sides);
        if (sides.Named.Zip([column.Train, column.Validation, column.Test])
            .FirstOrDefault(side => side.First.Rows.Count == 0) is { Second: { } value, First.Name: var name })
            throw new InvalidOperationException(
                $"Column '{column.Column}' has no row '{value}' for the {name} side; it has: "
                + $"{string.Join(", ", rows.Select(row => row.Split).Distinct().Order(StringComparer.Ordinal).Select(v => $"'{v}'"))}. "
                + $"Name its values in {nameof(SplitColumn)}"
                + (name == "validation" ? $", or use {nameof(ValidationPolicy)}.{nameof(ValidationPolicy.RandomSpeakers)}." : "."));

        var taken = sides.Named.SelectMany(side => side.Rows).ToHashSet<FoldRow>(ReferenceEqualityComparer.Instance);
        var others = rows.Where(row => !taken.Contains(row)).GroupBy(row => row.Split, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal);
        return FoldSides.ToFold(1, sides, rows, [.. others.Select(
            g => LeftOutRows.Of($"{column.Column} = '{g.Key}'", [.. g.Select(row => row.Utterance)]))]);
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
}
