namespace MlNetSer.Experiments;

/// <summary>What an <see cref="Experiment"/> left in its folder.</summary>
public sealed class ExperimentResult
{
    /// <summary>The folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether tables and report were made. Else other parts have jobs to do.</summary>
    public bool IsAssembled { get; init; }

    /// <summary>Jobs that were asked for and have no result.</summary>
    public IReadOnlyList<string> MissingJobs { get; init; } = [];

    /// <summary>Every whole run.</summary>
    public IReadOnlyList<ExperimentRun> Runs { get; init; } = [];

    /// <summary>All results on one page, in Markdown.</summary>
    public string Page { get; init; } = "";

    /// <summary>The HTML report; null = none was made.</summary>
    public string? ReportPath { get; init; }
}
