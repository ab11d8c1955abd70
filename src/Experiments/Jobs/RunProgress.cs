using System.Diagnostics;
using System.Globalization;

namespace MlNetSer.Experiments;

/// <summary>Tells how far a run is: jobs, rate, time left, and how far the job, the store or the recognition at hand is.</summary>
internal sealed class RunProgress(IReadOnlyList<Job> toDo, IProgress<ExperimentProgress>? told)
    : IProgress<TrainingProgress>, IProgress<EmbeddingProgress>, IProgress<RecognitionProgress>
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<string, (double Seconds, int Count)> _durations = [];
    private TimeSpan _start;
    private int _done;
    private Job? _job;

    public void Say(string line) => told?.Report(new ExperimentProgress { Text = line, IsLine = true });

    public void Begin(Job job) => (_job, _start) = (job, _clock.Elapsed);

    public void End(JobResult result)
    {
        var seconds = (_clock.Elapsed - _start).TotalSeconds;
        var (total, count) = _durations.GetValueOrDefault(Kind(_job!));
        _durations[Kind(_job!)] = (total + seconds, count + 1);
        _done++;
        var across = result.Across is { } other ? Invariant($", on {other.Target.Split('/')[0]} {100 * other.MeanUar:0.0}") : "";
        Say(Invariant($"[{_done}/{toDo.Count}] {_job!.Name}: UAR {100 * result.Within.MeanUar:0.0}{across}, ")
            + Invariant($"epoch {result.Training.SelectedEpoch} kept, {seconds:0.0} s; ")
            + Invariant($"{60 / MeanSeconds:0.0} jobs per minute, {ExperimentProgress.Duration(TimeLeft())} left"));
    }

    public void Report(TrainingProgress value)
    {
        var share = (double)value.Epoch.Number / value.EpochCount;
        told?.Report(new ExperimentProgress
        {
            Text = Invariant($"{_job?.Name ?? "training"}: epoch {value.Epoch.Number}/{value.EpochCount}"),
            Done = _done + (toDo.Count == 0 ? share : Math.Min(share, 0.999)),
            Total = Math.Max(1, toDo.Count),
            Rate = Invariant($"{value.Epoch.Seconds:0.0} s an epoch"),
            TimeLeft = toDo.Count == 0 ? value.TimeLeft : value.TimeLeft + TimeLeftAfterThis(),
        });
    }

    public void Report(EmbeddingProgress value)
    {
        if (value.Note is { } note)
        {
            Say(note);
            return;
        }
        told?.Report(new ExperimentProgress
        {
            Text = Invariant($"stored {value.Stored}/{value.Total} utterances, ")
                + Invariant($"{value.BytesWritten / 1e6:0.0} of {value.BytesExpected / 1e6:0.0} MB"),
            Done = value.Stored,
            Total = value.Total,
            Rate = Invariant($"{value.UtterancesPerSecond:0.0} per second"),
            TimeLeft = value.TimeLeft,
        });
    }

    public void Report(RecognitionProgress value) => told?.Report(new ExperimentProgress
    {
        Text = Invariant($"recognised {value.Done}/{value.Total} utterances of {value.Corpus}"),
        Done = value.Done,
        Total = value.Total,
        Rate = Invariant($"{value.PerSecond:0.0} per second"),
        TimeLeft = value.Left,
    });

    /// <summary>A kind of job that ran already tells its duration; for others the mean of all.</summary>
    private TimeSpan TimeLeft() => TimeOf(toDo.Skip(_done));

    private TimeSpan? TimeLeftAfterThis() => _done == 0 ? null : TimeOf(toDo.Skip(_done + 1));

    private TimeSpan TimeOf(IEnumerable<Job> jobs)
    {
        var mean = MeanSeconds;
        return TimeSpan.FromSeconds(jobs.Sum(job => _durations.TryGetValue(Kind(job), out var known) ? known.Seconds / known.Count : mean));
    }

    private double MeanSeconds => _durations.Values.Sum(d => d.Seconds) / _durations.Values.Sum(d => d.Count);

    private static string Kind(Job job)
        => $"{job.Corpus} {job.Encoder} {job.Row.Network} {job.Row.Streams.Count} {job.Row.Streams.FirstOrDefault()?.Name}";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
