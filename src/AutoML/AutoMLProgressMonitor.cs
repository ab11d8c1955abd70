using Microsoft.ML.AutoML;

namespace MlNetSer;

/// <summary>How an AutoML trial stands.</summary>
public enum AutoMLTrialState
{
    /// <summary>It begins.</summary>
    Running,

    /// <summary>It came through.</summary>
    Completed,

    /// <summary>It is the best so far; told after <see cref="Completed"/>.</summary>
    Best,

    /// <summary>It threw.</summary>
    Failed,
}

/// <summary>News of an AutoML trial.</summary>
public sealed record AutoMLProgress
{
    /// <summary>AutoML's number, from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>How it stands.</summary>
    public required AutoMLTrialState State { get; init; }

    /// <summary>What it gave; null before.</summary>
    public double? Uar { get; init; } = null;

    /// <summary>Why it failed; null otherwise.</summary>
    public string? Error { get; init; } = null;
}

/// <summary>Tells an <see cref="IProgress{T}"/> what AutoML tells a monitor.</summary>
public sealed class AutoMLProgressMonitor(IProgress<AutoMLProgress> progress) : IMonitor
{
    /// <inheritdoc/>
    public void ReportRunningTrial(TrialSettings settings)
        => progress.Report(new AutoMLProgress { Trial = settings.TrialId, State = AutoMLTrialState.Running });

    /// <inheritdoc/>
    public void ReportCompletedTrial(TrialResult result)
        => progress.Report(new AutoMLProgress
        {
            Trial = result.TrialSettings.TrialId,
            State = AutoMLTrialState.Completed,
            Uar = result.Metric,
        });

    /// <inheritdoc/>
    public void ReportBestTrial(TrialResult result)
        => progress.Report(new AutoMLProgress { Trial = result.TrialSettings.TrialId, State = AutoMLTrialState.Best, Uar = result.Metric });

    /// <inheritdoc/>
    public void ReportFailTrial(TrialSettings settings, Exception? exception = null)
        => progress.Report(new AutoMLProgress { Trial = settings.TrialId, State = AutoMLTrialState.Failed, Error = exception?.Message });
}
