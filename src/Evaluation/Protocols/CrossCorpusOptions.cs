namespace MlNetSer;

/// <summary>Options of <c>CrossCorpus</c>.</summary>
public sealed class CrossCorpusOptions
{
    /// <summary>Names of the target's columns.</summary>
    public EvaluationColumns Columns { get; set; } = new();

    /// <summary>
    /// The models' class for each class of the target that has another name; empty = rows of that class are left out and counted.
    /// </summary>
    public IDictionary<string, string> LabelMap { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Facts to carry in the result: corpora, seed, trainer options, encoder hash.</summary>
    public IDictionary<string, string> Notes { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);
}
