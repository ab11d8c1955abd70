using System.Globalization;
using System.Text;

namespace MlNetSer.Text.Bert;

/// <summary>
/// What BERT does to a text before it is cut into words (the cleaning of its <c>BasicTokenizer</c>), the same in every process.
/// </summary>
/// <remarks>
/// Microsoft.ML.Tokenizers' own cleaning is left out: it decomposes and composes letters only where the process has ICU, so that a saved
/// model would read "café" in two ways, and drops tabs and line ends without dividing the words between them.
/// </remarks>
internal static class BertCleaning
{
    private const int Replacement = 0xFFFD;

    public static string Clean(string text, bool lowerCase, bool stripAccents)
    {
        var cleaned = new StringBuilder(text.Length);
        foreach (var rune in (stripAccents ? Accents.Strip(text) : text).EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
                cleaned.Append(' ');
            else if (IsIdeograph(rune.Value))
                cleaned.Append(' ').Append(rune.ToString()).Append(' ');
            else if (rune.Value != Replacement && Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned))
                cleaned.Append((lowerCase ? Rune.ToLowerInvariant(rune) : rune).ToString());
        }
        return cleaned.ToString();
    }

    /// <summary>The ranges that BERT takes for Chinese characters, each of them a word.</summary>
    private static bool IsIdeograph(int c) => c
        is >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0xF900 and <= 0xFAFF
        or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2CEAF or >= 0x2F800 and <= 0x2FA1F;
}
