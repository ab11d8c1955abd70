using System.Globalization;

namespace MlNetSer.Experiments;

/// <summary>Tables 2 and 3 of the paper with our numbers beside the paper's.</summary>
internal sealed class Tables(RunSettings settings, Cells cells)
{
    public const string NotRun = "not run";

    /// <summary>One table in the paper's layout: a row for each system, our UAR with its interval and the paper's for each
    /// setting.</summary>
    public TextTable Overview(int table, int encoder)
    {
        var pairs = settings.Pairs.ToList();
        var orientation = pairs.Any(pair => Column(pair) is null);
        var result = new TextTable([
            table == 2 ? "Input" : "Method",
            .. pairs.SelectMany(pair => new[] { settings.Name(pair), "paper" }),
            "parameters", "s/epoch",
            .. orientation ? ["paper: IEM / MSP / MSP2IEM / IEM2MSP"] : Array.Empty<string>()]);
        foreach (var row in Rows(table, encoder))
        {
            var found = pairs.Select(pair => cells.Find(row, encoder, pair)).ToList();
            var within = pairs.Zip(found).Where(entry => entry.First.Trained == entry.First.Tested).Select(entry => entry.Second)
                .OfType<Cell>().ToList();
            var paper = PaperFigures.Find(row.Paper);
            result.Add([
                paper is not null && paper.Label != row.Label ? $"{row.Label}, the paper's {paper.Label}" : row.Label,
                .. pairs.Zip(found).SelectMany(entry
                    => new[] { entry.Second is { } cell ? $"{Percent(cell.Score.Uar)} {Interval(cell.Score.Interval)}{Fewer(cell)}"
                        : NotRun, Paper(paper, Column(entry.First)) }),
                within.Count > 0 ? within[0].ParameterCount.ToString("N0", CultureInfo.InvariantCulture) : "-",
                within.Count > 0 ? string.Join(" / ", within.Select(cell => Seconds(cell.SecondsPerEpoch))) : "-",
                .. orientation ? [paper is null ? "-" : string
                    .Join(" / ", paper.Uar.Select(uar => uar.ToString("0.0", CultureInfo.InvariantCulture)))] : Array.Empty<string>()]);
        }
        return result;
    }

    /// <summary>Spread and pooled figures of every cell, for people.</summary>
    public TextTable Details(int table, int encoder)
    {
        var result = new TextTable("system", "setting", "UAR ± over folds", "± over seeds", "pooled, or ensemble", "drawn by utterance",
            "folds x seeds");
        foreach (var (row, pair, cell) in All(table, encoder))
        {
            result.Add(row.Label, settings.Name(pair), cell is null ? NotRun
                : $"{Percent(cell.Score.Uar)} ± {Percent(cell.Score.StandardDeviation)}", cell is { Score.SeedCount: > 1 }
                ? Percent(cell.Score.SeedDeviation) : "-",
                cell is null ? NotRun : $"{Percent(cell.Score.PooledUar)} {Interval(cell.Score.PooledInterval)}", cell is null ? "-"
                    : Interval(cell.Score.PooledIntervalByUtterance), cell is null ? "-"
                    : $"{cell.Score.FoldCount} x {cell.Score.SeedCount}");
        }
        return result;
    }

    /// <summary>Everything of a table for programs: shares, not percent; empty = not run or not in the paper.</summary>
    public TextTable Csv(int table)
    {
        var result = new TextTable("encoder", "system", "trained_on", "tested_on", "uar", "low", "high", "sd_folds", "sd_seeds",
            "pooled_uar", "pooled_low", "pooled_high", "pooled_low_by_utterance", "pooled_high_by_utterance", "uar_all_classes", "folds",
                "seeds", "parameters", "seconds_per_epoch", "paper_row", "paper_setting", "paper_uar");
        for (var encoder = 0; encoder < settings.Encoders.Count; encoder++)
        {
            foreach (var (row, pair, cell) in All(table, encoder))
            {
                var (paper, column, score) = (PaperFigures.Find(row.Paper), Column(pair), cell?.Score);
                string[] ours = score is null ? [.. Enumerable.Repeat("", 15)] : [.. new[]
                {
                    score.Uar, score.Interval.Low, score.Interval.High, score.StandardDeviation, score.SeedDeviation, score.PooledUar,
                    score.PooledInterval.Low, score.PooledInterval.High,
                    score.PooledIntervalByUtterance.Low, score.PooledIntervalByUtterance.High, cell!.UarOverAllClasses,
                    score.FoldCount, score.SeedCount, cell.ParameterCount, Math.Round(cell.SecondsPerEpoch, 3),
                }.Select(number => number.ToString("R", CultureInfo.InvariantCulture))];
                result.Add([settings.Encoders[encoder].Name, row.Label, settings.Corpora[pair.Trained].Name,
                    settings.Corpora[pair.Tested].Name, .. ours,
                    paper?.Label ?? "", column?.ToString().ToUpperInvariant() ?? "", paper is not null && column is { } at
                        ? (paper.Uar[(int)at] / 100).ToString("0.000", CultureInfo.InvariantCulture) : ""]);
            }
        }
        return result;
    }

    /// <summary>One table as a page.</summary>
    public string Markdown(int table)
        => string.Join("\n", settings.Encoders
            .Select((encoder, i) => $"## {Title(table)}, encoder {encoder.Name}\n\n{Overview(table, i).ToMarkdown()}\n"
        + $"UAR in percent: mean over folds (on another corpus: over the folds' models), in brackets the 95 % interval of a bootstrap "
        + $"that draws speakers; with {string.Join(" or ", settings.Corpora.Select(corpus => corpus.SpeakerCount).Distinct())} of them "
        + $"it is coarse. "
        + "Paper: Chen and Zhang 2022, a Conformer of 12 blocks pre-trained on Gigaspeech; \"-\" = the paper has no such figure.\n\n"
        + $"{Details(table, i).ToMarkdown()}"));

    private static string Title(int table)
        => table == 2 ? "Table 2: single blocks, and blocks with the filterbank" : "Table 3: fusion of all blocks";

    private IEnumerable<SystemRow> Rows(int table, int encoder) => settings.Rows(encoder).Where(row => row.Table == table);

    private IEnumerable<(SystemRow Row, (int Trained, int Tested) Pair, Cell? Cell)> All(int table, int encoder)
        => settings.Pairs.SelectMany(pair => Rows(table, encoder).Select(row => (row, pair, cells.Find(row, encoder, pair))));

    private PaperSetting? Column((int Trained, int Tested) pair)
        => PaperFigures.Column(settings.Corpora[pair.Trained].Identity, settings.Corpora[pair.Tested].Identity);

    private static string Paper(PaperFigures? paper, PaperSetting? column)
        => paper is not null && column is { } at ? paper.Uar[(int)at].ToString("0.0", CultureInfo.InvariantCulture) : "-";

    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private string Fewer(Cell cell)
        => cell.Score.SeedCount < cells.Seeds.Count ? $" ({cell.Score.SeedCount} of {cells.Seeds.Count} seeds)" : "";

    private static string Interval(ScoreInterval interval) => $"[{Percent(interval.Low)}, {Percent(interval.High)}]";

    private static string Seconds(double seconds) => seconds.ToString(seconds < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
