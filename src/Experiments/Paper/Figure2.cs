using System.Globalization;
using ScottPlot;

namespace MlNetSer.Experiments;

/// <summary>Figure 2 of the paper: UAR over the encoder's blocks, block 0 = the filterbank, one panel for each encoder.</summary>
/// <remarks>Solid lines: RNN-MHSA on one block, one line for each pair of training and test corpus. Dashed: the baseline. Shaded: 95 %
/// interval by speaker.</remarks>
internal sealed class Figure2(RunSettings settings, Cells cells)
{
    private const int PanelWidth = 820, Height = 460;

    /// <summary>Whether no row that it shows was run.</summary>
    public bool IsEmpty => !Enumerable.Range(0, settings.Encoders.Count)
        .Any(encoder => settings.Pairs.Any(pair => Line(encoder, pair).Any()));

    /// <summary>The points, as numbers.</summary>
    public TextTable Points()
    {
        var table = new TextTable("encoder", "trained_on", "tested_on", "block", "uar", "low", "high");
        foreach (var (encoder, facts) in settings.Encoders.Index())
        {
            foreach (var pair in settings.Pairs)
            {
                foreach (var (block, score) in Line(encoder, pair))
                    table.Add([facts.Name, settings.Corpora[pair.Trained].Name, settings.Corpora[pair.Tested].Name,
                        block.ToString(CultureInfo.InvariantCulture), .. new[] { score.Uar, score.Interval.Low, score.Interval.High }
                            .Select(number => number.ToString("R", CultureInfo.InvariantCulture))]);
            }
        }
        return table;
    }

    /// <summary>The figure, a panel for each encoder.</summary>
    public Figure Draw() => new(PanelWidth, Height, [.. Enumerable.Range(0, settings.Encoders.Count).Select(Panel)]);

    private Plot Panel(int encoder)
    {
        var plot = FigureStyle.NewPlot(settings.Encoders[encoder].Name, "block (0 = filterbank)", "UAR (%)");
        foreach (var (i, pair) in settings.Pairs.Index())
        {
            if (Line(encoder, pair).ToList() is { Count: > 0 } line)
            {
                BlocksFigure.AddLine(plot, i, settings.Name(pair),
                    [.. line.Select(point => (point.Block, point.Score.Uar, point.Score.Interval))]);
            }
            if (Baseline(encoder, pair) is { } baseline)
            {
                var dashed = plot.Add.HorizontalLine(100 * baseline.Cell.Score.Uar, 1.5f, FigureStyle.Color(i), LinePattern.Dashed);
                dashed.LegendText = $"{settings.Name(pair)}, {baseline.Row.Label}";
            }
        }
        var all = Enumerable.Range(0, settings.Encoders.Count).SelectMany(panel => settings.Pairs.SelectMany(pair => Heights(panel, pair)))
            .ToList();
        if (all.Count > 0)
            plot.Axes.SetLimitsY(100 * all.Min() - 2, 100 * all.Max() + 2);   // panels are compared
        BlocksFigure.SetBlocks(plot, Axis(encoder));
        plot.ShowLegend(Edge.Right);
        FigureStyle.SetFont(plot);
        return plot;
    }

    private IEnumerable<int> Axis(int encoder) => settings.Rows(encoder).Select(row => row.FigureBlock).OfType<int>().Order();

    private IEnumerable<(int Block, CellScore Score)> Line(int encoder, (int, int) pair)
        => from row in settings.Rows(encoder)
           where row.FigureBlock is not null
           orderby row.FigureBlock
           let cell = cells.Find(row, encoder, pair)
           where cell is not null
           select (row.FigureBlock!.Value, cell.Score);

    private IEnumerable<double> Heights(int encoder, (int, int) pair)
    {
        var intervals = Line(encoder, pair).SelectMany(point => new[] { point.Score.Interval.Low, point.Score.Interval.High });
        return Baseline(encoder, pair) is { } baseline ? intervals.Append(baseline.Cell.Score.Uar) : intervals;
    }

    /// <summary>The last baseline row that was run: the paper's is A + T.</summary>
    private (SystemRow Row, Cell Cell)? Baseline(int encoder, (int, int) pair)
        => settings.Rows(encoder).Where(row => row.IsBaseline).Select(row => (row, Cell: cells.Find(row, encoder, pair)))
        .Where(entry => entry.Cell is not null)
            .Select(entry => ((SystemRow, Cell)?)(entry.row, entry.Cell!)).LastOrDefault();
}
