using System.Text.RegularExpressions;
using MlNetSer.TestKit;

namespace MlNetSer.Tests;

/// <summary>The pages of docs/ can be found, and lead somewhere.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string s_docs = Path.Combine(Repository.Root, "docs");

    [Fact]
    public void Every_page_is_in_the_index()
    {
        var index = File.ReadAllText(Path.Combine(s_docs, "README.md"));
        var pages = Directory.GetFiles(s_docs, "*.md", SearchOption.AllDirectories).Select(page => Path.GetRelativePath(s_docs, page))
            .Select(page => page.Replace('\\', '/')).Where(page => page != "README.md");

        Assert.All(pages, page => Assert.Contains($"]({page})", index));
    }

    [Fact]
    public void Every_link_leads_to_a_file()
    {
        string[] pages = [.. Directory.GetFiles(s_docs, "*.md", SearchOption.AllDirectories), Path.Combine(Repository.Root, "README.md")];

        var dead = pages.SelectMany(page => Link().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target.Split('#')[0])))
            .Select(target => $"{Path.GetFileName(page)}: {target}"));

        Assert.Empty(dead);
    }

    [Fact]
    public void Every_limit_names_the_type_that_holds_it()
    {
        var types = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);
        string[][] rows = [.. File.ReadLines(Path.Combine(s_docs, "limits.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells[1] != "limit")];

        var places = rows.SelectMany(cells => cells[2].Split(',', StringSplitOptions.TrimEntries)).Select(place => place.Trim('`'));

        Assert.True(rows.Length > 30, $"only {rows.Length} limits are found");
        Assert.All(places, place => Assert.Contains(place, types));
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
