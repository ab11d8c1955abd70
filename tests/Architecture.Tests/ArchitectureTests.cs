using System.Text;
using Mono.Cecil;

namespace MlNetSer.Tests;

/// <summary>The walls of the house: which project may use which, and no circle between the folders of one.</summary>
public sealed class ArchitectureTests
{
    /// <summary>What each project may use (docs/decisions): everything else is an arrow that must not be.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Transforms"] = [],
        ["Evaluation"] = [],
        ["Trainers"] = ["Transforms"],
        ["Experiments"] = ["Trainers", "Evaluation", "Transforms"],
        ["Cli"] = ["Experiments", "Trainers", "Evaluation", "Transforms"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    private static string Root { get; } = FindRoot();

    [Theory, MemberData(nameof(Projects))]
    public void Folders_of_a_project_form_no_circle(string project)
    {
        var graph = new FolderGraph(Assembly(project), Path.Combine(Root, "src", project));

        var circles = graph.Circles();

        Assert.True(circles.Count == 0, Describe(graph, circles));
    }

    [Theory, MemberData(nameof(Projects))]
    public void A_project_uses_only_those_below_it(string project)
    {
        using var module = ModuleDefinition.ReadModule(Assembly(project));

        var used = module.AssemblyReferences.Select(reference => reference.Name)
            .Where(name => name.StartsWith("MlNetSer.", StringComparison.Ordinal))
            .Select(name => name["MlNetSer.".Length..]);

        Assert.Empty(used.Except(Allowed[project]));
    }

    [Fact]
    public void Every_project_of_src_has_its_arrows_written_down()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension);

        Assert.Empty(projects.Except([.. Allowed.Keys, "AutoML", "NAudio"]));
    }

    private static string Assembly(string project)
        => Path.Combine(AppContext.BaseDirectory, project == "Cli" ? "mlnetser.dll" : $"MlNetSer.{project}.dll");

    private static string Describe(FolderGraph graph, List<List<string>> circles)
    {
        var text = new StringBuilder();
        foreach (var circle in circles)
        {
            text.AppendLine($"circle of {string.Join(", ", circle)}:");
            foreach (var ((from, to), example) in graph.Uses.Where(use => circle.Contains(use.Key.From) && circle.Contains(use.Key.To)))
                text.AppendLine($"  {from} uses {to}: {example}");
        }
        return text.ToString();
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MlNetSer.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("MlNetSer.sln is in no folder above the tests.");
        return folder.FullName;
    }
}
