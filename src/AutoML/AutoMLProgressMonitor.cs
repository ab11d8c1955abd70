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
/// <param name="Trial">AutoML's number, from 0.</param>
/// <param name="State">How it stands.</param>
/// <param name="Uar">What it gave; null before.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
public sealed record AutoMLProgress(int Trial, AutoMLTrialState State, double? Uar = null, string? Error = null);

/// <summary>Tells an <see cref="IProgress{T}"/> what AutoML tells a monitor.</summary>
public sealed class AutoMLProgressMonitor(IProgress<AutoMLProgress> progress) : IMonitor
{
    /// <inheritdoc/>
    public void ReportRunningTrial(TrialSettings settings)
        => progress.Report(new AutoMLProgress(settings.TrialId, AutoMLTrialState.Running));

    /// <inheritdoc/>
    public void ReportCompletedTrial(TrialResult result)
        => progress.Report(new AutoMLProgress(result.TrialSettings.TrialId, AutoMLTrialState.Completed, result.Metric));

    /// <inheritdoc/>
    public void ReportBestTrial(TrialResult result)
        => progress.Report(new AutoMLProgress(result.TrialSettings.TrialId, AutoMLTrialState.Best, result.Metric));

    /// <inheritdoc/>
    public void ReportFailTrial(TrialSettings settings, Exception? exception = null)
        => progress.Report(new AutoMLProgress(settings.TrialId, AutoMLTrialState.Failed, Error: exception?.Message));
}
