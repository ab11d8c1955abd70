using System.Globalization;
using System.Reflection;
using System.Text;

namespace MlNetSer.Text;

/// <summary>Unicode's canonical forms (Unicode Standard Annex 15): "é" as one character or as two is one text. The same in every
/// process.</summary>
/// <remarks>.NET asks ICU, and leaves text as it is where an app sets <c>InvariantGlobalization</c>, as small containers and this project
/// do.</remarks>
internal static class CanonicalForm
{
    private const int FirstHangul = 0xAC00, FirstInitial = 0x1100, FirstVowel = 0x1161, BeforeFinals = 0x11A7, Initials = 19, Vowels = 21,
        Finals = 28;
    private static readonly Dictionary<int, int> s_classes = [];
    private static readonly Dictionary<int, int[]> s_parts = [];
    private static readonly Dictionary<(int, int), int> s_wholes = [];

    static CanonicalForm()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("compositions.txt")!;
        using var reader = new StreamReader(stream);
        static int Code(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        while (reader.ReadLine() is { } line)
        {
            if (line.Split(": ") is [var number, var ranges] && !line.StartsWith('#'))
            {
                foreach (var range in ranges.Split(' ').Select(range => range.Split('-')))
                {
                    for (var code = Code(range[0]); code <= Code(range[1]); code++)
                        s_classes[code] = int.Parse(number, CultureInfo.InvariantCulture);
                }
            }
            else if (line.Split(' ') is [var whole, "<" or "=", ..] words)
            {
                int[] parts = [.. words[2..].Select(Code)];
                s_parts[Code(whole)] = parts;
                if (words[1] == "<")
                    s_wholes[(parts[0], parts[1])] = Code(whole);
            }
        }
    }

    /// <summary>Form C: composed. Half a surrogate pair becomes U+FFFD.</summary>
    public static string Composed(string text)
    {
        const char FirstThatMayChange = '\u0300';
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', (char)(FirstThatMayChange - 1)))
            return text;
        var codes = Decompose(text);
        var (kept, starter, last) = (0, -1, -1);   // last: class of the code that was kept last, since the starter
        for (var i = 0; i < codes.Count; i++)
        {
            var (code, own) = (codes[i], s_classes.GetValueOrDefault(codes[i]));
            var free = starter >= 0 && (last < own || last == -1);
            if (free && Whole(codes[starter], code) is { } whole)
            {
                codes[starter] = whole;
                continue;
            }
            if (own == 0)
                (starter, last) = (kept, -1);
            else
                last = own;
            codes[kept++] = code;
        }
        return Text(codes.Take(kept));
    }

    /// <summary>Form D: decomposed.</summary>
    public static string Decomposed(string text) => Text(Decompose(text));

    private static List<int> Decompose(string text)
    {
        List<int> codes = [];
        foreach (var rune in text.EnumerateRunes())
            Add(codes, rune.Value);
        for (int from = 0, to; from < codes.Count; from = to + 1)   // marks between two letters, in order of their class
        {
            for (to = from; to < codes.Count && s_classes.ContainsKey(codes[to]);)
                to++;
            if (to - from > 1)
            {
                int[] ordered = [.. codes.Skip(from).Take(to - from).OrderBy(code => s_classes[code])];
                for (var i = from; i < to; i++)
                    codes[i] = ordered[i - from];
            }
        }
        return codes;
    }

    private static void Add(List<int> codes, int code)
    {
        if (code - FirstHangul is >= 0 and < Initials * Vowels * Finals and var syllable)
        {
            codes.AddRange([FirstInitial + syllable / (Vowels * Finals), FirstVowel + syllable % (Vowels * Finals) / Finals]);
            if (syllable % Finals is > 0 and var final)
                codes.Add(BeforeFinals + final);
        }
        else if (s_parts.TryGetValue(code, out var parts))
        {
            foreach (var part in parts)
                Add(codes, part);
        }
        else
            codes.Add(code);
    }

    private static int? Whole(int first, int second)
    {
        if (first - FirstInitial is >= 0 and < Initials and var initial && second - FirstVowel is >= 0 and < Vowels and var vowel)
            return FirstHangul + (initial * Vowels + vowel) * Finals;
        if (first - FirstHangul is >= 0 and < Initials * Vowels * Finals and var open && open % Finals == 0
            && second - BeforeFinals is > 0 and < Finals and var final)
            return first + final;
        return s_wholes.TryGetValue((first, second), out var whole) ? whole : null;
    }

    private static string Text(IEnumerable<int> codes)
    {
        var text = new StringBuilder();
        foreach (var code in codes)
            text.Append(new Rune(code).ToString());
        return text.ToString();
    }
}
