namespace MlNetSer;

/// <summary>Who or what is on one side of a fold: the utterances that it names, else all rows of its speakers.</summary>
/// <param name="Name">Train, validation or test.</param>
/// <param name="Speakers">The speakers.</param>
/// <param name="Utterances">The utterances, where the split is finer than speakers; null otherwise.</param>
internal sealed record FoldSide(string Name, IReadOnlyList<string> Speakers, IReadOnlyList<string>? Utterances)
{
    /// <summary>What <see cref="Names"/> are: utterance or speaker.</summary>
    public string Kind => Utterances is null ? "speaker" : "utterance";

    /// <summary>The utterances, else the speakers.</summary>
    public IReadOnlyList<string> Names => Utterances ?? Speakers;

    /// <summary>The name by which a row may be on this side.</summary>
    public string NameOf(FoldRow row) => Utterances is null ? row.Speaker : row.Utterance;

    /// <summary>The column that holds such names.</summary>
    public string Column(EvaluationColumns columns) => Utterances is null ? columns.Speaker : columns.Utterance;

    /// <summary>The rows of this side.</summary>
    public List<FoldRow> Rows(IReadOnlyList<FoldRow> rows)
    {
        var wanted = Names.ToHashSet(StringComparer.Ordinal);
        return [.. rows.Where(row => wanted.Contains(NameOf(row)))];
    }

    /// <summary>Both sides of one fold as one.</summary>
    public static FoldSide operator +(FoldSide first, FoldSide second) => new($"{first.Name} and {second.Name}",
        [.. first.Speakers, .. second.Speakers], first.Utterances is null ? null : [.. first.Utterances, .. second.Utterances ?? []]);
}
