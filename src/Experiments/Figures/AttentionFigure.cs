using ScottPlot;
using ScottPlot.Colormaps;
using ScottPlot.TickGenerators;

namespace MlNetSer.Experiments;

/// <summary>Draws <see cref="Figures.Attention"/>: a panel of attention, and one of the filterbank.</summary>
internal static class AttentionFigure
{
    public static Figure Draw(AttentionMap map, string title)
    {
        var attention = FigureStyle.NewPlot(title, "time (s)", "block");
        Add(attention, map.Weights, map.BlockCount, map.FrameCount, rowsAreTime: false, map.DurationSeconds, 0.5, map.BlockCount + 0.5,
            new Viridis());
        var step = Math.Max(1, map.BlockCount / 16);
        attention.Axes.Left.TickGenerator = new NumericManual(
            [.. Enumerable.Range(1, map.BlockCount).Where(block => (block - 1) % step == 0)
            .Select(block => new Tick(block, block.ToString(System.Globalization.CultureInfo.InvariantCulture)))]);
        FigureStyle.SetFont(attention);
        if (map.Filterbank.Count == 0)
            return new Figure(620, 360, attention);

        var spectrogram = FigureStyle.NewPlot("log-Mel filterbank", "time (s)", "Mel bin");
        Add(spectrogram, map.Filterbank, map.Filterbank.Count / map.MelBinCount, map.MelBinCount, rowsAreTime: true, map.DurationSeconds, 0,
            map.MelBinCount, new Grayscale());
        FigureStyle.SetFont(spectrogram);
        return new Figure(620, 360, attention, spectrogram);
    }

    /// <summary>Adds a matrix of rows x columns; time runs to the right, the first block or bin is at the bottom.</summary>
    private static void Add(Plot plot, IReadOnlyList<float> values, int rows, int columns, bool rowsAreTime, double seconds, double low,
        double high, IColormap colors)
    {
        var (height, width) = rowsAreTime ? (columns, rows) : (rows, columns);
        var image = new double[height, width];   // row 0 is at the top
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                image[height - 1 - y, x] = values[rowsAreTime ? x * columns + y : y * columns + x];
        }
        var heat = plot.Add.Heatmap(image);
        heat.Colormap = colors;
        heat.Extent = new CoordinateRect(0, seconds, low, high);
        plot.Axes.SetLimits(0, seconds, low, high);
        plot.HideGrid();
    }
}
