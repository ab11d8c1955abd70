namespace MlNetSer;

/// <summary>The rows of each side of a fold.</summary>
internal sealed record FoldSides(IReadOnlyList<FoldRow> Train, IReadOnlyList<FoldRow> Validation, IReadOnlyList<FoldRow> Test)
{
    /// <summary>The sides by name, in order.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<FoldRow> Rows)> Named
        => [("train", Train), ("validation", Validation), ("test", Test)];

    /// <summary>The rows that a fold puts on each side.</summary>
    public static FoldSides Of(SpeakerFold fold, IReadOnlyList<FoldRow> rows)
    {
        List<FoldRow> Side(IReadOnlyList<string> speakers, IReadOnlyList<string>? utterances)
        {
            var wanted = (utterances ?? speakers).ToHashSet(StringComparer.Ordinal);
            return [.. rows.Where(row => wanted.Contains(utterances is null ? row.Speaker : row.Utterance))];
        }
        return new FoldSides(Side(fold.TrainSpeakers, fold.Utterances?.Train), Side(fold.ValidationSpeakers, fold.Utterances?.Validation),
            Side(fold.TestSpeakers, fold.Utterances?.Test));
    }

    /// <summary>The fold that puts rows on these sides: by speakers where that says it all, else by utterances.</summary>
    public static SpeakerFold ToFold(int number, FoldSides sides, IReadOnlyList<FoldRow> rows, IReadOnlyList<LeftOutRows> leftOut)
    {
        static string[] Speakers(IReadOnlyList<FoldRow> side)
            => [.. side.Select(row => row.Speaker).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        static string[] Names(IReadOnlyList<FoldRow> side) => [.. side.Select(row => row.Utterance).Order(StringComparer.Ordinal)];
        var fold = new SpeakerFold(number, Speakers(sides.Train), Speakers(sides.Validation), Speakers(sides.Test)) { LeftOut = leftOut };
        var bySpeaker = Of(fold, rows);
        var finer = bySpeaker.Named.Zip(sides.Named).Any(pair => pair.First.Rows.Count != pair.Second.Rows.Count);
        return finer ? fold with { Utterances = new FoldUtterances(Names(sides.Train), Names(sides.Validation), Names(sides.Test)) } : fold;
    }
}
