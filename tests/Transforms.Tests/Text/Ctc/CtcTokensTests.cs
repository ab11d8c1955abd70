using MlNetSer.Text;
using MlNetSer.Text.Ctc;

namespace MlNetSer.Tests.Text;

public sealed class CtcTokensTests
{
    [Theory]
    [InlineData("<blank> 0\n<unk> 1\n▁HI 2\n<sos/eos> 3\n", 4, 0)]              // WeNet
    [InlineData("<unk> 0\n▁hi 1\nq 2\n<blk> 3\n", 4, 3)]                          // NeMo by sherpa
    [InlineData("<blk>\t0\n<sos/eos>\t1\n▁HI\t2\n#0\t3\n#1\t4\n", 3, 0)]          // icefall, with disambiguation symbols
    [InlineData("q 2\r\n<blk> 0\r\n▁hi 1\r\n", 3, 0)]                             // any order, any line end
    [InlineData("\uFEFF▁hi\n<blank>\n", 2, 1)]                                    // tokens only
    public void Files_of_every_toolkit_are_read(string file, int count, int blank)
    {
        var tokens = Read(file);

        Assert.Equal((count, blank), (tokens.Count, tokens.BlankId));
    }

    [Fact]
    public void A_token_may_be_a_space_or_a_number()
    {
        var tokens = Read("<blk> 0\n  1\n7 2\n");

        Assert.Equal([" ", "7"], [tokens[1], tokens[2]]);
    }

    [Fact]
    public void A_blank_behind_the_last_token_is_said_by_minus_one()
    {
        Assert.Equal((3, 2), (Read("a 0\nb 1\n", -1).Count, Read("a 0\nb 1\n", -1).BlankId));
        Assert.Equal((3, 2), (Read("a 0\nb 1\n<blk> 2\n", -1).Count, Read("a 0\nb 1\n<blk> 2\n", -1).BlankId));   // it is in the file
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("a 0\nb\n", "line 2: 'b' is not a token followed by its id")]
    [InlineData("a 0\nb 0\n", "line 2: id 0 is in line 1 already")]
    [InlineData("<blk> 0\nb 2\n", "no line has id 1, but one has 2")]
    [InlineData("a 0\nb 1\n", "none of the 2 tokens is called <blank>, <blk>, <eps>, <pad>. Say which id is the CTC blank")]
    public void Broken_files_are_refused_with_the_line(string file, string message)
        => Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Read(file)).Message);

    [Fact]
    public void A_blank_that_is_no_token_is_refused()
        => Assert.Contains("the blank cannot have id 2: the 2 tokens have ids 0 to 1",
        Assert.Throws<InvalidDataException>(() => CtcTokens.FromList(["a", "b"], 2)).Message);

    [Fact]
    public void A_missing_file_is_named()
        => Assert.Contains("There is no token file at 'absent.txt'",
        Assert.Throws<FileNotFoundException>(() => CtcTokens.FromFile("absent.txt")).Message);

    [Theory]
    [InlineData("<blk>,▁the,▁ca,t,▁", "1,2,3,4,1", "the cat the")]
    [InlineData("<blk>,th@@,e,cat", "1,2,3", "the cat")]
    [InlineData("<blk>,a,b,<space>", "1,3,3,2,3", "a b")]
    [InlineData("<pad>,|,A,B,</s>", "2,1,3,4", "A B")]
    [InlineData("<blank>,<unk>,你,好", "2,1,3", "你<unk>好")]
    public void Tokens_join_by_the_convention_of_their_table(string tokens, string ids, string text)
        => Assert.Equal(text, new TokenText(CtcTokens.FromList(tokens.Split(','))).Join(ids.Split(',').Select(int.Parse)));

    private static CtcTokens Read(string text, int? blankId = null)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "tokens.txt");
        File.WriteAllText(path, text);
        return CtcTokens.FromFile(path, blankId);
    }
}
