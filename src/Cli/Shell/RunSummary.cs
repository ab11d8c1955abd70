using MlNetSer.Experiments;

namespace MlNetSer.Cli;

/// <summary>A run in numbers, as <c>--json</c> writes it: shares, not percent.</summary>
internal sealed record RunSummary(string Run, string System, int Seed, string TestedOn, double Uar, double PooledUar, double Low,
    double High, double Accuracy, int Folds)
{
    public static RunSummary Of(ExperimentRun run) => run.Within is { } within
        ? new(run.Name, run.System, run.Seed, within.Corpus, within.MeanUar, within.Pooled.Uar, within.Interval.Low, within.Interval.High,
            within.Pooled.Accuracy, within.Folds.Count)
        : new(run.Name, run.System, run.Seed, run.Across!.Target, run.Across.MeanUar, run.Across.Ensemble.Uar,
            run.Across.EnsembleInterval.Low, run.Across.EnsembleInterval.High,
            run.Across.Ensemble.Accuracy, run.Across.Folds.Count);
}
