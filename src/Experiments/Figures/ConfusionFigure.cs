using System.Globalization;
using ScottPlot;

namespace MlNetSer.Experiments;

/// <summary>Draws <see cref="Figures.Confusion"/>.</summary>
internal static class ConfusionFigure
{
    public static Figure Draw(ConfusionMatrix matrix, string title)
    {
        var (classes, counts) = (matrix.Classes, matrix.Counts);
        var plot = FigureStyle.NewPlot(title, "predicted", "truth");
        for (var truth = 0; truth < classes.Count; truth++)
        {
            var total = counts[truth].Sum();
            for (var predicted = 0; predicted < classes.Count; predicted++)
            {
                var (share, y) = (total == 0 ? 0 : (double)counts[truth][predicted] / total, classes.Count - 1 - truth);
                var cell = plot.Add.Rectangle(predicted - 0.5, predicted + 0.5, y - 0.5, y + 0.5);
                (cell.FillColor, cell.LineColor, cell.LineWidth) = (Colors.White.InterpolateRgb(FigureStyle.Color(0), share), Colors.White,
                    1);
                var text = plot.Add.Text(string.Create(CultureInfo.InvariantCulture, $"{counts[truth][predicted]}\n{100 * share:0} %"),
                    predicted, y);
                (text.LabelAlignment, text.LabelFontColor, text.LabelFontSize) = (Alignment.MiddleCenter, share > 0.5 ? Colors.White
                    : Colors.Black, 13);
            }
        }
        plot.Axes.Bottom.TickGenerator = FigureStyle.Names(classes);
        plot.Axes.Left.TickGenerator = FigureStyle.Names(classes.Reverse());
        plot.Axes.SetLimits(-0.5, classes.Count - 0.5, -0.5, classes.Count - 0.5);
        plot.HideGrid();
        FigureStyle.SetFont(plot);
        return new Figure(140 + 90 * classes.Count, 110 + 70 * classes.Count, plot);
    }
}
