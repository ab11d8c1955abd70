using ScottPlot;

namespace MlNetSer.Experiments;

/// <summary>Draws <see cref="Figures.Speakers"/>.</summary>
internal static class SpeakersFigure
{
    public static Figure Draw(SpeakerCrossValidationResult result, string title)
    {
        var classCount = result.Pooled.Classes.Count;
        var plot = FigureStyle.NewPlot(title, "speaker", "UAR (%)");
        var speakers = result.Speakers;
        foreach (var (i, speaker) in speakers.Index())
        {
            var rows = result.Predictions.Where(row => row.Speaker == speaker.Speaker).Select(row => (row.Truth, row.Predicted));
            var interval = ClusteredBootstrap.UarByUtterance(classCount, rows);
            var line = plot.Add.Line(i, 100 * interval.Low, i, 100 * interval.High);
            (line.LineWidth, line.LineColor, line.MarkerSize) = (2, FigureStyle.Color(0), 0);
            plot.Add.Marker(i, 100 * speaker.Uar, MarkerShape.FilledCircle, 8, FigureStyle.Color(0));
        }
        var pooled = plot.Add.HorizontalLine(100 * result.Pooled.Uar, 1.5f, FigureStyle.Color(1), LinePattern.Dashed);
        pooled.LegendText = $"all speakers, {FigureStyle.Percent(result.Pooled.Uar)}";
        plot.Axes.Bottom.TickGenerator = FigureStyle.Names(speakers.Select(speaker => speaker.Speaker));
        if (speakers.Count > 12)
            (plot.Axes.Bottom.TickLabelStyle.Rotation, plot.Axes.Bottom.TickLabelStyle.Alignment) = (90, Alignment.MiddleLeft);
        plot.Axes.SetLimits(-0.5, speakers.Count - 0.5, 0, 102);
        plot.ShowLegend(Alignment.LowerRight);
        FigureStyle.SetFont(plot);
        return new Figure(Math.Clamp(180 + 50 * speakers.Count, 480, 1400), 380, plot);
    }
}
