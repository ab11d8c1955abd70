using System.Globalization;
using System.Text;
using Microsoft.ML;
using MlNetSer.Results;
using MlNetSer.Sweeps;

namespace MlNetSer;

/// <summary>The outcome of a sweep.</summary>
public sealed class SweepResult<TOptions> where TOptions : class
{
    private readonly TOptions? _best;
    private readonly Func<CancellationToken, ITransformer>? _refit;
    private readonly string _description;
    private readonly SweepShard? _shard;

    internal SweepResult(IReadOnlyList<SweepStudy> studies, SpeakerCrossValidationResult? nested, TOptions? best,
        Func<CancellationToken, ITransformer>? refit, string description, SweepShard? shard)
        => (Studies, Nested, _best, _refit, _description, _shard) = (studies, nested, best, refit, description, shard);

    /// <summary>The sweep inside each test fold, and last the one that chose the winner.</summary>
    public IReadOnlyList<SweepStudy> Studies { get; }

    /// <summary>The trials that the winner was chosen from.</summary>
    public SweepStudy Final => Studies[^1];

    /// <summary>Whether every trial is there; a shard alone lacks the others'.</summary>
    public bool IsComplete => Studies.All(study => study.IsComplete);

    /// <summary>
    /// What the procedure is worth on speakers that it never saw: the winner of each test fold's own sweep, scored on that fold. Null where
    /// there is no test, or trials are missing.
    /// </summary>
    public SpeakerCrossValidationResult? Nested { get; }

    /// <summary>The winner's mean UAR on the folds that chose it: the best of many, so too high.</summary>
    public double OptimisticUar => Final.Winner?.Uar ?? double.NaN;

    /// <summary>The best options.</summary>
    /// <exception cref="InvalidOperationException">Trials are missing, or none came through.</exception>
    public TOptions Best => _best ?? throw NoWinner();

    /// <summary>Trains the winner on every speaker that its sweep saw; some of them choose the epoch.</summary>
    /// <exception cref="InvalidOperationException">Trials are missing, or none came through.</exception>
    public ITransformer Refit(CancellationToken cancellationToken = default) => (_refit ?? throw NoWinner())(cancellationToken);

    /// <summary>The result for people: what to report, then the leaderboard.</summary>
    public override string ToString() => Write(Leaderboard.Text);

    /// <summary>The same in Markdown.</summary>
    public string ToMarkdown() => Write(Leaderboard.Markdown);

    private string Write(Func<IReadOnlyList<string[]>, string> table)
    {
        var text = new StringBuilder();
        if (Nested is { } nested)
            text.Append(
                CultureInfo.InvariantCulture,
                $"nested UAR {ResultTable.Percent(nested.MeanUar)} ± {ResultTable.Percent(nested.UarStandardDeviation)} over "
                + $"{nested.Folds.Count} test fold(s), pooled {ResultTable.Percent(nested.Pooled.Uar)} (95 % interval "
                + $"{ResultTable.Percent(nested.Interval.Low)} to {ResultTable.Percent(nested.Interval.High)}, drawn by speaker): "
                + $"speakers that the sweep never saw\n");
        else
            text.Append(IsComplete ? "nested UAR: not run\n"
                : $"{(_shard is null ? "A part of the sweep" : $"Shard {_shard}")}: "
                + $"{Studies.Sum(study => study.Trials.Count(trial => trial.State == TrialState.Elsewhere))} trials are elsewhere, so "
                + $"nothing is chosen yet\n");
        if (Final.Winner is { } winner)
            text.Append(
                CultureInfo.InvariantCulture,
                $"optimistic UAR {ResultTable.Percent(OptimisticUar)}: trial {winner.Number}, the best of {Final.Trials.Count}, on the "
                + $"speakers that chose it\n");
        if (ValidationWords.NobodyValidated(Final.Trials.SelectMany(trial => trial.Score.Folds)
            .Select(fold => fold.Validation)) is { } nobody)
            text.Append("in the trials ").Append(nobody).Append('\n');
        text.Append(_description).Append("\n\n").Append(table(Leaderboard.Of(Final)));
        if (Nested is not null)
            text.Append('\n').Append(table(Leaderboard.Tests(Studies, Nested)));
        foreach (var failed in Final.Trials.Where(trial => trial.Error is not null))
            text.Append(CultureInfo.InvariantCulture, $"\ntrial {failed.Number} failed: {failed.Error}\n");
        return text.ToString();
    }

    private InvalidOperationException NoWinner() => new(IsComplete
        ? $"No trial came through: {Final.Trials.FirstOrDefault(trial => trial.Error is not null)?.Error}"
        : "Trials are missing, so nothing is chosen yet. Run the other shards, put the logs together, and run once more without a shard.");
}
