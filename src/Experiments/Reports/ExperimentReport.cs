namespace MlNetSer.Experiments;

/// <summary>The report on an output folder: tables, figures, protocol, environment.</summary>
internal static class ExperimentReport
{
    public static string Html(DirectoryInfo output, RunSettings settings, Cells cells)
    {
        var page = new HtmlPage($"{string.Join(" and ", settings.Corpora.Select(corpus => corpus.Name))}, "
            + $"{string.Join(" and ", settings.Encoders.Select(encoder => encoder.Name))}");
        page.Section("Summary");
        page.Text(ReportWords.Uar);
        page.Table(Summary(cells));
        var figure = new Figure2(settings, cells);
        if (!figure.IsEmpty)
        {
            page.Section("UAR over the encoder's blocks");
            page.Text(ReportWords.Block);
            page.Picture(figure.Draw(), "UAR over the encoder's blocks, with 95 % intervals");
        }
        if (new Table1(output, settings) is { IsEmpty: false } recognition)
        {
            page.Section("Speech recognition");
            page.Table(recognition.Csv());
        }
        page.Section("Runs");
        foreach (var run in cells.Runs)
            RunReport.Write(page, run);
        page.Section("Protocol");
        page.Facts(Protocol(settings, cells));
        page.Section("Environment");
        page.Facts(cells.Notes.SelectMany(note => note.Value.Select(value => (note.Key, value))));
        page.Section("Words");
        page.Facts(ReportWords.All);
        return page.ToString();
    }

    private static TextTable Summary(Cells cells)
    {
        var table = new TextTable("run", "system", "seed", "UAR, mean over folds", "pooled UAR", "95 % by speaker", "accuracy");
        foreach (var run in cells.Runs)
        {
            var seed = run.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (run.Within is { } within)
                table.Add(run.Name, run.System, seed, FigureStyle.Percent(within.MeanUar), FigureStyle.Percent(within.Pooled.Uar),
                    ReportWords.Interval(within.Interval), FigureStyle.Percent(within.Pooled.Accuracy));
            else if (run.Across is { } across)
                table.Add(run.Name, run.System, seed, FigureStyle.Percent(across.MeanUar), FigureStyle.Percent(across.Ensemble.Uar),
                    ReportWords.Interval(across.EnsembleInterval), FigureStyle.Percent(across.Ensemble.Accuracy));
        }
        return table;
    }

    private static IEnumerable<(string, string)> Protocol(RunSettings settings, Cells cells)
    {
        foreach (var corpus in settings.Corpora)
        {
            yield return ($"corpus {corpus.Name}",
                $"{corpus.Identity}; {corpus.UtteranceCount} utterances of {corpus.SpeakerCount} speakers; "
                + string.Join(", ", corpus.Classes.Select(entry => $"{entry.Key} {entry.Value}"))
                + $"{(corpus.Copy.Length > 0 ? "; " + corpus.Copy : "")}");
            yield return ($"folds of {corpus.Name}", $"{corpus.Protocol}; {corpus.FoldCount} folds");
        }
        foreach (var encoder in settings.Encoders)
            yield return ($"encoder {encoder.Name}",
                $"SHA-256 {encoder.Hash}, profile {encoder.Profile}, blocks {string.Join(' ', encoder.Blocks)}");
        yield return ("networks", $"{settings.HiddenSize} hidden units each way, {settings.HeadCount} heads of {settings.HeadSize}, "
            + $"{settings.Epochs} epochs");
        foreach (var (pair, lines) in cells.Audits)
        {
            foreach (var line in lines)
                yield return ($"audit of {settings.Name(pair)}", line);
        }
        if (cells.MissingJobs.Count > 0)
            yield return ("missing", $"{cells.MissingJobs.Count} jobs that were asked for: "
                + $"{string.Join(", ", cells.MissingJobs.Take(3))}{(cells.MissingJobs.Count > 3 ? ", ..." : "")}");
    }
}
