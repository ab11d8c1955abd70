using System.Globalization;
using System.Text;
using MlNetSer.Text;

namespace MlNetSer.Tests;

public sealed class CanonicalFormTests
{
    /// <summary>1,000 texts with the forms that Python's unicodedata gives them (tests/Fixtures/canonical-forms).</summary>
    [Fact]
    public void Forms_are_those_of_Unicode_with_and_without_ICU()
    {
        var cases = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "canonical-forms", "cases.txt")).Skip(1)
            .Select(line => line.Split(';').Select(Text).ToArray()).ToList();

        Assert.Equal(1000, cases.Count);
        Assert.All(cases, forms => Assert.Equal((forms[1], forms[2]),
            (CanonicalForm.Composed(forms[0]), CanonicalForm.Decomposed(forms[0]))));
        Assert.Equal("café", CanonicalForm.Composed("cafe\u0301"));
    }

    private static string Text(string codes)
    {
        var text = new StringBuilder();
        foreach (var code in codes.Split(' '))
            text.Append(new Rune(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
        return text.ToString();
    }
}
