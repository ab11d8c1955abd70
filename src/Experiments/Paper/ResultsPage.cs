using System.Globalization;
using System.Text;

namespace MlNetSer.Experiments;

/// <summary>Assembles what the jobs left: run records, tables, the figure, and a page that says how all of it came about.</summary>
internal sealed class ResultsPage(DirectoryInfo output, RunSettings settings)
{
    /// <summary>Writes everything; cells whose jobs are not all there stand as "not run".</summary>
    /// <returns>The page.</returns>
    public string Write(Cells cells)
    {
        var tables = new Tables(settings, cells);
        var figure = new Figure2(settings, cells);
        foreach (var table in new[] { 2, 3 })
        {
            SafeFile.Write(InOutput($"table{table}.md"), tables.Markdown(table));
            SafeFile.Write(InOutput($"table{table}.csv"), tables.Csv(table).ToCsv());
        }
        var recognition = new Table1(output, settings);
        if (!recognition.IsEmpty)
        {
            SafeFile.Write(InOutput("table1.md"), recognition.Markdown());
            SafeFile.Write(InOutput("table1.csv"), recognition.Csv().ToCsv());
        }
        SafeFile.Write(InOutput("figure2.csv"), figure.Points().ToCsv());
        if (!figure.IsEmpty)
        {
            var drawn = figure.Draw();
            SafeFile.Write(InOutput("figure2.svg"), drawn.SaveSvg);
            SafeFile.Write(InOutput("figure2.png"), drawn.SavePng);
        }
        var page = Page(cells, tables, recognition, figure);
        SafeFile.Write(InOutput("results.md"), page);
        return page;
    }

    private string InOutput(string name) => Path.Combine(output.FullName, name);

    private string Page(Cells cells, Tables tables, Table1 recognition, Figure2 figure)
    {
        var text = new StringBuilder($"# {string.Join(" and ", settings.Corpora.Select(corpus => corpus.Name))}, "
            + $"{string.Join(" and ", settings.Encoders.Select(encoder => encoder.Name))}\n\n");
        void Fact(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"- {name}: {value}\n");
        foreach (var corpus in settings.Corpora)
            Fact("corpus", $"{corpus.Identity}; {corpus.UtteranceCount} utterances of {corpus.SpeakerCount} speakers "
                + $"({string.Join(", ", corpus.Classes.Select(c => $"{c.Key} {c.Value}"))}); {corpus.Protocol}, {corpus.FoldCount} "
                + $"folds{(corpus.Copy.Length > 0 ? "; " + corpus.Copy : "")}");
        foreach (var encoder in settings.Encoders)
            Fact("encoder", $"{encoder.Name}, SHA-256 {encoder.Hash}, profile {encoder.Profile}, "
                + $"blocks {string.Join(" ", encoder.Blocks)}");
        if (settings.Text is { } words)
            Fact("text features", $"{words.Name}, SHA-256 {words.Hash}, over "
                + $"{(words.Tokens is null ? "the corpora's own transcripts" : "what each encoder recognised")}");
        Fact("networks", string.Create(CultureInfo.InvariantCulture,
            $"{settings.HiddenSize} hidden units each way, {settings.HeadCount} heads of {settings.HeadSize}, {settings.Epochs} epochs, "
                + $"the epoch with the lowest validation loss is kept"));
        Fact("seeds", string.Join(" ", cells.Seeds));
        foreach (var (name, values) in cells.Notes)
            Fact(name, string.Join(" | ", name == "command" ? values.Select(value => $"`{value}`") : values));
        Fact("training time", string.Create(CultureInfo.InvariantCulture, $"{cells.TrainingHours:0.00} h"));
        foreach (var pair in settings.Pairs)
        {
            foreach (var line in cells.Audits.GetValueOrDefault(pair, []))
                Fact($"audit, {settings.Name(pair)}", line);
        }
        if (cells.MissingJobs.Count > 0)
            Fact("missing", $"{cells.MissingJobs.Count} jobs that were asked for: "
                + $"{string.Join(", ", cells.MissingJobs.Take(3))}{(cells.MissingJobs.Count > 3 ? ", ..." : "")}");
        text.Append(CultureInfo.InvariantCulture,
            $"\n{(recognition.IsEmpty ? "" : recognition.Markdown() + "\n")}{tables.Markdown(2)}\n{tables.Markdown(3)}\n## Figure "
                + $"2\n\n{(figure.IsEmpty ? Tables.NotRun : "![UAR over the encoder's blocks](figure2.svg)")}\n");
        if (!figure.IsEmpty && !Figure.HasFonts)
            text.Append("\nThis machine has no fonts, so the figure has no letters: install one (Debian: fonts-dejavu-core), and run "
                + "merge again.\n");
        foreach (var (encoder, facts) in settings.Encoders.Index())
        {
            foreach (var pair in settings.Pairs)
            {
                var blocks = settings.Rows(encoder).Where(row => row.FigureBlock > 0)
                    .Select(row => (row.Label, Cell: cells.Find(row, encoder, pair))).Where(entry => entry.Cell is not null).ToList();
                if (blocks.Count > 0)
                    text.Append(CultureInfo.InvariantCulture,
                        $"\n{facts.Name}, {settings.Name(pair)}: best {blocks.MaxBy(entry => entry.Cell!.Score.Uar).Label}; "
                            + $"{string.Join(", ", blocks.Select(entry => $"{entry.Label} {Tables.Percent(entry.Cell!.Score.Uar)}"))}.\n");
            }
        }
        return text.ToString();
    }
}
