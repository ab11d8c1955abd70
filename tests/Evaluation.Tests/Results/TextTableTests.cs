namespace MlNetSer.Tests;

public sealed class TextTableTests
{
    [Fact]
    public void Markdown_lines_up_and_keeps_bars_inside_cells()
    {
        var table = new TextTable("a", "UAR");
        table.Add("x|y", "71.3 [67.0, 75.0]");

        Assert.Equal("""
            | a    | UAR               |
            | ---- | ----------------- |
            | x\|y | 71.3 [67.0, 75.0] |

            """, table.ToMarkdown());
    }

    [Fact]
    public void Csv_quotes_what_has_a_comma()
    {
        var table = new TextTable("a", "b");
        table.Add("1,2", "");

        Assert.Equal("a,b\n\"1,2\",\n", table.ToCsv());
    }

    [Fact]
    public void A_row_of_another_width_is_refused()
        => Assert.Contains("The row has 1 cells (x), the table 2 columns (a, b)",
        Assert.Throws<ArgumentException>(() => new TextTable("a", "b").Add("x")).Message);
}
