using System.Globalization;
using System.Text.RegularExpressions;

namespace MlNetSer.Text.Ctc;

/// <summary>Reads <c>token id</c> lines, or lines with a token each.</summary>
internal static partial class CtcTokenFile
{
    // "<pad>" is the blank of wav2vec 2.0 vocabularies; where there is another candidate it is padding.
    private static readonly string[] s_blanks = ["<blank>", "<blk>", "<eps>", "<pad>"];

    public static CtcTokens Parse(IReadOnlyList<string> lines, int? blankId, string source)
    {
        (string Line, int Number)[] filled = [.. lines.Select(
            (line, i) => (Line: line.TrimStart('\uFEFF').TrimEnd('\r', '\n'), Number: i + 1)).Where(l => l.Line.Length > 0)];
        if (filled.Length == 0)
            throw new InvalidDataException($"Token file '{source}' is empty. Wanted: a token and its id in each line.");
        var numbered = filled.Select(l => WithId().Match(l.Line)).ToArray();
        if (!numbered[0].Success)
            return WithBlank([.. filled.Select(l => l.Line)], blankId, source);

        var byId = new SortedDictionary<int, (string Token, int Line)>();
        for (var i = 0; i < filled.Length; i++)
        {
            if (!numbered[i].Success || !int.TryParse(numbered[i].Groups["id"].ValueSpan, CultureInfo.InvariantCulture, out var id))
                throw new InvalidDataException(
                    $"Token file '{source}', line {filled[i].Number}: '{filled[i].Line}' is not a token followed by its id, as the lines "
                    + "before it are.");
            if (!byId.TryAdd(id, (numbered[i].Groups["token"].Value, filled[i].Number)))
                throw new InvalidDataException(
                    $"Token file '{source}', line {filled[i].Number}: id {id} is in line {byId[id].Line} already.");
        }
        while (byId.Count > 0 && byId.Last() is var last && Disambiguation().IsMatch(last.Value.Token))
            byId.Remove(last.Key);
        if (Enumerable.Range(0, byId.Count).FirstOrDefault(id => !byId.ContainsKey(id), -1) is >= 0 and var missing)
            throw new InvalidDataException(
                $"Token file '{source}': no line has id {missing}, but one has {byId.Keys.Last()}. Wanted: every id from 0.");
        return WithBlank([.. byId.Values.Select(entry => entry.Token)], blankId, source);
    }

    public static CtcTokens WithBlank(string[] tokens, int? blankId, string source)
    {
        if (tokens.Length == 0)
            throw new InvalidDataException($"{source}: there are no tokens.");
        if (blankId == -1)
            return s_blanks.Contains(tokens[^1]) ? new CtcTokens(tokens, tokens.Length - 1, source)
                : new CtcTokens([.. tokens, "<blk>"], tokens.Length, source);
        if (blankId is null)
        {
            var named = s_blanks.Select(name => Array.IndexOf(tokens, name)).FirstOrDefault(id => id >= 0, -1);
            return named >= 0 ? new CtcTokens(tokens, named, source)
                : throw new InvalidDataException(
                $"{source}: none of the {tokens.Length} tokens is called {string.Join(", ", s_blanks)}. Say which id is the CTC blank: "
                + "blankId: 0, or -1 where it comes after all tokens (NeMo).");
        }
        return blankId >= 0 && blankId < tokens.Length ? new CtcTokens(tokens, blankId.Value, source)
            : throw new InvalidDataException(
            $"{source}: the blank cannot have id {blankId}: the {tokens.Length} tokens have ids 0 to {tokens.Length - 1}. "
            + "Give one of them, or -1 for one more after them.");
    }

    // The token may itself be a space, and some files put a tab.
    [GeneratedRegex(@"^(?<token>.+)[ \t](?<id>\d+)\s*$")]
    private static partial Regex WithId();

    [GeneratedRegex(@"^#\d+$")]
    private static partial Regex Disambiguation();
}
