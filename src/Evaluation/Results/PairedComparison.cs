using System.Globalization;

namespace MlNetSer;

/// <summary>Two systems on the same utterances.</summary>
public sealed record PairedComparison
{
    /// <summary>Pooled UAR of the first.</summary>
    public required double FirstUar { get; init; }

    /// <summary>Pooled UAR of the second.</summary>
    public required double SecondUar { get; init; }

    /// <summary>Interval of second − first, drawing speakers; both systems are scored on the same draw.</summary>
    public required ScoreInterval BySpeaker { get; init; }

    /// <summary>The same, drawing utterances one by one: too narrow.</summary>
    public required ScoreInterval ByUtterance { get; init; }

    /// <summary>McNemar's test on the pooled predictions.</summary>
    public required McNemar McNemar { get; init; }

    /// <summary>Utterances that both scored.</summary>
    public required int UtteranceCount { get; init; }

    /// <summary>Their speakers.</summary>
    public required int SpeakerCount { get; init; }

    /// <summary>Second − first.</summary>
    public double Difference => SecondUar - FirstUar;

    /// <summary>Whether 0 lies outside the interval by speaker.</summary>
    public bool Significant => BySpeaker.Low > 0 || BySpeaker.High < 0;

    /// <summary>Compares two results; positive = the second is better.</summary>
    /// <param name="first">One run.</param>
    /// <param name="second">Another, of any system and seed.</param>
    /// <param name="rounds">Bootstrap samples, at least 100. The default is 2,000.</param>
    /// <param name="level">Share inside the intervals, in (0, 1). The default is 0.95.</param>
    /// <param name="seed">Seed of the drawing.</param>
    /// <exception cref="InvalidOperationException">The runs scored different utterances, or have different classes, speakers or
    /// truths.</exception>
    public static PairedComparison Of(SpeakerCrossValidationResult first, SpeakerCrossValidationResult second, int rounds = 2000,
        double level = 0.95, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var classes = first.Pooled.Classes;
        if (!classes.Order(StringComparer.Ordinal).SequenceEqual(second.Pooled.Classes.Order(StringComparer.Ordinal)))
            throw new InvalidOperationException(
                $"The runs have different classes: {string.Join(", ", classes)} and {string.Join(", ", second.Pooled.Classes)}. "
                + "Only runs on the same task can be compared.");
        var a = ByName(first, "first");
        var b = ByName(second, "second");
        string[] onlyA = [.. a.Keys.Except(b.Keys)], onlyB = [.. b.Keys.Except(a.Keys)];
        if (onlyA.Length + onlyB.Length > 0)
            throw new InvalidOperationException(
                $"The runs scored different utterances: {Named(onlyA)} only in the first, {Named(onlyB)} only in the second. "
                + "Compare runs on the same rows.");

        int[] position = [.. second.Pooled.Classes.Select(name => classes.ToList().IndexOf(name))];
        var rows = a.Values.Select(row => (Row: row, Other: b[row.Utterance])).ToList();
        if (rows.FirstOrDefault(pair => position[pair.Other.Truth] != pair.Row.Truth
            || pair.Other.Speaker != pair.Row.Speaker) is { Row: { } odd, Other: var other })
            throw new InvalidOperationException(
                $"Utterance '{odd.Utterance}' is {classes[odd.Truth]} by speaker '{odd.Speaker}' in the first run, "
                + $"{second.Pooled.Classes[other.Truth]} by speaker '{other.Speaker}' in the second. Compare runs on the same labels.");
        return Of(classes.Count, rows.Select(pair => (pair.Row.Speaker, pair.Row.Truth, pair.Row.Predicted,
            position[pair.Other.Predicted])), rounds, level, seed);
    }

