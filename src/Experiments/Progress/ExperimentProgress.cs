namespace MlNetSer.Experiments;

/// <summary>How far a long call is, in words and in numbers.</summary>
public sealed class ExperimentProgress
{
    /// <summary>What happens, in words.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the text is a line to keep. Others are replaced by the next report.</summary>
    public bool IsLine { get; init; }

    /// <summary>Steps done.</summary>
    public double Done { get; init; }

    /// <summary>Steps in all; 0 = unknown.</summary>
    public double Total { get; init; }

    /// <summary>Rate, with its unit; null = unknown.</summary>
    public string? Rate { get; init; }

    /// <summary>Time left; null = unknown.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>Whether this is the last report of its steps.</summary>
    public bool IsLast => Total > 0 && Done >= Total;

    /// <inheritdoc/>
    public override string ToString()
        => IsLine ? Text : Text + (Rate is null ? "" : ", " + Rate) + (TimeLeft is { } left ? $", {Duration(left)} left" : "");

    /// <summary>A duration in one unit: 12 s, 3.4 min, 1.2 h.</summary>
    public static string Duration(TimeSpan time)
        => time.TotalHours >= 1 ? Number(time.TotalHours, "h") : time.TotalMinutes >= 1 ? Number(time.TotalMinutes, "min")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");

    private static string Number(double value, string unit)
        => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value:0.0} {unit}");
}
