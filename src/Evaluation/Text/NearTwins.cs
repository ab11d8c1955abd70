using System.Globalization;
using System.Text;

namespace MlNetSer.Text;

/// <summary>Names that differ only in what is rarely meant: case, blanks, invisible characters, the form of an accent.</summary>
internal static class NearTwins
{
    /// <summary>One line for each group of such names.</summary>
    public static IEnumerable<string> Of(string what, IEnumerable<string> names)
        => from name in names.Distinct(StringComparer.Ordinal)
           group name by Key(name) into twins
           where twins.Count() > 1
           orderby twins.Key
           select $"{what} {string.Join(", ", twins.Order(StringComparer.Ordinal).Select(Shown))} differ in {Difference([.. twins])} only";

    private static string Key(string name)
    {
        var key = new StringBuilder();
        foreach (var c in CanonicalForm.Composed(Windows1252.Restored(name)))
        {
            if (char.IsWhiteSpace(c))
                key.Append(key.Length > 0 && key[^1] != ' ' ? " " : "");
            else if (!IsInvisible(c))
                key.Append(char.ToLowerInvariant(c));
        }
        return key.ToString().TrimEnd();
    }

    private static string Difference(string[] twins)
    {
        bool Equal(Func<string, string> form) => twins.Select(form).Distinct(StringComparer.Ordinal).Count() == 1;
        return Equal(name => name.ToLowerInvariant()) ? "case"
            : Equal(CanonicalForm.Composed) ? "the form of an accent (Unicode NFC and NFD)"
            : Equal(name => string.Concat(name.Where(c => !char.IsWhiteSpace(c)))) ? "blanks"
            : "case, blanks or invisible characters";
    }

    /// <summary>The name in quotation marks, with what cannot be seen as its code.</summary>
    private static string Shown(string name)
        => $"'{string.Concat(name.Select(c => IsSeen(c) ? $"{c}" : $"<U+{(int)c:X4}>"))}'";

    private static bool IsSeen(char c)
        => !IsInvisible(c) && (c == ' ' || !char.IsWhiteSpace(c)) && char.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark;

    private static bool IsInvisible(char c)
        => char.IsControl(c) && !char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;
}
