namespace MlNetSer;

/// <summary>One scored test row.</summary>
public sealed record ScoredUtterance
{
    /// <summary>Its name where the data has a column Utterance, else its position in the data, from 1.</summary>
    public required string Utterance { get; init; }

    /// <summary>Who speaks.</summary>
    public required string Speaker { get; init; }

    /// <summary>The fold that tested it.</summary>
    public required int Fold { get; init; }

    /// <summary>Class, as a position in the result's classes.</summary>
    public required int Truth { get; init; }

    /// <summary>Class that the model gave.</summary>
    public required int Predicted { get; init; }

    /// <summary>
    /// The model's Score column in the order of the result's classes, probabilities from every trainer of this project; null where the
    /// model has no score per class.
    /// </summary>
    public IReadOnlyList<float>? Scores { get; init => field = ByValue.List(value); }

    internal static ConfusionMatrix Matrix(IReadOnlyList<string> classes, IEnumerable<ScoredUtterance> rows)
        => ConfusionMatrix.Of(classes, rows.Select(row => (row.Truth, row.Predicted)));
}