    /// <summary>Compares the ensembles of two results on one target; positive = the second is better.</summary>
    /// <inheritdoc cref="Of(SpeakerCrossValidationResult, SpeakerCrossValidationResult, int, double, int)"/>
    public static PairedComparison Of(CrossCorpusResult first, CrossCorpusResult second, int rounds = 2000, double level = 0.95,
        int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        static IEnumerable<(string, string, int)> Rows(CrossCorpusResult result)
            => result.Predictions.Select(row => (row.Utterance, row.Speaker, row.Truth));
        if (!first.Ensemble.Classes.SequenceEqual(second.Ensemble.Classes) || !Rows(first).SequenceEqual(Rows(second)))
            throw new InvalidOperationException(
                $"The results on '{first.Target}' and '{second.Target}' have other rows, classes or labels. "
                + "Compare results on the same target.");
        return Of(first.Ensemble.Classes.Count, first.Predictions.Zip(
            second.Predictions, (a, b) => (a.Speaker, a.Truth, a.Ensemble, b.Ensemble)), rounds, level, seed);
    }

    /// <summary>Compares two systems' predictions; positive = the second is better.</summary>
    /// <param name="classCount">Classes: C.</param>
    /// <param name="rows">Speaker, truth and both predictions of each utterance, classes from 0 to C − 1.</param>
    /// <param name="rounds">Bootstrap samples, at least 100. The default is 2,000.</param>
    /// <param name="level">Share inside the intervals, in (0, 1). The default is 0.95.</param>
    /// <param name="seed">Seed of the drawing.</param>
    /// <exception cref="ArgumentException">There are no rows, or an argument is out of its range.</exception>
    public static PairedComparison Of(int classCount, IEnumerable<(string Speaker, int Truth, int First, int Second)> rows,
        int rounds = 2000, double level = 0.95, int seed = 1)
    {
        var all = rows.Select(row => (Cluster: row.Speaker, row.Truth, Correct: new[] { row.First == row.Truth, row.Second == row.Truth }))
            .ToList();
        var clusters = ClusteredBootstrap.Clusters(classCount, all);
        var cells = all.Select(row => (row.Truth, row.Correct)).ToArray();
        static double Gain(int[,] sums) => ClusteredBootstrap.UarOf(sums, 1) - ClusteredBootstrap.UarOf(sums, 0);
        int[,] Empty() => new int[classCount, 3];

        var sums = Empty();
        foreach (var (truth, correct) in cells)
            ClusteredBootstrap.Count(sums, truth, correct);
        return new PairedComparison
        {
            FirstUar = ClusteredBootstrap.UarOf(sums, 0),
            SecondUar = ClusteredBootstrap.UarOf(sums, 1),
            BySpeaker = ClusteredBootstrap.OfSums(clusters, Gain, rounds, level, seed),
            ByUtterance = ClusteredBootstrap.OfDraws(Empty, cells,
                (counts, cell) => ClusteredBootstrap.Count(counts, cell.Truth, cell.Correct), Gain,
            rounds, level, seed),
            McNemar = McNemar.Test(cells.Count(cell => cell.Correct[0] && !cell.Correct[1]),
            cells.Count(cell => !cell.Correct[0] && cell.Correct[1])),
            UtteranceCount = cells.Length,
            SpeakerCount = clusters.Length,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"UAR {100 * FirstUar:0.0} -> {100 * SecondUar:0.0}, difference {100 * Difference:+0.0;-0.0;0.0} ({100 * BySpeaker.Level:0.#} % "
        + $"interval {100 * BySpeaker.Low:0.0} to {100 * BySpeaker.High:0.0}, drawn by speaker; "
        + $"{100 * ByUtterance.Low:0.0} to {100 * ByUtterance.High:0.0} by utterance); "
        + $"McNemar {McNemar.OnlyFirst} against {McNemar.OnlySecond}, exact p = {McNemar.ExactP:G3}; "
        + $"{UtteranceCount} utterances of {SpeakerCount} speakers");

    private static Dictionary<string, ScoredUtterance> ByName(SpeakerCrossValidationResult result, string which)
    {
        var rows = new Dictionary<string, ScoredUtterance>(StringComparer.Ordinal);
        foreach (var row in result.Predictions)
        {
            if (!rows.TryAdd(row.Utterance, row))
                throw new InvalidOperationException(
                    $"Utterance '{row.Utterance}' is scored in fold {rows[row.Utterance].Fold} and in fold {row.Fold} of the {which} run. "
                    + "Give every row a name of its own.");
        }
        return rows;
    }

    private static string Named(string[] names)
        => names.Length == 0 ? "0" : $"{names.Length} ({string.Join(", ", names.Take(5))}{(names.Length > 5 ? ", ..." : "")})";
}
