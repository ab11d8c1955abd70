namespace MlNetSer;

/// <summary>One row of the target.</summary>
public sealed record CrossCorpusUtterance
{
    /// <summary>Its name, or its position, from 1.</summary>
    public required string Utterance { get; init; }

    /// <summary>Who speaks.</summary>
    public required string Speaker { get; init; }

    /// <summary>Class, as a position in the result's classes, after the label map.</summary>
    public required int Truth { get; init; }

    /// <summary>Class with the largest mean probability; the first of equals.</summary>
    public required int Ensemble { get; init; }

    /// <summary>Class that each model gave, in the order of the folds.</summary>
    public required IReadOnlyList<int> Predicted { get; init => field = ByValue.List(value); }

    /// <summary>Mean over the models, in the order of the classes.</summary>
    public required IReadOnlyList<double> Probabilities { get; init => field = ByValue.List(value); }
}
