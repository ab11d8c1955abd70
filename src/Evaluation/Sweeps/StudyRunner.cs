using System.Runtime.InteropServices;

namespace MlNetSer.Sweeps;

/// <summary>Runs the trials on what one sweep may see; what the log knows is not run again.</summary>
internal sealed class StudyRunner<TOptions>(SpeakerFold? test, SpeakerTrialRunner<TOptions> runner, SweepLog log, SweepShard? shard,
    IProgress<SweepProgress>? progress) where TOptions : class, new()
{
    private readonly int _study = test?.Number ?? 0;

    public SweepStudy Run(IReadOnlyList<SweepPoint> points, TOptions start, CancellationToken cancellation)
        => new(_study, test?.TestSpeakers ?? [], runner.Folds.Folds.Count,
        [.. points.Select((point, i) => Run(i + 1, points.Count, point, start, cancellation))]);

    private SweepTrial Run(int number, int count, SweepPoint point, TOptions start, CancellationToken cancellation)
    {
        var values = point.Texts;
        var folds = Known(number, values);
        if (log.Of(_study, number, SweepLineKind.Failed).FirstOrDefault() is { } failed)
            return new SweepTrial(number, values, new TrialScore(folds, IsStopped: false), TrialState.Failed) { Error = failed.Error };
        if (log.Of(_study, number, SweepLineKind.Stopped).Any())
            return new SweepTrial(number, values, runner.Remember(new TrialScore(folds, IsStopped: true)), TrialState.Stopped);
        if (folds.Count < runner.Folds.Folds.Count && shard?.Has(number) == false)
            return new SweepTrial(number, values, new TrialScore(folds, IsStopped: false), TrialState.Elsewhere);
        try
        {
            var score = runner.Run(point.Apply(start), folds, Finished, cancellation);
            if (score.IsStopped)
                log.Add(new SweepLine(SweepLineKind.Stopped) { Study = _study, Trial = number });
            return new SweepTrial(number, values, score, score.IsStopped ? TrialState.Stopped : TrialState.Finished);
        }
        // ExternalException is how libtorch says that a device has no memory left.
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or ExternalException && log.HasFolds)
        {
            log.Add(new SweepLine(SweepLineKind.Failed) { Study = _study, Trial = number, Error = error.Message });
            return new SweepTrial(number, values, new TrialScore(Known(number, values), IsStopped: false),
                TrialState.Failed)
            { Error = error.Message };
        }

        void Finished(TrialFold fold)
        {
            log.Add(new SweepLine(SweepLineKind.Fold) { Study = _study, Trial = number, Values = values, Fold = fold });
            progress?.Report(new SweepProgress(_study, number, count, fold.Fold, runner.Folds.Folds.Count, fold.Uar));
        }
    }

    private List<TrialFold> Known(int number, SortedDictionary<string, string> values)
        => [.. log.Of(_study, number, SweepLineKind.Fold).Select(line => Checked(line, values).Fold!).DistinctBy(fold => fold.Fold)
        .OrderBy(fold => fold.Fold)];

    /// <summary>A line of a trial must tell of the options that the trial has now.</summary>
    private static SweepLine Checked(SweepLine line, SortedDictionary<string, string> values)
        => line.Values is { } logged && logged.SequenceEqual(values)
            ? line
            : throw new InvalidDataException(
            $"The log's trial {line.Trial} ran with {Text(line.Values ?? [])}, but has {Text(values)} now: "
            + "it was written by another version. Begin a new log.");

    private static string Text(SortedDictionary<string, string> values)
        => string.Join(", ", values.Select(value => $"{value.Key} = {value.Value}"));
}
