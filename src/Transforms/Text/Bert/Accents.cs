using System.Globalization;
using System.Text;

namespace MlNetSer.Text.Bert;

/// <summary>Takes accents off letters, the same in every process.</summary>
/// <remarks>
/// BERT's uncased models want it. .NET decomposes letters through ICU, and leaves them as they are where an app sets
/// <c>InvariantGlobalization</c>, as small containers do; so this table holds the Latin, Greek and Cyrillic letters of Unicode 14.0 that
/// decompose into one letter and marks (U+00C0–024F, U+0370–04FF, U+1E00–1FFF; made with Python's <c>unicodedata</c>): a base letter, then
/// its forms. Hangul comes apart by Unicode's arithmetic (§3.12).
/// </remarks>
internal static class Accents
{
    private const string Table =
        "AÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ BḂḄḆ CÇĆĈĊČḈ DĎḊḌḎḐḒ EÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ FḞ GĜĞĠĢǦǴḠ HĤȞḢḤḦḨḪ IÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ JĴ KĶǨḰḲḴ "
        + "LĹĻĽḶḸḺḼ MḾṀṂ "
        + "NÑŃŅŇǸṄṆṈṊ OÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ PṔṖ RŔŖŘȐȒṘṚṜṞ SŚŜŞŠȘṠṢṤṦṨ TŢŤȚṪṬṮṰ UÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ VṼṾ WŴẀẂẄẆẈ "
        + "XẊẌ YÝŶŸȲẎỲỴỶỸ ZŹŻŽẐẒẔ "
        + "aàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ bḃḅḇ cçćĉċčḉ dďḋḍḏḑḓ eèéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ fḟ gĝğġģǧǵḡ hĥȟḣḥḧḩḫẖ iìíîïĩīĭįǐȉȋḭḯỉị jĵǰ "
        + "kķǩḱḳḵ lĺļľḷḹḻḽ mḿṁṃ "
        + "nñńņňǹṅṇṉṋ oòóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ pṕṗ rŕŗřȑȓṙṛṝṟ sśŝşšșṡṣṥṧṩ tţťțṫṭṯṱẗ uùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự vṽṿ "
        + "wŵẁẃẅẇẉẘ xẋẍ yýÿŷȳẏẙỳỵỷỹ "
        + "zźżžẑẓẕ ÆǢǼ ØǾ æǣǽ øǿ ſẛ ƷǮ ʒǯ ʹʹ ΑΆἈἉἊἋἌἍἎἏᾈᾉᾊᾋᾌᾍᾎᾏᾸᾹᾺΆᾼ ΕΈἘἙἚἛἜἝῈΈ ΗΉἨἩἪἫἬἭἮἯᾘᾙᾚᾛᾜᾝᾞᾟῊΉῌ ΙΊΪἸἹἺἻἼἽἾἿῘῙῚΊ ΟΌὈὉὊὋὌὍῸΌ ΡῬ "
        + "ΥΎΫὙὛὝὟῨῩῪΎ "
        + "ΩΏὨὩὪὫὬὭὮὯᾨᾩᾪᾫᾬᾭᾮᾯῺΏῼ αάἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ εέἐἑἒἓἔἕὲέ ηήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ ιΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ οόὀὁὂὃὄὅὸό ρῤῥ "
        + "υΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ "
        + "ωώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ ϒϓϔ ІЇ АӐӒ ГЃ ЕЀЁӖ ЖӁӜ ЗӞ ИЍЙӢӤ КЌ ОӦ УЎӮӰӲ ЧӴ ЫӸ ЭӬ аӑӓ гѓ еѐёӗ жӂӝ зӟ ийѝӣӥ кќ оӧ уўӯӱӳ чӵ ыӹ эӭ "
        + "ії ѴѶ ѵѷ ӘӚ әӛ ӨӪ өӫ ";

    private const char FirstHangul = '\uAC00', LastHangul = '\uD7A3';

    private static readonly Dictionary<char, char> s_bases = Table.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(row => row[1..].Select(form => (Form: form, Base: row[0]))).ToDictionary(pair => pair.Form, pair => pair.Base);

    public static string Strip(string text)
    {
        var stripped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (s_bases.TryGetValue(c, out var letter))
                stripped.Append(letter);
            else if (c is >= FirstHangul and <= LastHangul)
                Hangul(stripped, c - FirstHangul);
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
                stripped.Append(c);
        }
        return stripped.ToString();
    }

    private static void Hangul(StringBuilder text, int syllable)
    {
        const int vowels = 21, finals = 28;
        text.Append((char)(0x1100 + syllable / (vowels * finals))).Append((char)(0x1161 + syllable % (vowels * finals) / finals));
        if (syllable % finals is > 0 and var final)
            text.Append((char)(0x11A7 + final));
    }
}
