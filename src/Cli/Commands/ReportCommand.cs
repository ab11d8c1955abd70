using System.CommandLine;
using MlNetSer.Experiments;

namespace MlNetSer.Cli.Commands;

/// <summary>Writes a report and figures.</summary>
internal static class ReportCommand
{
    private static readonly Argument<string> s_run = new("run")
    {
        Description = "Output folder of 'evaluate', 'demo' or 'reproduce', or one file of its runs/.",
    };

    private static readonly Option<string> s_output = CommonOptions.Output("The HTML file.", "report.html");

    private static readonly Option<DirectoryInfo?> s_figures = new("--figures")
    {
        Description = "Folder for the figures too, each as SVG and PNG.",
    };

    public static ToolCommand Create() => new("report",
        "Writes one HTML file that needs no other: tables, confusion, learning curves, UAR (mean of the classes' recalls) of each "
            + "speaker, protocol, environment.",
        "mlnetser report evaluation --output report.html --figures figures", Run) { s_run, s_output, s_figures };

    private static int Run(ToolCall call)
    {
        var (run, output) = (call.Get(s_run), call.Get(s_output));
        HtmlReport.Write(run, output);
        Console.WriteLine($"wrote {output}");
        if (call.Get(s_figures) is { } folder)
            Console.WriteLine($"wrote {HtmlReport.WriteFigures(run, folder.FullName).Count} figures into {folder}");
        if (!Figure.HasFonts)
            Console.Error.WriteLine("This machine has no fonts, so figures have no letters: install one (Debian: fonts-dejavu-core), and "
                + "run this again.");
        return 0;
    }
}
