using System.Globalization;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>The whole path on the built-in corpus and encoder.</summary>
internal static class DemoCommand
{
    private static readonly System.CommandLine.Option<string> s_output =
        CommonOptions.Output("Folder for emotion.zip, report.html and the embeddings (what the encoder makes of the recordings), "
            + "which a second run finds again.", "demo-output");

    private static readonly System.CommandLine.Option<bool> s_smoke = new("--smoke")
    {
        Description = "The same with a very small corpus and two epochs (passes over it): does it run at all?",
    };

    public static ToolCommand Create() => new("demo",
        "Runs the whole path on a synthetic corpus (babble that the program makes) and an untrained encoder (random weights): "
            + "cross-validate by speaker (each speaker is scored by a model that never heard them), report, train, save, load, predict. "
            + "Nothing is downloaded.",
        "mlnetser demo --output demo-output", Run) { s_output, CommonOptions.Seed, CommonOptions.Threads, s_smoke };

    private static int Run(ToolCall call)
    {
        var output = call.Get(s_smoke) && !call.Has(s_output) ? "demo-smoke" : call.Get(s_output);   // two corpora do not share a folder
        Show.WordsFirst(call);
        var (evaluation, model, first) = Demo.Run(new DemoOptions
        {
            OutputFolder = output,
            Smoke = call.Get(s_smoke),
            Seed = call.Get(CommonOptions.Seed),
            ThreadCount = call.Get(CommonOptions.Threads),
            Command = call.CommandForRecords,
        }, call.Progress, call.CancellationToken);
        call.Progress.Clear();
        var scores = string.Join(", ", model.Classes
            .Zip(first.Scores, (name, score) => string.Create(CultureInfo.InvariantCulture, $"{name} {score:0.000}")));
        Console.WriteLine($"\n{evaluation.Page}\n");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"saved {Path.Combine(output, "emotion.zip")} ({model.ParameterCount:N0} parameters, trained on all speakers)"));
        Console.WriteLine($"{Path.GetFileName(first.Path)} scores {scores}");
        Console.WriteLine($"wrote {evaluation.ReportPath}: tables, confusion, learning curves, protocol");
        return first.Error is null ? 0 : Failure.Failed;
    }
}
