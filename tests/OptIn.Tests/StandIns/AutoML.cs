// Stand-ins for what src/AutoML uses of Microsoft.ML.AutoML: names and signatures are the package's, everything inside is ours and as
// little as tests need.
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

public interface ITrialRunner : IDisposable
{
    Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct);
}

public interface IMonitor
{
    void ReportRunningTrial(TrialSettings settings);

    void ReportCompletedTrial(TrialResult result);

    void ReportBestTrial(TrialResult result);

    void ReportFailTrial(TrialSettings settings, Exception? exception = null);
}

public sealed class TrialSettings
{
    public int TrialId { get; set; }

    public required Parameter Parameter { get; set; }
}

public sealed class TrialResult
{
    public required TrialSettings TrialSettings { get; set; }

    public double Loss { get; set; }

    public double Metric { get; set; }

    public double DurationInMilliseconds { get; set; }

    public double? PeakMemoryInMegaByte { get; set; }
}

public sealed class AutoMLExperiment
{
    public Dictionary<string, SearchSpace.SearchSpace> Spaces { get; } = [];

    public ITrialRunner? Runner { get; private set; }

    public IMonitor? Monitor { get; private set; }

    public AutoMLExperiment AddSearchSpace(string key, SearchSpace.SearchSpace searchSpace)
    {
        Spaces.Add(key, searchSpace);
        return this;
    }

    public AutoMLExperiment SetTrialRunner<TTrialRunner>(TTrialRunner runner) where TTrialRunner : class, ITrialRunner
    {
        Runner = runner;
        return this;
    }

    public AutoMLExperiment SetMonitor<TMonitor>(TMonitor monitor) where TMonitor : class, IMonitor
    {
        Monitor = monitor;
        return this;
    }
}

public sealed class AutoCatalog
{
    public SweepableEstimator CreateSweepableEstimator<T>(
        Func<MLContext, T, IEstimator<ITransformer>> factory, SearchSpace<T>? ss = null) where T : class, new()
        => new((context, parameter) => factory(context, parameter.AsType<T>()), ss ?? throw new ArgumentNullException(nameof(ss)));
}

public sealed class SweepableEstimator(Func<MLContext, Parameter, IEstimator<ITransformer>> factory, SearchSpace.SearchSpace searchSpace)
{
    public SearchSpace.SearchSpace SearchSpace => searchSpace;

    public IEstimator<ITransformer> BuildFromOption(MLContext context, Parameter parameter) => factory(context, parameter);
}
