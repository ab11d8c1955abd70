using System.Diagnostics;
using Microsoft.ML.AutoML;

namespace MlNetSer;

/// <summary>
/// Scores AutoML's trials by speaker-disjoint folds: AutoML's own multiclass experiment ignores the speaker. The work is
/// <see cref="SpeakerTrialRunner{TOptions}"/>'s.
/// </summary>
public sealed class SpeakerGroupedTrialRunner<TOptions> : ITrialRunner where TOptions : class, new()
{
    private readonly SpeakerTrialRunner<TOptions> _trials;
    private readonly string _key;

    /// <summary>Takes the parameters that the experiment keeps under a key.</summary>
    /// <param name="trials">Folds, stopping, trainer.</param>
    /// <param name="key">The key that was given to <c>AddSearchSpace</c>.</param>
    public SpeakerGroupedTrialRunner(SpeakerTrialRunner<TOptions> trials, string key)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(key);
        (_trials, _key) = (trials, key);
    }

    /// <summary>
    /// Runs one trial. AutoML minimises <c>Loss</c> = −UAR; a trial that is clearly behind ends early, with the UAR of the folds it ran.
    /// </summary>
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct) => Task.Run(() =>
    {
        var score = _trials.Run(settings.Parameter[_key].AsType<TOptions>(), cancellationToken: ct);
        using var process = Process.GetCurrentProcess();
        return new TrialResult
        {
            TrialSettings = settings,
            Loss = -score.Uar,
            Metric = score.Uar,
            DurationInMilliseconds = 1000 * score.Seconds,
            PeakMemoryInMegaByte = process.PeakWorkingSet64 / 1e6,
        };
    }, ct);

    /// <summary>Nothing to do: AutoML calls it after every trial, also where one runner serves all.</summary>
    public void Dispose()
    {
    }
}
