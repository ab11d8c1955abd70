using System.Globalization;
using System.Text;

namespace MlNetSer;

/// <summary>What happened to a word (or character) of the reference.</summary>
public enum TextEdit
{
    /// <summary>Recognised.</summary>
    Correct,

    /// <summary>Taken for another.</summary>
    Substitution,

    /// <summary>Not recognised.</summary>
    Deletion,

    /// <summary>Not in the reference.</summary>
    Insertion,
}

/// <summary>One place of an alignment.</summary>
public sealed record AlignedText
{
    /// <summary>What happened.</summary>
    public required TextEdit Edit { get; init; }

    /// <summary>What was said; null for an insertion.</summary>
    public string? Reference { get; init; }

    /// <summary>What was recognised; null for a deletion.</summary>
    public string? Hypothesis { get; init; }
}

/// <summary>The fewest edits that make a hypothesis of a reference (Levenshtein 1966, all at cost 1).</summary>
/// <remarks>
/// Where several alignments need equally few, a substitution comes before a deletion before an insertion, seen from the end.
/// </remarks>
public sealed class TextAlignment
{
    private TextAlignment(IReadOnlyList<AlignedText> places) => Places = places;

    /// <summary>Every place, in order.</summary>
    public IReadOnlyList<AlignedText> Places { get; }

    /// <summary>The edits, counted.</summary>
    public ErrorCounts Counts => new()
    {
        Substitutions = Count(TextEdit.Substitution),
        Deletions = Count(TextEdit.Deletion),
        Insertions = Count(TextEdit.Insertion),
        ReferenceCount = Places.Count(place => place.Reference is not null),
    };

    /// <summary>Aligns the words of two texts, which spaces divide.</summary>
    public static TextAlignment Words(string reference, string hypothesis)
    {
        string[] said = Split(reference), heard = Split(hypothesis);
        var choices = new TextEdit[said.Length + 1, heard.Length + 1];
        Levenshtein(said, heard, (i, j, edit) => choices[i, j] = edit);

        List<AlignedText> places = [];
        for (var (i, j) = (said.Length, heard.Length); i > 0 || j > 0;)
        {
            var edit = choices[i, j];
            places.Add(new AlignedText
            {
                Edit = edit,
                Reference = edit == TextEdit.Insertion ? null : said[--i],
                Hypothesis = edit == TextEdit.Deletion ? null : heard[--j],
            });
        }
        places.Reverse();
        return new TextAlignment(places);
    }

    /// <summary>Counts the edits between two lists, in memory that grows with the hypothesis only.</summary>
    internal static ErrorCounts Edits<T>(IReadOnlyList<T> reference, IReadOnlyList<T> hypothesis)
        => Levenshtein(reference, hypothesis, null);

    internal static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static ErrorCounts Levenshtein<T>(IReadOnlyList<T> reference, IReadOnlyList<T> hypothesis, Action<int, int, TextEdit>? chosen)
    {
        var equal = EqualityComparer<T>.Default;
        var (above, row) = (new Cell[hypothesis.Count + 1], new Cell[hypothesis.Count + 1]);
        for (var i = 0; i <= reference.Count; i++, (above, row) = (row, above))
        {
            for (var j = 0; j <= hypothesis.Count; j++)
            {
                if (i == 0 && j == 0)
                {
                    row[0] = default;
                    continue;
                }
                var same = i > 0 && j > 0 && equal.Equals(reference[i - 1], hypothesis[j - 1]);
                var diagonal = i > 0 && j > 0 ? above[j - 1].Errors + (same ? 0 : 1) : int.MaxValue;
                var deletion = i > 0 ? above[j].Errors + 1 : int.MaxValue;
                var insertion = j > 0 ? row[j - 1].Errors + 1 : int.MaxValue;
                var edit = diagonal <= deletion && diagonal <= insertion
                    ? (same ? TextEdit.Correct : TextEdit.Substitution) : deletion <= insertion ? TextEdit.Deletion : TextEdit.Insertion;
                row[j] = edit switch
                {
                    TextEdit.Correct => above[j - 1],
                    TextEdit.Substitution => above[j - 1] with { Substitutions = above[j - 1].Substitutions + 1 },
                    TextEdit.Deletion => above[j] with { Deletions = above[j].Deletions + 1 },
                    _ => row[j - 1] with { Insertions = row[j - 1].Insertions + 1 },
                };
                chosen?.Invoke(i, j, edit);
            }
        }
        var last = above[hypothesis.Count];   // the two were exchanged after the last row
        return new ErrorCounts
        {
            Substitutions = last.Substitutions,
            Deletions = last.Deletions,
            Insertions = last.Insertions,
            ReferenceCount = reference.Count,
        };
    }

    /// <summary>Three lines: what was said, what was recognised, and S, D or I below what differs.</summary>
    public override string ToString()
    {
        var lines = new[] { new StringBuilder("REF:"), new StringBuilder("HYP:"), new StringBuilder("    ") };
        foreach (var place in Places)
        {
            var width = Math.Max(Width(place.Reference), Width(place.Hypothesis));
            string[] cells = [place.Reference ?? new string('*', width), place.Hypothesis
                ?? new string('*', width), place.Edit == TextEdit.Correct ? "" : place.Edit.ToString()[..1]];
            for (var line = 0; line < lines.Length; line++)
                lines[line].Append(' ').Append(cells[line]).Append(' ', Math.Max(0, width - Width(cells[line])));
        }
        return string.Join('\n', lines.Select(line => line.ToString().TrimEnd()));
    }

    /// <summary>Whether both have the same places.</summary>
    public override bool Equals(object? obj) => obj is TextAlignment other && Places.SequenceEqual(other.Places);

    /// <inheritdoc/>
    public override int GetHashCode() => Places.Aggregate(0, HashCode.Combine);

    private static int Width(string? text) => text is null ? 0 : new StringInfo(text).LengthInTextElements;

    private int Count(TextEdit edit) => Places.Count(place => place.Edit == edit);

    private readonly record struct Cell(int Substitutions, int Deletions, int Insertions)
    {
        public int Errors => Substitutions + Deletions + Insertions;
    }
}
