namespace MlNetSer;

/// <summary>The rows of each side of a fold.</summary>
internal sealed record FoldSides(IReadOnlyList<FoldRow> Train, IReadOnlyList<FoldRow> Validation, IReadOnlyList<FoldRow> Test)
{
    /// <summary>The sides by name, in order.</summary>
    public IReadOnlyList<(string Name, IReadOnlyList<FoldRow> Rows)> Named
        => [("train", Train), ("validation", Validation), ("test", Test)];

    /// <summary>The rows that a fold puts on each side.</summary>
    public static FoldSides Of(SpeakerFold fold, IReadOnlyList<FoldRow> rows)
        => new(fold.Train.Rows(rows), fold.Validation.Rows(rows), fold.Test.Rows(rows));

    /// <summary>The fold that puts rows on these sides: by speakers where that says it all, else by utterances.</summary>
    public static SpeakerFold ToFold(int number, FoldSides sides, IReadOnlyList<FoldRow> rows, IReadOnlyList<LeftOutRows> leftOut)
    {
        static string[] Speakers(IReadOnlyList<FoldRow> side)
            => [.. side.Select(row => row.Speaker).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        static string[] Names(IReadOnlyList<FoldRow> side) => [.. side.Select(row => row.Utterance).Order(StringComparer.Ordinal)];
        var fold = new SpeakerFold
        {
            Number = number,
            TrainSpeakers = Speakers(sides.Train),
            ValidationSpeakers = Speakers(sides.Validation),
            TestSpeakers = Speakers(sides.Test),
            LeftOut = leftOut,
        };
        var bySpeaker = Of(fold, rows);
        var finer = bySpeaker.Named.Zip(sides.Named).Any(pair => pair.First.Rows.Count != pair.Second.Rows.Count);
        return !finer ? fold : fold with
        {
            Utterances = new FoldUtterances
            {
                Train = Names(sides.Train),
                Validation = Names(sides.Validation),
                Test = Names(sides.Test),
            },
        };
    }
}
