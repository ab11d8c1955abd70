using System.Text;
using ScottPlot;
using SkiaSharp;

namespace MlNetSer.Experiments;

/// <summary>A drawing of one or more panels side by side, as SVG and PNG.</summary>
public sealed class Figure
{
    private const int PixelsPerPoint = 2;

    private readonly int _panelWidth, _height;
    private readonly IReadOnlyList<Plot> _panels;

    internal Figure(int panelWidth, int height, params IReadOnlyList<Plot> panels)
        => (_panelWidth, _height, _panels) = (panelWidth, height, panels);

    /// <summary>Whether this machine can write letters. A container without fonts draws lines only.</summary>
    public static bool HasFonts => SKFontManager.Default.FontFamilies.Any();

    /// <summary>Writes the figure as SVG, or as PNG where the path ends in <c>.png</c>.</summary>
    public void Save(string path)
    {
        if (path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            SavePng(path);
        else
            SaveSvg(path);
    }

    /// <summary>Writes the figure as SVG.</summary>
    public void SaveSvg(string path) => File.WriteAllBytes(path, SvgBytes());

    /// <summary>Writes the figure as PNG, two pixels to a point.</summary>
    public void SavePng(string path)
    {
        using var surface = SKSurface.Create(new SKImageInfo(PixelsPerPoint * _panelWidth * _panels.Count, PixelsPerPoint * _height));
        surface.Canvas.Scale(PixelsPerPoint);
        Draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        using var stream = File.Create(path);
        data.SaveTo(stream);
    }

    /// <summary>The figure as the text of an SVG file.</summary>
    public string ToSvg() => Encoding.UTF8.GetString(SvgBytes());

    internal byte[] SvgBytes()
    {
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(_panelWidth * _panels.Count, _height), stream))
            Draw(canvas);
        return stream.ToArray();
    }

    private void Draw(SKCanvas canvas)
    {
        for (var i = 0; i < _panels.Count; i++)
        {
            canvas.Save();
            canvas.ClipRect(SKRect.Create(i * _panelWidth, 0, _panelWidth, _height));   // a plot clears what it can reach
            _panels[i].Render(canvas, new PixelRect(i * _panelWidth, (i + 1) * _panelWidth, _height, 0));
            canvas.Restore();
        }
    }
}
