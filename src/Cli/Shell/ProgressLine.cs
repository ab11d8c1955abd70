using System.Diagnostics;
using MlNetSer.Experiments;

namespace MlNetSer.Cli;

/// <summary>One line with a bar that is written over on a terminal; elsewhere a line every half minute, and the last one of each
/// step.</summary>
internal sealed class ProgressLine(TextWriter lines) : IProgress<ExperimentProgress>
{
    private const int BarWidth = 20;
    private static readonly TimeSpan s_onTerminal = TimeSpan.FromSeconds(0.1), s_elsewhere = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly bool _isTerminal = !Console.IsErrorRedirected && !Console.IsOutputRedirected;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _said;
    private int _shown;

    public void Report(ExperimentProgress value)
    {
        lock (_lock)
        {
            if (value.IsLine)
            {
                Erase();
                lines.WriteLine(value.Text);
                _said = _clock.Elapsed;
            }
            else if (_isTerminal)
            {
                if (value.IsLast || _clock.Elapsed - _said > s_onTerminal)
                    Draw(value);
            }
            else if (value.IsLast || _clock.Elapsed - _said > s_elsewhere)
            {
                lines.WriteLine("  " + value);
                _said = _clock.Elapsed;
            }
        }
    }

    /// <summary>Takes the bar away, so that other lines can follow.</summary>
    public void Clear()
    {
        lock (_lock)
            Erase();
    }

    private void Draw(ExperimentProgress value)
    {
        var bar = "";
        if (value.Total > 0)
        {
            var share = Math.Clamp(value.Done / value.Total, 0, 1);
            var done = (int)Math.Round(share * BarWidth);
            bar = $"[{new string('=', done)}{new string(' ', BarWidth - done)}] {(int)Math.Floor(100 * share),3} % ";
        }
        var line = bar + value;
        var width = Math.Max(20, Width() - 1);
        line = line.Length > width ? line[..width] : line;
        Console.Error.Write("\r" + line.PadRight(_shown));
        (_shown, _said) = (line.Length, _clock.Elapsed);
    }

    private void Erase()
    {
        if (_shown > 0)
            Console.Error.Write("\r" + new string(' ', _shown) + "\r");
        _shown = 0;
    }

    private static int Width()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
