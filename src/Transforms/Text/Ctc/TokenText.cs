using System.Text;

namespace MlNetSer.Text.Ctc;

/// <summary>Joins tokens to text, by the convention that the table itself shows.</summary>
/// <remarks>
/// In this order: SentencePiece, where U+2581 begins a word; subword-nmt, where a piece ending in <c>@@</c> goes on; characters with
/// <c>&lt;space&gt;</c>, or with <c>|</c> (wav2vec 2.0); else characters of a language without spaces. <c>&lt;unk&gt;</c> stays in the
/// text, so that it counts as an error; sentence marks do not.
/// </remarks>
internal sealed class TokenText
{
    private const char WordBegin = '\u2581';
    private static readonly HashSet<string> s_marks = ["<s>", "</s>", "<sos>", "<eos>", "<sos/eos>", "<pad>", "<blank>", "<blk>", "<eps>"];

    private readonly string[] _texts;

    public TokenText(CtcTokens tokens)
    {
        var all = tokens.ToArray();
        Func<string, string> text = all switch
        {
            _ when all.Any(token => token.Contains(WordBegin)) => token => token.Replace(WordBegin, ' '),
            _ when all.Any(token => token.EndsWith("@@", StringComparison.Ordinal)) => token =>
            token.EndsWith("@@", StringComparison.Ordinal) ? token[..^2] : token + ' ',
            _ when all.Contains("<space>") => token => token == "<space>" ? " " : token,
            _ when all.Contains("|") => token => token == "|" ? " " : token,
            _ => token => token,
        };
        _texts = [.. all.Select((token, id) => id == tokens.BlankId || s_marks.Contains(token) ? "" : text(token))];
    }

    /// <summary>The text, with one space between words and none around.</summary>
    public string Join(IEnumerable<int> ids)
    {
        var joined = new StringBuilder();
        foreach (var id in ids)
            joined.Append(_texts[id]);
        return string.Join(' ', joined.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
