using System.Text.Encodings.Web;
using System.Text.Json;
using MlNetSer.Experiments;
using Spectre.Console;

namespace MlNetSer.Cli;

/// <summary>How results are shown.</summary>
internal static class Show
{
    private const int Wide = 400;
    private static readonly JsonSerializerOptions s_json = new(
        JsonSerializerDefaults.Web)
    { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The words of a result that a reader may not know.</summary>
    public const string Words = """
        UAR (unweighted average recall) is the mean of the classes' recalls (shares that were found): guessing scores 1 / classes.
        A fold is one split of the speakers into those that train, validate (choose the epoch) and test; a job is one training on a fold;
        pooled = all test rows of all folds together. The audit says what the sides of a fold share. More: docs/glossary.md
        """;

    /// <summary>Says these words before they are used; with <c>--json</c> to standard error.</summary>
    public static void WordsFirst(ToolCall call) => call.Progress.Report(new ExperimentProgress { Text = Words + "\n", IsLine = true });

    public static void Json<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, s_json));

    public static void Table(TextTable table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = Wide;   // a file is as wide as its longest line
        var shown = new Table();
        foreach (var column in table.Columns)
            shown.AddColumn(new TableColumn(Markup.Escape(column)));
        foreach (var row in table.Rows)
            shown.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(shown);
    }

    /// <summary>Names and values, one a line.</summary>
    public static void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        var all = facts.ToList();
        var width = all.Count == 0 ? 0 : all.Max(fact => fact.Name.Length);
        foreach (var (name, value) in all)
            Console.WriteLine($"{name.PadRight(width)}  {value}");
    }
}
