using ScottPlot;

namespace MlNetSer.Experiments;

/// <summary>Draws <see cref="Figures.LearningCurves"/>.</summary>
internal static class LearningCurvesFigure
{
    public static Figure Draw(IReadOnlyList<TrainingReport> trainings, string title)
    {
        if (trainings.Count == 0)
            throw new ArgumentException("There are no trainings to draw.", nameof(trainings));
        var plot = FigureStyle.NewPlot(title, "epoch", "loss");
        Lines(plot, trainings, epoch => epoch.TrainLoss, 0, LinePattern.Solid, "training");
        Lines(plot, trainings, epoch => epoch.ValidationLoss, 1, LinePattern.Dashed, "validation");
        foreach (var (i, training) in trainings.Index())
        {
            if (training.Epochs.FirstOrDefault(epoch => epoch.Number == training.SelectedEpoch) is not { } kept)
                continue;
            var marker = plot.Add.Marker(kept.Number, kept.ValidationLoss ?? kept.TrainLoss, MarkerShape.OpenCircle, 8,
                FigureStyle.Color(1));
            if (i == 0)
                marker.LegendText = "epoch that is kept";
        }
        plot.ShowLegend(Alignment.UpperRight);
        FigureStyle.SetFont(plot);
        return new Figure(620, 380, plot);
    }

    private static void Lines(Plot plot, IReadOnlyList<TrainingReport> trainings, Func<EpochReport, double?> loss, int color,
        LinePattern pattern, string name)
    {
        List<(int Epoch, double Loss)> all = [];
        foreach (var training in trainings)
        {
            var points = training.Epochs.Where(epoch => loss(epoch) is { } value && double.IsFinite(value))
                .Select(epoch => (Epoch: epoch.Number, Loss: loss(epoch)!.Value)).ToList();
            all.AddRange(points);
            if (trainings.Count > 1)
                Line(plot, points, FigureStyle.Color(color).WithAlpha(0.25), 1, pattern);
        }
        var mean = all.GroupBy(point => point.Epoch, point => point.Loss).OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Average())).ToList();
        if (mean.Count > 0)
            Line(plot, mean, FigureStyle.Color(color), 2.5f, pattern).LegendText = trainings.Count > 1 ? name + ", mean over folds" : name;
    }

    private static ScottPlot.Plottables.Scatter Line(Plot plot, IReadOnlyList<(int Epoch, double Loss)> points, Color color, float width,
        LinePattern pattern)
    {
        var line = plot.Add.Scatter(points.Select(point => (double)point.Epoch).ToArray(), points.Select(point => point.Loss).ToArray(),
            color);
        (line.LineWidth, line.MarkerSize, line.LinePattern) = (width, 0, pattern);
        return line;
    }
}
