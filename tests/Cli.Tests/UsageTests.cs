using System.Text.Json;

namespace MlNetSer.Tests;

/// <summary>What the program says of itself, and of a user's mistakes.</summary>
public sealed class UsageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-usage").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("demo")]
    [InlineData("predict")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("evaluate merge")]
    [InlineData("compare")]
    [InlineData("report")]
    [InlineData("sweep")]
    [InlineData("reproduce")]
    [InlineData("transcribe")]
    [InlineData("embed")]
    [InlineData("encoder cut")]
    [InlineData("encoder get")]
    [InlineData("corpus check")]
    [InlineData("model show")]
    public void Help_ends_with_an_example(string command)
    {
        using var help = ToolProcess.Start(_folder, [.. command.Split(' '), "--help"]);

        var lines = help.Succeed().TrimEnd().Split('\n');

        Assert.Equal("Example:", lines[^2]);
        Assert.StartsWith("  mlnetser " + command.Split(' ')[0], lines[^1]);
    }

    [Theory]
    [InlineData(2, "Unrecognized command or argument", "evaluate", "--corpsu", "x.csv")]
    [InlineData(2, "'mlnetser encoder cut --help' shows what it takes", "encoder", "cut")]
    [InlineData(2, "wanted is i/n with i from 1 to n", "evaluate", "--shard", "3/2")]
    [InlineData(2, "--protocol is 'dice'; wanted is speaker", "evaluate", "--protocol", "dice")]
    [InlineData(2, "There is no corpus 'ravdes'", "corpus", "check", "ravdes=.")]
    [InlineData(1, "nowhere.csv", "evaluate", "--corpus", "nowhere.csv")]
    [InlineData(1, "nowhere.onnx", "train", "--encoder", "nowhere.onnx")]
    [InlineData(1, "There is no model at", "predict", "nowhere.zip", "a.wav")]
    [InlineData(1, "nothing was run into it yet", "report", ".")]
    public void A_mistake_is_a_line_or_two_and_an_exit_code(int code, string message, params string[] arguments)
    {
        using var refused = ToolProcess.Start(_folder, arguments);

        var errors = refused.Refuse(code);

        Assert.Contains(message, errors);
        Assert.InRange(errors.TrimEnd().Split('\n').Length, 1, 2);
    }

    [Fact]
    public void Verbose_shows_where_an_error_arose()
    {
        using var refused = ToolProcess.Start(_folder, "report", ".", "--verbose");

        Assert.Contains("   at MlNetSer.Experiments.", refused.Finish().Errors);
    }

    [Fact]
    public void A_config_file_gives_what_the_command_line_does_not()
    {
        File.WriteAllText(Path.Combine(_folder, "mlnetser.json"),
            """{ "shard": "1/999", "epochs": 1, "output": "from-file", "json": true, }""");

        using (var run = ToolProcess.Start(_folder, "evaluate", "--output", "from-line", "--hidden", "4", "--heads", "1", "--head-size",
            "4"))
            Assert.Contains("part 1 of 999", run.Finish().Errors);   // for people, since standard output is for a program

        Assert.True(Directory.Exists(Path.Combine(_folder, "from-line")));
        Assert.False(Directory.Exists(Path.Combine(_folder, "from-file")));
        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "from-line", "settings.json")));
        Assert.Equal(1, settings.RootElement.GetProperty("Epochs").GetInt32());
    }

    [Fact]
    public void A_config_file_with_a_misspelt_option_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "mlnetser.json"), """{ "corpsu": "x.csv" }""");
        using var run = ToolProcess.Start(_folder, "corpus", "list");

        Assert.Contains("sets 'corpsu', which no command takes. There are: alignments, attention, beam,", run.Refuse(2));
    }
}
