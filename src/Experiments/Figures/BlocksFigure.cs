using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace MlNetSer.Experiments;

/// <summary>Draws <see cref="Figures.Blocks"/>, and the panels of the paper's Figure 2.</summary>
internal static class BlocksFigure
{
    public static Figure Draw(IReadOnlyList<(string Line, int Block, double Uar, ScoreInterval Interval)> points, string title)
    {
        if (points.Count == 0)
            throw new ArgumentException("There are no points to draw.", nameof(points));
        var plot = FigureStyle.NewPlot(title, "block (0 = filterbank)", "UAR (%)");
        foreach (var (i, line) in points.GroupBy(point => point.Line).Index())
            AddLine(plot, i, line.Key, [.. line.OrderBy(point => point.Block).Select(point => (point.Block, point.Uar, point.Interval))]);
        SetBlocks(plot, points.Select(point => point.Block).Distinct().Order());
        plot.Axes.SetLimitsY(100 * points.Min(point => point.Interval.Low) - 2, 100 * points.Max(point => point.Interval.High) + 2);
        plot.ShowLegend(Edge.Right);
        FigureStyle.SetFont(plot);
        return new Figure(820, 460, plot);
    }

    public static void AddLine(Plot plot, int i, string name, IReadOnlyList<(int Block, double Uar, ScoreInterval Interval)> points)
    {
        double[] blocks = [.. points.Select(point => (double)point.Block)], uar = [.. points.Select(point => 100 * point.Uar)];
        var band = plot.Add.FillY(blocks, [.. points.Select(point => 100 * point.Interval.Low)],
            [.. points.Select(point => 100 * point.Interval.High)]);
        band.FillStyle.Color = FigureStyle.Color(i).WithAlpha(0.12);
        band.LineStyle.Width = 0;
        var curve = plot.Add.Scatter(blocks, uar, FigureStyle.Color(i));
        (curve.LineWidth, curve.MarkerShape, curve.MarkerSize, curve.LegendText) = (2, FigureStyle.Marker(i), 7, name);
    }

    public static void SetBlocks(Plot plot, IEnumerable<int> blocks)
    {
        int[] all = [.. blocks];
        plot.Axes.Bottom.TickGenerator = new NumericManual(
            [.. all.Select(block => new Tick(block, block.ToString(CultureInfo.InvariantCulture)))]);
        plot.Axes.SetLimitsX(-0.5, all.Max() + 0.5);
    }
}
