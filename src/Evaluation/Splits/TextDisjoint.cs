namespace MlNetSer;

/// <summary>Takes what the test says out of training and validation.</summary>
internal static class TextDisjoint
{
    public static IReadOnlyList<SpeakerFold> Apply(EvaluationProtocol protocol, IReadOnlyList<SpeakerFold> folds,
        IReadOnlyList<FoldRow> rows)
    {
        if (protocol.Texts == TextOverlap.Allowed)
            return folds;
        var what = protocol.Texts == TextOverlap.ScriptDisjoint ? "script" : "sentence";
        Func<FoldRow, string> said = protocol.Texts == TextOverlap.ScriptDisjoint ? row => row.Script : row => row.Sentence();
        if (rows.FirstOrDefault(row => said(row).Length == 0) is { } silent)
            throw new InvalidOperationException(
                $"{protocol.Texts} needs the {what} of every row; utterance '{silent.Utterance}' has none. "
                + "Fill the column, or leave such rows out.");
        var texts = rows.CountBy(said).ToDictionary(StringComparer.Ordinal);
        if (protocol.TextGroupCount < 1 || protocol.TextGroupCount > texts.Count)
            throw new InvalidOperationException(
                $"{texts.Count} {what}s cannot be divided into {protocol.TextGroupCount} groups; wanted are 1 to {texts.Count}.");

        List<SpeakerFold> disjoint = [];
        foreach (var fold in folds)
        {
            var sides = FoldSides.Of(fold, rows);
            foreach (var group in FoldSplitter.Balance(texts, protocol.TextGroupCount))
            {
                List<FoldRow> test = [.. sides.Test.Where(row => group.Contains(said(row)))];
                if (test.Count > 0)
                    disjoint.Add(Without(test.Select(said).ToHashSet(StringComparer.Ordinal), sides with { Test = test }));
            }

            SpeakerFold Without(HashSet<string> tested, FoldSides part)
            {
                List<LeftOutRows> leftOut = [.. fold.LeftOut];
                if (part.Test.Count < sides.Test.Count)
                    leftOut.Add(LeftOutRows.Of($"tested in other folds, with other {what}s",
                        [.. sides.Test.Except(part.Test).Select(row => row.Utterance)]));
                List<FoldRow> Keep(string side, IReadOnlyList<FoldRow> from)
                {
                    string[] dropped = [.. from.Where(row => tested.Contains(said(row))).Select(row => row.Utterance)];
                    if (dropped.Length > 0)
                        leftOut.Add(LeftOutRows.Of($"their {what} occurs in the test, {side} side", dropped));
                    return dropped.Length < from.Count
                        ? [.. from.Where(row => !tested.Contains(said(row)))]
                        : throw new InvalidOperationException(
                        $"Fold {fold.Number}: every row of the {side} side has a {what} that occurs in the test ({dropped.Length} of "
                        + $"{from.Count}), so none is left. Where all speakers say the same, divide the test: "
                        + $"set {nameof(EvaluationProtocol.TextGroupCount)} to 2 or more.");
                }
                return FoldSides.ToFold(disjoint.Count + 1,
                    part with { Train = Keep("train", part.Train), Validation = Keep("validation", part.Validation) }, rows, leftOut);
            }
        }
        return disjoint;
    }
}
