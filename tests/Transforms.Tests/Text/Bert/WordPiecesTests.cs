using MlNetSer.Text;
using MlNetSer.Text.Bert;

namespace MlNetSer.Tests.Text;

public sealed class WordPiecesTests
{
    private static readonly string[] Uncased = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "un", "##aff", "##able", "cafe",
        "paris", ",", "don", "'", "t", "我", "##s", "한", "ᄒ", "##ᅡ", "##ᆫ"];
    private static readonly string[] Cased = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "The", "café", "Paris", "##ian",
        "paris"];

    // Worked by hand after BERT's rules: lower case and no accents (uncased), punctuation and Chinese characters apart, then the longest
    // piece from the left.
    [Theory]
    [InlineData("The unaffable café, Paris", "the un ##aff ##able cafe , paris")]
    [InlineData("UNAFFABLE", "un ##aff ##able")]
    [InlineData("cafe\u0301s", "cafe ##s")]
    [InlineData("don't", "don ' t")]
    [InlineData("我the我", "我 the 我")]
    [InlineData("unparis", "[UNK]")]              // "un" fits, but there is no "##paris": the whole word is unknown
    [InlineData("  the\tthe\n", "the the")]
    [InlineData("th\u0000e\u200D \uFFFDun", "the un")]
    [InlineData("한", "ᄒ ##ᅡ ##ᆫ")]              // Hangul comes apart where accents go
    [InlineData("", "")]
    public void Uncased_text_is_cut_as_worked_by_hand(string text, string pieces) => Assert.Equal(pieces, Pieces(Uncased, text));

    [Theory]
    [InlineData("The café Parisian", "The café Paris ##ian")]
    [InlineData("the CAFÉ", "the [UNK]")]
    public void Cased_text_keeps_case_and_accents(string text, string pieces) => Assert.Equal(pieces, Pieces(Cased, text));

    [Fact]
    public void Upper_case_transcripts_are_lowered_for_a_cased_vocabulary_where_asked()
        => Assert.Equal("the café paris", Pieces(Cased, "THE CAFÉ PARIS", lowerCase: true, stripAccents: false));

    [Fact]
    public void Case_is_told_from_the_vocabulary()
    {
        Assert.True(WordPieces.IsUncased(Uncased));
        Assert.False(WordPieces.IsUncased(Cased));
    }

    [Fact]
    public void Long_text_is_cut_before_the_end_mark_and_the_rest_is_counted()
    {
        var pieces = new WordPieces(new WordPieceSettings
        {
            Vocabulary = Uncased,
            LowerCase = true,
            StripAccents = true,
            MaxPieceCount = 512
        });

        var (ids, cut) = pieces.Encode(string.Join(' ', Enumerable.Repeat("unaffable", 2000)));   // three pieces each

        Assert.Equal(512, ids.Length);
        Assert.Equal(3 * 2000 - 510, cut);
        Assert.Equal([2L, 6, 7, 8], ids[..4]);
        Assert.Equal([8L, 3], ids[^2..]);                                                       // 510 = 3 · 170
    }

    [Fact]
    public void Two_pieces_is_the_least_that_is_left()
    {
        var (ids, cut) = new WordPieces(new WordPieceSettings
        {
            Vocabulary = Uncased,
            LowerCase = true,
            StripAccents = true,
            MaxPieceCount = 2
        }).Encode("the the");

        Assert.Equal([2L, 3], ids);
        Assert.Equal(2, cut);
    }

    [Fact]
    public void Accents_go_the_same_way_in_every_globalization_mode()
    {
        Assert.Equal("AEIOU aeiou Zz nN sS cC Αα Йй", Accents.Strip("ÄÊÍÕŮ äêíõů Žž ñŃ šŞ çĆ Άά Йй").Replace('И', 'Й').Replace('и', 'й'));
        Assert.Equal("ßøłđ", Accents.Strip("ßøłđ"));   // these have no decomposition, and BERT keeps them
        Assert.Equal("I", Accents.Strip("İ"));
    }

    [Fact]
    public void A_vocabulary_without_the_special_pieces_is_refused_with_all_of_them()
    {
        var error = Assert.Throws<InvalidDataException>(
            () => WordPieces.Check([.. Uncased.Where(piece => piece is not ("[UNK]" or "[SEP]"))], "vocab.txt"));

        Assert.Equal(
            "Vocabulary 'vocab.txt' has 19 pieces and lacks [UNK], [SEP]. Wanted: the vocab.txt of a BERT model, one piece in each line.",
            error.Message);
    }

    [Fact]
    public void A_piece_that_is_there_twice_is_refused_with_its_lines()
        => Assert.Contains("line 22: 'the' is in line 6 already",
        Assert.Throws<InvalidDataException>(() => WordPieces.Check([.. Uncased, "the"], "vocab.txt")).Message);

    private static string Pieces(string[] vocabulary, string text, bool? lowerCase = null, bool? stripAccents = null)
    {
        var uncased = WordPieces.IsUncased(vocabulary);
        var pieces = new WordPieces(new WordPieceSettings
        {
            Vocabulary = vocabulary,
            LowerCase = lowerCase
            ?? uncased,
            StripAccents = stripAccents ?? uncased,
            MaxPieceCount = 512
        });
        var (ids, cut) = pieces.Encode(text);
        Assert.Equal((2L, 3L, 0), (ids[0], ids[^1], cut));
        return string.Join(' ', ids[1..^1].Select(id => vocabulary[id]));
    }
}
