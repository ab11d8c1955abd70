using System.Text.Json.Serialization;
using MlNetSer.Reporting;

namespace MlNetSer;

/// <summary>Something that stands on two sides of a fold.</summary>
/// <param name="What">Speaker, session, script, transcript or utterance.</param>
/// <param name="Side">The earlier side: train or validation.</param>
/// <param name="OtherSide">The later side: validation or test.</param>
/// <param name="Count">How many speakers, sessions, ... stand on both.</param>
/// <param name="RowCount">Rows of the later side that they have.</param>
/// <param name="SideRowCount">All rows of the later side.</param>
/// <param name="Examples">The first five.</param>
public sealed record FoldOverlap(
    string What, string Side, string OtherSide, int Count, int RowCount, int SideRowCount, IReadOnlyList<string> Examples)
{
    /// <summary>The first five.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> Examples { get; init => field = ByValue.List(value); } = ByValue.List(Examples);

    /// <inheritdoc/>
    public override string ToString() => Count == 1
        ? $"{What} '{Examples[0]}' is on the {Side} side and on the {OtherSide} side ({RowCount} of {SideRowCount} {OtherSide} rows)"
        : $"{Count} {What}s ({string.Join(", ", Examples.Select(e => $"'{e}'"))}{(Count > Examples.Count ? ", ..." : "")}) are on the "
        + $"{Side} side and on the {OtherSide} side ({RowCount} of {SideRowCount} {OtherSide} rows)";
}

/// <summary>A class that a side of a fold does not have.</summary>
/// <param name="Side">Train, validation or test.</param>
/// <param name="Class">Name of the class.</param>
/// <param name="TestCount">Test rows of the class.</param>
public sealed record AbsentClass(string Side, string Class, int TestCount)
{
    /// <inheritdoc/>
    public override string ToString() => Side switch
    {
        "test" => $"class '{Class}' is absent from the test side; UAR averages over the others",
        "train" => $"class '{Class}' is absent from the train side; its {TestCount} test rows cannot be recognised",
        _ => $"class '{Class}' is absent from the {Side} side",
    };
}

