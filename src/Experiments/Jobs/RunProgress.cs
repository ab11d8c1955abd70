using System.Diagnostics;
using MlNetSer;

namespace ReproducePaper;

/// <summary>Tells how far a run is: jobs, rate, time left; a line every half minute while one job trains or a store fills.</summary>
internal sealed class RunProgress(IReadOnlyList<Job> toDo, TextWriter console) : IProgress<TrainingProgress>, IProgress<EmbeddingProgress>, IProgress<RecognitionProgress>
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(30);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<string, (double Seconds, int Count)> _durations = [];
    private TimeSpan _said, _start;
    private int _done;
    private Job? _job;

    public void Begin(Job job) => (_job, _start) = (job, _clock.Elapsed);

    public void End(JobResult result)
    {
        var seconds = (_clock.Elapsed - _start).TotalSeconds;
        var (total, count) = _durations.GetValueOrDefault(Kind(_job!));
        _durations[Kind(_job!)] = (total + seconds, count + 1);
        _done++;
        Say($"[{_done}/{toDo.Count}] {_job!.Name}: UAR {100 * result.Within.MeanUar:0.0}{(result.Across is { } across ? $", on {across.Target.Split('/')[0]} {100 * across.MeanUar:0.0}" : "")}, epoch {result.Training.SelectedEpoch} kept, {seconds:0.0} s; "
            + $"{60 / MeanSeconds:0.0} jobs per minute, {Left(TimeLeft())} left");
    }

    public void Report(TrainingProgress value)
    {
        if (IsTime())
            Say($"  {_job!.Name}: epoch {value.Epoch.Number}/{value.EpochCount}, {value.Epoch.Seconds:0.0} s each, {Left(value.TimeLeft)} left of this job");
    }

    public void Report(EmbeddingProgress value)
    {
        if (value.Note is { } note)
            Say(note);
        else if (value.Stored == value.Total || IsTime())
            Say($"  stored {value.Stored}/{value.Total} utterances, {value.BytesWritten / 1e6:0.0} of {value.BytesExpected / 1e6:0.0} MB, {value.UtterancesPerSecond:0.0} per second, {(value.TimeLeft is { } left ? Left(left) : "?")} left");
    }

    public void Report(RecognitionProgress value)
    {
        if (value.Done == value.Total || IsTime())
            Say($"  recognised {value.Done}/{value.Total} utterances of {value.Corpus}, {value.PerSecond:0.0} per second, {Left(value.Left)} left");
    }

    /// <summary>A kind of job that ran already tells its duration; for others the mean of all.</summary>
    private TimeSpan TimeLeft()
    {
        var mean = MeanSeconds;
        return TimeSpan.FromSeconds(toDo.Skip(_done).Sum(job => _durations.TryGetValue(Kind(job), out var known) ? known.Seconds / known.Count : mean));
    }

    private double MeanSeconds => _durations.Values.Sum(d => d.Seconds) / _durations.Values.Sum(d => d.Count);

    private static string Kind(Job job) => $"{job.Corpus} {job.Encoder} {job.Row.Network} {job.Row.Streams.Count} {job.Row.Streams.FirstOrDefault()?.Name}";

    private static string Left(TimeSpan time) => time.TotalHours >= 1 ? $"{time.TotalHours:0.0} h" : time.TotalMinutes >= 1 ? $"{time.TotalMinutes:0.0} min" : $"{time.TotalSeconds:0} s";

    private bool IsTime() => _clock.Elapsed - _said > s_every;

    private void Say(string line)
    {
        _said = _clock.Elapsed;
        console.WriteLine(line);
    }
}
