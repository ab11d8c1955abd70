using MlNetSer.Cli;
using MlNetSer.TestKit;

namespace MlNetSer.Tests;

/// <summary>Each command that README and docs show is one that the program takes.</summary>
public sealed class DocumentedCommandsTests
{
    [Fact]
    public void Every_command_of_the_pages_parses()
    {
        var root = Tool.CreateRoot();
        string[] pages = [Path.Combine(Repository.Root, "README.md"), .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md")];
        var lines = pages.SelectMany(page => Commands(File.ReadAllText(page)).Select(line => (Page: Path.GetFileName(page), Line: line)))
            .ToList();

        var wrong = lines.Select(entry => (entry, root.Parse(Arguments(entry.Line)).Errors)).Where(entry => entry.Errors.Count > 0)
            .Select(entry => $"{entry.entry.Page}: mlnetser {entry.entry.Line}: {entry.Errors[0].Message}");

        Assert.True(lines.Count > 30, $"only {lines.Count} commands are found");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_command_of_the_program_has_a_line_in_its_page()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "command-line.md"));

        Assert.All(Tool.CreateRoot().Subcommands, command => Assert.Contains("mlnetser " + command.Name, page));
    }

    [Fact]
    public void An_option_means_the_same_in_every_command()
    {
        var options = All(Tool.CreateRoot()).SelectMany(command => command.Options)
            .Where(option => option.Name is "--seed" or "--threads" or "--shard" or "--json" or "--int8" or "--store" or "--protocol");

        Assert.All(options.GroupBy(option => option.Name),
            same => Assert.Single(same.Select(option => option.Description!.Split(['.', ';', ','])[0].Replace("Seeds", "Seed"))
                .Distinct()));
    }

    private static IEnumerable<System.CommandLine.Command> All(System.CommandLine.Command command)
        => command.Subcommands.SelectMany(All).Prepend(command);

    /// <summary>What follows "mlnetser" or the project in a block of code, lines that end in a backslash joined.</summary>
    private static IEnumerable<string> Commands(string page)
    {
        foreach (var line in page.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(line => line.Trim()))
        {
            foreach (var start in new[] { "mlnetser ", "dotnet run --project src/Cli -- ", "dotnet run -c Release --project src/Cli -- ",
                "sbatch eng/cluster/slurm.sh " })
            {
                if (line.StartsWith(start, StringComparison.Ordinal))
                    yield return line[start.Length..].Split("  #")[0].Split(" # ")[0].Trim();
            }
        }
    }

    private static string[] Arguments(string line)
        => [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).TakeWhile(word => word is not ("|" or ">"))
            .Where(word => word != "...")];
}
