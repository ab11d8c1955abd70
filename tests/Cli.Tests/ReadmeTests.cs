using System.Diagnostics;
using MlNetSer.TestKit;

namespace MlNetSer.Tests;

/// <summary>The README's lines are those of examples/TenLines, and they run.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void Ten_lines_are_those_of_the_example()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        const string Start = "<!-- from examples/TenLines/Program.cs -->\n```csharp\n";
        var from = readme.IndexOf(Start, StringComparison.Ordinal);
        Assert.True(from >= 0, "README.md has lost the mark before its ten lines");
        from += Start.Length;

        var shown = readme[from..readme.IndexOf("```", from, StringComparison.Ordinal)];

        Assert.Equal(string.Concat(File.ReadLines(Path.Combine(Repository.Root, "examples", "TenLines", "Program.cs")).Skip(1)
            .Select(line => line + "\n")), shown);
    }

    [Fact]
    public async Task Ten_lines_run_and_leave_a_model()
    {
        var program = ToolProcess.PathOf("TenLines");
        var folder = Directory.CreateTempSubdirectory("mlnetser-ten-lines").FullName;
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [program])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true
            })!;
        var errors = process.StandardError.ReadToEndAsync();

        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, await errors);
        Assert.Contains("over 6 folds; pooled", output);
        Assert.True(File.Exists(Path.Combine(folder, "emotion.zip")));
        Directory.Delete(folder, recursive: true);
    }
}
