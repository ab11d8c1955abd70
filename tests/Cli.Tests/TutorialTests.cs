using MlNetSer.TestKit;

namespace MlNetSer.Tests;

/// <summary>The tutorial, each command as it is written.</summary>
public sealed class TutorialTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-tutorial").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_command_of_the_tutorial_runs_as_written()
    {
        string[] commands = [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "tutorial.md"))
            .Where(line => line.StartsWith("mlnetser ", StringComparison.Ordinal))];

        foreach (var command in commands)
        {
            using var process = ToolProcess.Start(_folder, command.Split(' ')[1..]);
            process.Succeed();
        }

        Assert.InRange(commands.Length, 8, 20);
        Assert.True(File.Exists(Path.Combine(_folder, "report.html")));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_folder, "figures"), "*.png"));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(_folder, "pictures"), "*.png"));
    }
}
