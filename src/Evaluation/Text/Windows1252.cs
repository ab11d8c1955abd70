using System.Text;

namespace MlNetSer.Text;

/// <summary>Control characters U+0080 to U+009F in a text are, as a rule, bytes of Windows-1252 that were read as ISO-8859-1: "I\u0092m" is
/// "I’m" (declare-lab/MELD#28).</summary>
internal static class Windows1252
{
    // CodePagesEncodingProvider is asked directly: registering it would change the whole process.
    public static Encoding Encoding { get; } = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private static readonly string s_meant = Encoding.GetString([.. Enumerable.Range(0x80, 0x20).Select(code => (byte)code)]);

    public static bool IsControl(char c) => c is >= '\u0080' and <= '\u009F';

    /// <summary>The text with such characters as they were meant.</summary>
    public static string Restored(string text)
    {
        if (!text.Any(IsControl))
            return text;
        return string.Create(text.Length, text, (restored, from) =>
        {
            for (var i = 0; i < restored.Length; i++)
                restored[i] = IsControl(from[i]) ? s_meant[from[i] - '\u0080'] : from[i];
        });
    }
}
