namespace MlNetSer.Experiments;

/// <summary>The words of a report that a reader may not know (docs/glossary.md has more).</summary>
internal static class ReportWords
{
    public const string Uar = "UAR, unweighted average recall, is the mean of the classes' recalls: guessing scores 1 / classes, however "
        + "unequal the classes are.";
    public const string Block = "A block is one layer of the encoder; block 0 is the filterbank, the encoder's input. Shaded: 95 % "
        + "interval.";

    public static readonly IReadOnlyList<(string, string)> All =
    [
        ("UAR", Uar),
        ("fold", "One split of the speakers into those that train, validate and test. Every speaker is tested once."),
        ("pooled", "All test rows of all folds in one confusion matrix."),
        ("block", "One layer of the speech recogniser's encoder."),
        ("95 % interval", "Where the score would lie in 95 of 100 repetitions with other speakers like these (bootstrap that draws "
            + "speakers)."),
        ("session partner", "The other speaker of the same recorded dialogue, who chooses the epoch."),
        ("audit", "What the sides of a fold share, such as sentences or sessions. Shared speakers are refused; the rest is told."),
    ];

    public static string Interval(ScoreInterval interval) => $"{FigureStyle.Percent(interval.Low)} to {FigureStyle.Percent(interval.High)}";
}
