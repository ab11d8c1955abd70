using System.Text;

namespace MlNetSer;

/// <summary>What is made equal before words are counted. A word error rate without the name of its policy cannot be compared.</summary>
/// <remarks>Numbers stay as they are written in every policy: "12" and "twelve" differ.</remarks>
/// <param name="Name">Short name, as <c>--normalization</c> takes it.</param>
/// <param name="IgnoreCase">Whether all letters become lower-case.</param>
/// <param name="IgnorePunctuation">
/// Whether punctuation and symbols go: a hyphen, dash or slash becomes a space, everything else nothing. An apostrophe between letters stays (typographic ones become
/// <c>'</c>), and so does a point or comma between digits.
/// </param>
public sealed record TextNormalization(string Name, bool IgnoreCase, bool IgnorePunctuation)
{
    /// <summary>Only runs of white space count as one.</summary>
    public static TextNormalization AsWritten { get; } = new("as-written", IgnoreCase: false, IgnorePunctuation: false);

    /// <summary>Case does not count.</summary>
    public static TextNormalization CaseInsensitive { get; } = new("ignore-case", IgnoreCase: true, IgnorePunctuation: false);

    /// <summary>Neither case nor punctuation counts: for transcripts of recognisers that give none (the default).</summary>
    public static TextNormalization WordsOnly { get; } = new("words-only", IgnoreCase: true, IgnorePunctuation: true);

    /// <summary>Every policy.</summary>
    public static IReadOnlyList<TextNormalization> BuiltIn { get; } = [AsWritten, CaseInsensitive, WordsOnly];

    /// <summary>A policy by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static TextNormalization ByName(string name) => BuiltIn.FirstOrDefault(policy => policy.Name == name)
        ?? throw new ArgumentException($"There is no text normalisation '{name}'. Built in are: {string.Join(", ", BuiltIn.Select(policy => policy.Name))}.", nameof(name));

    /// <summary>The text with everything made equal that the policy ignores, and one space between words.</summary>
    public string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i] is '\u2019' or '\u02BC' && IgnorePunctuation ? '\'' : text[i];
            if (char.IsWhiteSpace(c))
                kept.Append(' ');
            else if (!IgnorePunctuation || !(char.IsPunctuation(c) || char.IsSymbol(c)) || Belongs(c, i > 0 ? text[i - 1] : ' ', i + 1 < text.Length ? text[i + 1] : ' '))
                kept.Append(IgnoreCase ? char.ToLowerInvariant(c) : c);
            else if (char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.DashPunctuation || c is '/')
                kept.Append(' ');
        }
        return string.Join(' ', kept.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool Belongs(char c, char before, char after) => c switch
    {
        '\'' => char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after),
        '.' or ',' => char.IsDigit(before) && char.IsDigit(after),
        _ => false,
    };
}
