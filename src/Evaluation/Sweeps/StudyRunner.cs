using System.Runtime.InteropServices;

namespace MlNetSer.Sweeps;

/// <summary>Runs the trials on what one sweep may see; what the log knows is not run again.</summary>
internal sealed class StudyRunner<TOptions>(SpeakerFold? test, SpeakerTrialRunner<TOptions> runner, SweepLog log, SweepShard? shard,
    IProgress<SweepProgress>? progress) where TOptions : class, new()
{
    private readonly int _study = test?.Number ?? 0;

    public SweepStudy Run(IReadOnlyList<SweepPoint> points, TOptions start, CancellationToken cancellationToken)
        => new()
        {
            TestFold = _study,
            TestSpeakers = test?.TestSpeakers ?? [],
            FoldCount = runner.Folds.Folds.Count,
            Trials = [.. points.Select((point, i) => Run(i + 1, points.Count, point, start, cancellationToken))],
        };

    private SweepTrial Run(int number, int count, SweepPoint point, TOptions start, CancellationToken cancellationToken)
    {
        var values = point.Texts;
        var folds = Known(number, values);
        SweepTrial Trial(TrialState state, TrialScore score, string? error = null)
            => new() { Number = number, Values = values, Score = score, State = state, Error = error };

        if (log.Of(_study, number, SweepLineKind.Failed).FirstOrDefault() is { } failed)
            return Trial(TrialState.Failed, new TrialScore { Folds = folds }, failed.Error);
        if (log.Of(_study, number, SweepLineKind.Stopped).Any())
            return Trial(TrialState.Stopped, runner.Remember(new TrialScore { Folds = folds, IsStopped = true }));
        if (folds.Count < runner.Folds.Folds.Count && shard?.Has(number) == false)
            return Trial(TrialState.Elsewhere, new TrialScore { Folds = folds });
        try
        {
            var score = runner.Run(point.Apply(start), folds, Finished, cancellationToken);
            if (score.IsStopped)
                log.Add(new SweepLine(SweepLineKind.Stopped) { Study = _study, Trial = number });
            return Trial(score.IsStopped ? TrialState.Stopped : TrialState.Finished, score);
        }
        // ExternalException is how libtorch says that a device has no memory left.
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or ExternalException && log.HasFolds)
        {
            log.Add(new SweepLine(SweepLineKind.Failed) { Study = _study, Trial = number, Error = error.Message });
            return Trial(TrialState.Failed, new TrialScore { Folds = Known(number, values) }, error.Message);
        }

        void Finished(TrialFold fold)
        {
            log.Add(new SweepLine(SweepLineKind.Fold) { Study = _study, Trial = number, Values = values, Fold = fold });
            progress?.Report(new SweepProgress
            {
                TestFold = _study,
                Trial = number,
                TrialCount = count,
                Fold = fold.Fold,
                FoldCount = runner.Folds.Folds.Count,
                Uar = fold.Uar,
            });
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
