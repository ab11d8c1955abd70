using System.Globalization;
using System.Text;
using MlNetSer.Text;

namespace MlNetSer;

/// <summary>What is made equal before words are counted. A word error rate without the name of its policy cannot be compared.</summary>
/// <remarks>Numbers stay as they are written in every policy: "12" and "twelve" differ.</remarks>
public sealed record TextNormalization
{
    /// <summary>Short name, as <c>--normalization</c> takes it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether all letters become lower-case.</summary>
    public required bool IgnoreCase { get; init; }

    /// <summary>
    /// Whether punctuation and symbols go: a hyphen, dash or slash becomes a space, everything else nothing. An apostrophe between letters
    /// stays (U+2018, U+2019, U+201B, U+0060, U+00B4, U+02BC, U+2032 and U+FF07 become <c>'</c>), and so does a point or comma between
    /// digits.
    /// </summary>
    public required bool IgnorePunctuation { get; init; }

    /// <summary>Only runs of white space count as one.</summary>
    public static TextNormalization AsWritten { get; } = new()
    {
        Name = "as-written",
        IgnoreCase = false,
        IgnorePunctuation = false,
    };

    /// <summary>Case does not count.</summary>
    public static TextNormalization CaseInsensitive { get; } = new()
    {
        Name = "ignore-case",
        IgnoreCase = true,
        IgnorePunctuation = false,
    };

    /// <summary>Neither case nor punctuation counts: for transcripts of recognisers that give none (the default).</summary>
    public static TextNormalization WordsOnly { get; } = new()
    {
        Name = "words-only",
        IgnoreCase = true,
        IgnorePunctuation = true,
    };

    /// <summary>Every policy.</summary>
    public static IReadOnlyList<TextNormalization> BuiltIn { get; } = [AsWritten, CaseInsensitive, WordsOnly];

    /// <summary>A policy by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static TextNormalization ByName(string name) => BuiltIn.FirstOrDefault(policy => policy.Name == name)
        ?? throw new ArgumentException(
        $"There is no text normalisation '{name}'. Built in are: {string.Join(", ", BuiltIn.Select(policy => policy.Name))}.",
        nameof(name));

    /// <summary>The text with everything made equal that the policy ignores, and one space between words.</summary>
    /// <remarks>
    /// Under every policy first: control characters U+0080 to U+009F are read as the Windows-1252 characters that they were, and the text
    /// is composed (Unicode form C),
    /// so that "é" is one text whether it is stored as one character or as two.
    /// </remarks>
    public string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Rune[] runes = [.. CanonicalForm.Composed(Windows1252.Restored(text)).EnumerateRunes()];
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < runes.Length; i++)
        {
            var rune = IgnorePunctuation && IsApostrophe(runes[i]) ? new Rune('\'') : runes[i];
            if (Rune.IsWhiteSpace(rune))
                kept.Append(' ');
            else if (!IgnorePunctuation || !IsPunctuation(rune)
                || Belongs(rune, i > 0 ? runes[i - 1] : default, i + 1 < runes.Length ? runes[i + 1] : default))
                kept.Append(IgnoreCase ? Rune.ToLowerInvariant(rune) : rune);
            else if (IsDash(rune))
                kept.Append(' ');
        }
        return string.Join(' ', kept.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>What typists and word processors put for an apostrophe: quotation marks, backtick, acute accent, modifier letter,
    /// prime.</summary>
    private static bool IsApostrophe(Rune rune)
        => rune.Value is '\u2018' or '\u2019' or '\u201B' or '`' or '\u00B4' or '\u02BC' or '\u2032' or '\uFF07';

    /// <summary>Punctuation, symbols, and invisible characters: a soft hyphen, a zero-width space, a byte order mark.</summary>
    private static bool IsPunctuation(Rune rune)
        => Rune.IsPunctuation(rune) || Rune.IsSymbol(rune) || rune.Value is '\u00AD' or '\u200B' or '\u2060' or '\uFEFF';

    private static bool IsDash(Rune rune)
        => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DashPunctuation || rune.Value is '/' or '\u2212';

    private static bool Belongs(Rune rune, Rune before, Rune after) => rune.Value switch
    {
        '\'' => IsWord(before) && IsWord(after),
        '.' or ',' => Rune.IsDigit(before) && Rune.IsDigit(after),
        _ => false,
    };

    /// <summary>A letter, a digit, or a mark that no single character holds together with its letter.</summary>
    private static bool IsWord(Rune rune)
        => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
