using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace MlNetSer.Experiments;

/// <summary>Colours, markers and letters that all figures share.</summary>
internal static class FigureStyle
{
    private static readonly Color[] s_colors = [new("#1f5fa8"), new("#c8501e"), new("#2f8f4e"), new("#7b4aa0"), new("#8a6d1b"),
        new("#4a7f8c")];
    private static readonly MarkerShape[] s_markers = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp,
        MarkerShape.FilledDiamond];

    public static Color Color(int i) => s_colors[i % s_colors.Length];

    public static MarkerShape Marker(int i) => s_markers[i % s_markers.Length];

    public static Plot NewPlot(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.XLabel(x);
        plot.YLabel(y);
        return plot;
    }

    /// <summary>The same font on every machine that has it; set last, since it goes to what is there.</summary>
    public static void SetFont(Plot plot)
        => plot.Font.Set(SKFontManager.Default.FontFamilies.Order(StringComparer.Ordinal)
            .FirstOrDefault(family => family.Contains("Sans", StringComparison.Ordinal)) ?? Fonts.Default);

    /// <summary>A tick for each name, at 0, 1, 2, ...</summary>
    public static NumericManual Names(IEnumerable<string> names) => new([.. names.Select((name, i) => new Tick(i, name))]);

    public static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
}
