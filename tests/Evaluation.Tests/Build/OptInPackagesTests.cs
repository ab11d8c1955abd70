using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MlNetSer.Tests.Build;

/// <summary>
/// What restore asks for: by default nothing that not every feed has; under each property, what it names. Nothing is restored here.
/// </summary>
public sealed partial class OptInPackagesTests
{
    private static readonly string[] s_notInEveryFeed =
        ["Microsoft.ML.AutoML", "NAudio", "TorchSharp-cuda", "libtorch-cuda", "Microsoft.ML.OnnxRuntime.Gpu"];

    private static readonly string s_root = Root();

    private static readonly Lazy<HashSet<string>> s_asked =
        new(() => AskedFor("src/AutoML", "src/NAudio", "tests/AutoML.Tests", "tests/NAudio.Tests", "examples/AutoML", "examples/Sweep",
        "examples/PredictOneFile"));

    [Fact]
    public void The_resolved_graph_of_the_default_build_has_no_opt_in_package()
    {
        string[] graphs = [.. Projects().Select(project =>
            Path.Combine(s_root, Path.GetDirectoryName(project)!, "obj", "project.assets.json")).Where(File.Exists)];

        Assert.Contains(graphs, graph => graph.Contains("Evaluation.Tests", StringComparison.Ordinal));   // at least our own was restored
        Assert.All(graphs, graph =>
        {
            using var json = JsonDocument.Parse(File.ReadAllText(graph));
            Assert.DoesNotContain(json.RootElement.GetProperty("libraries").EnumerateObject(), library => IsOptIn(library.Name));
        });
    }

    [Fact]
    public void The_solution_has_no_opt_in_project()
    {
        Assert.NotEmpty(Projects());
        Assert.DoesNotContain(Projects(), project => project.Contains("AutoML", StringComparison.Ordinal)
            || project.Contains("NAudio", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_property_no_project_asks_for_an_opt_in_package()
        => Assert.DoesNotContain(s_asked.Value, line => line.StartsWith("default ", StringComparison.Ordinal)
        && IsOptIn(line.Split(' ')[2]));

    [Theory]
    [InlineData("WithAutoML src/AutoML Microsoft.ML.AutoML")]
    [InlineData("WithNAudio src/NAudio NAudio.Core")]
    [InlineData("Accelerator examples/Sweep TorchSharp-cuda-linux")]
    [InlineData("Accelerator examples/Sweep Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("Accelerator examples/PredictOneFile Microsoft.ML.OnnxRuntime.Gpu")]
    public void Under_its_property_a_project_asks_for_its_package(string line)
    {
        Assert.SkipWhen(line.EndsWith("-linux", StringComparison.Ordinal)
            && !OperatingSystem.IsLinux(), "SKIPPED: the CUDA form of libtorch is named for Linux only.");

        Assert.Contains(line, s_asked.Value);
        Assert.Contains($"<PackageVersion Include=\"{line.Split(' ')[2]}\"",
            File.ReadAllText(Path.Combine(s_root, "Directory.Packages.props")));
    }

    [Theory]
    [InlineData("examples/Sweep")]
    [InlineData("examples/PredictOneFile")]
    public void Under_cuda_no_app_brings_the_cpu_form_beside_it(string app)
    {
        Assert.Contains($"default {app} Microsoft.ML.OnnxRuntime", s_asked.Value);
        Assert.DoesNotContain($"Accelerator {app} Microsoft.ML.OnnxRuntime", s_asked.Value);
        Assert.DoesNotContain($"Accelerator {app} libtorch-cpu-linux-x64", s_asked.Value);
    }

    private static bool IsOptIn(string package)
        => s_notInEveryFeed.Any(name => package.StartsWith(name, StringComparison.OrdinalIgnoreCase));

    private static string[] Projects()
        => [.. ProjectLine().Matches(File.ReadAllText(Path.Combine(s_root, "MlNetSer.sln")))
        .Select(match => match.Value.Trim('"').Replace('\\', '/'))];

    /// <summary>Lines "property project package", by one run of MSBuild that evaluates and restores nothing.</summary>
    private static HashSet<string> AskedFor(params string[] projects)
    {
        var folder = Directory.CreateTempSubdirectory("opt-in-");
        try
        {
            (string Name, string Value)[] properties = [("default", ""), ("WithAutoML", "WithAutoML=true"),
                ("WithNAudio", "WithNAudio=true"), ("Accelerator", "Accelerator=cuda")];
            var calls = properties.SelectMany(property => projects.Select(project => $"""
                <MSBuild Projects="{s_root}/{project}/{Path.GetFileName(project)}.csproj" Targets="CollectPackageReferences"
                         Properties="{property.Value}"><Output TaskParameter="TargetOutputs" ItemName="Got" /></MSBuild>
                <WriteLinesToFile File="asked.txt" Lines="@(Got->'{property.Name} {project} %(Identity)')" />
                <ItemGroup><Got Remove="@(Got)" /></ItemGroup>
                """));
            File.WriteAllText(Path.Combine(folder.FullName, "asked.proj"),
                $"<Project><Target Name=\"Ask\">{string.Concat(calls)}</Target></Project>");
            var start = new ProcessStartInfo("dotnet", ["msbuild", "asked.proj", "-t:Ask", "-nologo", "-v:q",
                "-nodeReuse:false"])
            { WorkingDirectory = folder.FullName, RedirectStandardOutput = true };
            foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
                .ToArray())
                start.Environment.Remove(name);   // those of a build around the tests
            using var run = Process.Start(start)!;
            var output = run.StandardOutput.ReadToEnd();
            run.WaitForExit();
            Assert.True(run.ExitCode == 0, output);
            return [.. File.ReadAllLines(Path.Combine(folder.FullName, "asked.txt"))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MlNetSer.sln")))
            folder = folder.Parent;
        return folder?.FullName.Replace('\\', '/') ?? throw new InvalidOperationException(
            $"There is no MlNetSer.sln above '{AppContext.BaseDirectory}'.");
    }

    [GeneratedRegex("\"[^\"]+\\.csproj\"")]
    private static partial Regex ProjectLine();
}
