using System.Globalization;
using MlNetSer;
using ScottPlot;
using SkiaSharp;

namespace ReproducePaper;

/// <summary>Figure 2 of the paper: UAR over the encoder's blocks, block 0 = the filterbank, one panel for each encoder.</summary>
/// <remarks>Solid lines: RNN-MHSA on one block, one line for each pair of training and test corpus. Dashed: the baseline. Shaded: 95 % interval by speaker.</remarks>
internal sealed class Figure2(Settings settings, Cells cells)
{
    private const int PanelWidth = 820, Height = 460, PixelsPerPoint = 2;
    private static readonly Color[] s_colors = [new("#1f5fa8"), new("#c8501e"), new("#2f8f4e"), new("#7b4aa0")];
    private static readonly MarkerShape[] s_markers = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond];

    /// <summary>Whether no row that it shows was run.</summary>
    public bool IsEmpty => !Enumerable.Range(0, settings.Encoders.Count).Any(encoder => settings.Pairs.Any(pair => Line(encoder, pair).Any()));

    /// <summary>Whether this machine can write letters. A container without fonts draws the curves only.</summary>
    public static bool HasFonts => SKFontManager.Default.FontFamilies.Any();

    /// <summary>The points, as numbers.</summary>
    public TextTable Points()
    {
        var table = new TextTable("encoder", "trained_on", "tested_on", "block", "uar", "low", "high");
        foreach (var (encoder, facts) in settings.Encoders.Index())
        {
            foreach (var pair in settings.Pairs)
            {
                foreach (var (block, score) in Line(encoder, pair))
                    table.Add([facts.Name, settings.Corpora[pair.Trained].Name, settings.Corpora[pair.Tested].Name, block.ToString(CultureInfo.InvariantCulture), .. new[] { score.Uar, score.Interval.Low, score.Interval.High }.Select(number => number.ToString("R", CultureInfo.InvariantCulture))]);
            }
        }
        return table;
    }

    public void SaveSvg(string path)
    {
        using var stream = File.Create(path);
        using var canvas = SKSvgCanvas.Create(SKRect.Create(PanelWidth * settings.Encoders.Count, Height), stream);
        Draw(canvas);
    }

    public void SavePng(string path)
    {
        using var surface = SKSurface.Create(new SKImageInfo(PixelsPerPoint * PanelWidth * settings.Encoders.Count, PixelsPerPoint * Height));
        surface.Canvas.Scale(PixelsPerPoint);
        Draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        using var stream = File.Create(path);
        data.SaveTo(stream);
    }

    private void Draw(SKCanvas canvas)
    {
        for (var encoder = 0; encoder < settings.Encoders.Count; encoder++)
        {
            canvas.Save();
            canvas.ClipRect(SKRect.Create(encoder * PanelWidth, 0, PanelWidth, Height));   // a plot clears what it can reach
            Panel(encoder).Render(canvas, new PixelRect(encoder * PanelWidth, (encoder + 1) * PanelWidth, Height, 0));
            canvas.Restore();
        }
    }

    private Plot Panel(int encoder)
    {
        var plot = new Plot();
        plot.Title(settings.Encoders[encoder].Name);
        plot.XLabel("block (0 = filterbank)");
        plot.YLabel("UAR (%)");
        foreach (var (i, pair) in settings.Pairs.Index())
        {
            var line = Line(encoder, pair).ToList();
            double[] blocks = [.. line.Select(point => (double)point.Block)], uar = [.. line.Select(point => 100 * point.Score.Uar)];
            if (line.Count > 0)
            {
                var band = plot.Add.FillY(blocks, [.. line.Select(point => 100 * point.Score.Interval.Low)], [.. line.Select(point => 100 * point.Score.Interval.High)]);
                band.FillStyle.Color = s_colors[i].WithAlpha(0.12);
                band.LineStyle.Width = 0;
                var curve = plot.Add.Scatter(blocks, uar, s_colors[i]);
                (curve.LineWidth, curve.MarkerShape, curve.MarkerSize, curve.LegendText) = (2, s_markers[i], 7, settings.Name(pair));
            }
            if (Baseline(encoder, pair) is { } baseline)
            {
                var dashed = plot.Add.HorizontalLine(100 * baseline.Cell.Score.Uar, 1.5f, s_colors[i], LinePattern.Dashed);
                dashed.LegendText = $"{settings.Name(pair)}, {baseline.Row.Label}";
            }
        }
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. Axis(encoder).Select(block => new Tick(block, block.ToString(CultureInfo.InvariantCulture)))]);
        var all = Enumerable.Range(0, settings.Encoders.Count).SelectMany(panel => settings.Pairs.SelectMany(pair => Heights(panel, pair))).ToList();
        if (all.Count > 0)
            plot.Axes.SetLimitsY(100 * all.Min() - 2, 100 * all.Max() + 2);   // panels are compared
        plot.Axes.SetLimitsX(-0.5, Axis(encoder).Max() + 0.5);
        plot.ShowLegend(Edge.Right);
        plot.Font.Set(SKFontManager.Default.FontFamilies.Order(StringComparer.Ordinal).FirstOrDefault(family => family.Contains("Sans", StringComparison.Ordinal)) ?? Fonts.Default);
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
        => settings.Rows(encoder).Where(row => row.IsBaseline).Select(row => (row, Cell: cells.Find(row, encoder, pair))).Where(entry => entry.Cell is not null)
            .Select(entry => ((SystemRow, Cell)?)(entry.row, entry.Cell!)).LastOrDefault();
}
