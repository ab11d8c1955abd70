using System.Text.Json.Serialization;
using MlNetSer.Json;

namespace MlNetSer;

/// <summary>Counts of truth (rows) against prediction (columns), and the recalls they give.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[][] _counts;

    /// <summary>An empty matrix.</summary>
    /// <param name="classes">Class names, in the order of rows and columns.</param>
    public ConfusionMatrix(IReadOnlyList<string> classes)
    {
        Classes = [.. classes];
        _counts = [.. classes.Select(_ => new int[classes.Count])];
    }

    internal static ConfusionMatrix Of(IReadOnlyList<string> classes, IEnumerable<(int Truth, int Predicted)> rows)
    {
        var matrix = new ConfusionMatrix(classes);
        foreach (var (truth, predicted) in rows)
            matrix.Add(truth, predicted);
        return matrix;
    }

    /// <summary>Class names, in the order of rows and columns.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<string>>))]
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Counts, truth by prediction.</summary>
    [JsonConverter(typeof(OneLineEach<IReadOnlyList<int>>))]
    public IReadOnlyList<IReadOnlyList<int>> Counts => _counts;

    /// <summary>Whether both have the same classes and counts.</summary>
    public override bool Equals(object? obj)
        => obj is ConfusionMatrix other && Classes.SequenceEqual(other.Classes)
        && _counts.Zip(other._counts).All(rows => rows.First.SequenceEqual(rows.Second));

    /// <summary>A hash of the classes: counts may still grow.</summary>
    public override int GetHashCode() => Classes.Aggregate(0, HashCode.Combine);

    /// <summary>All utterances.</summary>
    public int Total => _counts.Sum(row => row.Sum());

    /// <summary>Counts one utterance.</summary>
    public void Add(int truth, int predicted) => _counts[truth][predicted]++;

    /// <summary>Correct / all of each class; null for a class that is absent.</summary>
    [JsonConverter(typeof(OneLine<IReadOnlyList<double?>>))]
    public IReadOnlyList<double?> Recalls => [.. _counts.Select((row, i) => row.Sum() is var all and > 0 ? (double?)row[i] / all : null)];

    /// <summary>
    /// Unweighted average recall over the classes present, as ML.NET's MacroAccuracy and scikit-learn's balanced accuracy; NaN without
    /// rows.
    /// </summary>
    public double Uar => Recalls.Average() ?? double.NaN;

    /// <summary>Unweighted average recall over all classes; an absent one counts 0.</summary>
    public double UarOverAllClasses => Recalls.Average(recall => recall ?? 0);

    /// <summary>Correct / all (weighted accuracy, ML.NET's MicroAccuracy).</summary>
    public double Accuracy => (double)_counts.Select((row, i) => row[i]).Sum() / Total;
}
