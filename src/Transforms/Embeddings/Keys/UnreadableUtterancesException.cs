using System.Text;

namespace MlNetSer;

/// <summary>An utterance that could not be embedded.</summary>
/// <param name="Row">The first row with it, from 0.</param>
/// <param name="Name">What a person calls it: the file's name, and the values of further key columns.</param>
/// <param name="Reason">Why.</param>
public sealed record UnreadableUtterance(long Row, string Name, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"row {Row}, '{Name}': {Reason}");
}

/// <summary>Some utterances could not be read or embedded; all others are stored.</summary>
public sealed class UnreadableUtterancesException : IOException
{
    private const int Shown = 20;

    internal UnreadableUtterancesException(string what, IReadOnlyList<UnreadableUtterance> utterances, string wayOut)
        : base(Text(what, utterances, wayOut))
        => Utterances = utterances;

    /// <summary>All of them, in the order of the data.</summary>
    public IReadOnlyList<UnreadableUtterance> Utterances { get; }

    private static string Text(string what, IReadOnlyList<UnreadableUtterance> utterances, string wayOut)
    {
        var text = new StringBuilder($"{what} {wayOut}");
        foreach (var utterance in utterances.Take(Shown))
            text.Append("\n  ").Append(utterance);
        if (utterances.Count > Shown)
        {
            const string Where = $"{nameof(UnreadableUtterancesException)}.{nameof(Utterances)}";
            text.Append(FormattableString.Invariant($"\n  and {utterances.Count - Shown} more ({Where})"));
        }
        return text.ToString();
    }
}