/// <summary>What the sides of a fold share, and what they miss.</summary>
/// <param name="Fold">Number of the fold.</param>
/// <param name="TrainCount">Training rows.</param>
/// <param name="ValidationCount">Validation rows.</param>
/// <param name="TestCount">Test rows.</param>
/// <param name="Overlaps">What stands on two sides.</param>
/// <param name="AbsentClasses">Classes that a side does not have.</param>
/// <param name="Unassigned">Rows of the data that stand on no side and were not left out on purpose; null = none.</param>
public sealed record FoldAudit(
    int Fold, int TrainCount, int ValidationCount, int TestCount,
    IReadOnlyList<FoldOverlap> Overlaps, IReadOnlyList<AbsentClass> AbsentClasses, LeftOutRows? Unassigned)
{
    /// <summary>What stands on two sides.</summary>
    [JsonConverter(typeof(OneLineEach<FoldOverlap>))]
    public IReadOnlyList<FoldOverlap> Overlaps { get; init => field = ByValue.List(value); } = ByValue.List(Overlaps);

    /// <summary>Classes that a side does not have.</summary>
    [JsonConverter(typeof(OneLineEach<AbsentClass>))]
    public IReadOnlyList<AbsentClass> AbsentClasses { get; init => field = ByValue.List(value); } = ByValue.List(AbsentClasses);

    /// <summary>
    /// Why the fold cannot be run at all: names that the data does not have, a side without rows, an utterance on two sides.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<string> Faults { get; init => field = ByValue.List(value); } = ByValue.List<string>([]);

    /// <summary>Looks at one fold.</summary>
    /// <param name="fold">The fold.</param>
    /// <param name="rows">The rows that it divides.</param>
    public static FoldAudit Of(SpeakerFold fold, IReadOnlyList<FoldRow> rows)
    {
        ArgumentNullException.ThrowIfNull(fold);
        ArgumentNullException.ThrowIfNull(rows);
        var sides = FoldSides.Of(fold, rows).Named;
        (string What, Func<FoldRow, string> Value)[] kinds =
            [("speaker", row => row.Speaker), ("session", row => row.Session), ("script", row => row.Script),
            ("transcript", row => row.Sentence())];
        if (fold.Utterances is not null)
            kinds = [.. kinds, ("utterance", row => row.Utterance)];
        List<FoldOverlap> overlaps = [];
        foreach (var (what, value) in kinds)
        {
            HashSet<string>[] values = [.. sides.Select(side => side.Rows.Select(value).Where(v => v.Length > 0)
                .ToHashSet(StringComparer.Ordinal))];
            foreach (var (a, b) in new[] { (0, 1), (0, 2), (1, 2) })
            {
                string[] shared = [.. values[a].Intersect(values[b], StringComparer.Ordinal).Order(StringComparer.Ordinal)];
                if (shared.Length > 0)
                    overlaps.Add(new FoldOverlap(what, sides[a].Name, sides[b].Name, shared.Length,
                        sides[b].Rows.Count(row => values[a].Contains(value(row))), sides[b].Rows.Count, [.. shared.Take(5)]));
            }
        }

        var test = sides[2].Rows.CountBy(row => row.Label).ToDictionary(StringComparer.Ordinal);
        string[] classes = [.. rows.Select(row => row.Label).Where(label => label.Length > 0).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
        var absent = sides.SelectMany(side => classes.Except(side.Rows.Select(row => row.Label), StringComparer.Ordinal)
            .Select(name => new AbsentClass(side.Name, name, test.GetValueOrDefault(name))));
        var assigned = sides.SelectMany(side => side.Rows).ToHashSet<FoldRow>(ReferenceEqualityComparer.Instance);
        string[] unassigned = [.. rows.Where(row => !assigned.Contains(row)).Select(row => row.Utterance)];
        var onPurpose = fold.LeftOut.Sum(entry => entry.Count);
        return new FoldAudit(fold.Number, sides[0].Rows.Count, sides[1].Rows.Count, sides[2].Rows.Count, overlaps, [.. absent],
            unassigned.Length > onPurpose ? LeftOutRows.Of($"on no side of fold {fold.Number}, {onPurpose} of them on purpose", unassigned)
            : null)
        {
            Faults = [.. FaultsOf(fold, rows, sides), .. overlaps.Where(overlap => overlap.What == "utterance")
                .Select(overlap => $"Fold {fold.Number} leaks: {overlap}. An utterance may stand on one side only.")],
        };
    }

    /// <summary>Stops a fold that cannot be run, or that has a speaker on two sides.</summary>
    /// <param name="allowSpeakerOverlap">Whether a speaker may stand on two sides all the same.</param>
    /// <exception cref="InvalidOperationException">The fold leaks, or a side of it is empty or names what the data does not
    /// have.</exception>
    public void Refuse(bool allowSpeakerOverlap = false)
    {
        var leak = Overlaps.FirstOrDefault(overlap => overlap.What == "speaker");
        if (leak is not null && !allowSpeakerOverlap)
            throw new InvalidOperationException(
                $"Fold {Fold} leaks: {leak}. Every speaker may stand on one side only; AllowSpeakerOverlap scores it all the same, and "
                + "the result says so.");
        if (Faults.Count > 0)
            throw new InvalidOperationException(string.Join(Environment.NewLine, Faults));
    }

    /// <summary>One line per finding.</summary>
    public override string ToString() => string.Join("\n", [
        $"fold {Fold}: {TrainCount} train, {ValidationCount} validation, {TestCount} test rows",
        .. Faults,
        .. Overlaps.Select(overlap => $"fold {Fold}: {overlap}"),
        .. AbsentClasses.Select(absent => $"fold {Fold}: {absent}"),
        .. Unassigned is null ? Array.Empty<string>() : [$"fold {Fold}: {Unassigned}"]]);

    private static IEnumerable<string> FaultsOf(SpeakerFold fold, IReadOnlyList<FoldRow> rows,
        IReadOnlyList<(string Name, IReadOnlyList<FoldRow> Rows)> sides)
    {
        var (what, known, named) = fold.Utterances is { } utterances
            ? ("utterance", rows.Select(row => row.Utterance), new[] { utterances.Train, utterances.Validation, utterances.Test })
            : ("speaker", rows.Select(row => row.Speaker), [fold.TrainSpeakers, fold.ValidationSpeakers, fold.TestSpeakers]);
        var data = known.ToHashSet(StringComparer.Ordinal);
        if (rows.Count(row => row.Speaker.Length == 0) is > 0 and var nameless)
            yield return $"Fold {fold.Number}: {nameless} of {rows.Count} rows have no speaker, so nobody can tell whether a person is on "
                + "two sides. Name the speakers, or leave such rows out.";
        foreach (var (side, names) in sides.Zip(named))
        {
            string[] unknown = [.. names.Where(name => !data.Contains(name))];
            if (unknown.Length == 1)
                yield return $"Fold {fold.Number}: {what} '{unknown[0]}' on the {side.Name} side has no rows. The data has: "
                    + $"{string.Join(", ", data.Order(StringComparer.Ordinal).Take(20))}{(data.Count > 20 ? ", ..." : "")}.";
            else if (unknown.Length > 1)
                yield return $"Fold {fold.Number}: {unknown.Length} of {names.Count} {what}s on the {side.Name} side have no rows in the "
                    + $"data: {string.Join(", ", unknown.Take(5))}{(unknown.Length > 5 ? ", ..." : "")}. "
                    + "Bring the data that the folds were made from, or make folds anew.";
            if (side.Rows.Count == 0 && unknown.Length == 0)
                yield return $"Fold {fold.Number} has no {what}s on the {side.Name} side.";
        }
        string[] learned = [.. sides[0].Rows.Select(row => row.Label).Distinct(StringComparer.Ordinal)];
        if (learned is [{ Length: > 0 } only] && named.All(names => names.All(data.Contains))
            && rows.Any(row => row.Label.Length > 0 && row.Label != only))
            yield return $"Fold {fold.Number}: the train side has one class only ('{only}', {sides[0].Rows.Count} rows); there is nothing "
                + $"to tell apart. Divide speakers otherwise.";
        if (fold.Utterances is null)
            yield break;
        foreach (var (side, speakers) in sides.Zip([fold.TrainSpeakers, fold.ValidationSpeakers, fold.TestSpeakers]))
        {
            string[] claimed = [.. speakers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                heard = [.. side.Rows.Select(row => row.Speaker).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            if (!claimed.SequenceEqual(heard))
                yield return $"Fold {fold.Number}: "
                    + $"the {side.Name} side names the speakers "
                    + $"{string.Join(", ", claimed.Take(5))}{(claimed.Length > 5 ? ", ..." : "")}, but its utterances are those of "
                    + $"{string.Join(", ", heard.Take(5))}{(heard.Length > 5 ? ", ..." : "")}. Write those whose utterances they are.";
        }
    }
}
