using System.Diagnostics;
using System.Reflection;

namespace MlNetSer.Tests;

/// <summary>The README's lines are those of examples/TenLines, and they run.</summary>
public sealed class ReadmeTests
{
    internal static string Root { get; } = FindRoot();

    [Fact]
    public void Ten_lines_are_those_of_the_example()
    {
        var readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        const string Start = "<!-- from examples/TenLines/Program.cs -->\n```csharp\n";
        var from = readme.IndexOf(Start, StringComparison.Ordinal);
        Assert.True(from >= 0, "README.md has lost the mark before its ten lines");
        from += Start.Length;

        var shown = readme[from..readme.IndexOf("```", from, StringComparison.Ordinal)];

        Assert.Equal(string.Concat(File.ReadLines(Path.Combine(Root, "examples", "TenLines", "Program.cs")).Skip(1).Select(line => line + "\n")), shown);
    }

    [Fact]
    public async Task Ten_lines_run_and_leave_a_model()
    {
        var program = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TenLines").Value!;
        var folder = Directory.CreateTempSubdirectory("mlnetser-ten-lines").FullName;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();

        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, await errors);
        Assert.Contains("over 6 folds; pooled", output);
        Assert.True(File.Exists(Path.Combine(folder, "emotion.zip")));
        Directory.Delete(folder, recursive: true);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MlNetSer.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"'{AppContext.BaseDirectory}' does not lie in the repository.");
    }
}
