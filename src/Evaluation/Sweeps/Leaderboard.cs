using System.Globalization;
using MlNetSer.Results;

namespace MlNetSer.Sweeps;

/// <summary>Tables of a sweep. Durations are not in them: an interrupted sweep ends with the same table.</summary>
internal static class Leaderboard
{
    /// <summary>Every trial, best first.</summary>
    public static IReadOnlyList<string[]> Of(SweepStudy study)
    {
        string[] options = [.. study.Trials[0].Values.Keys];
        return [
            ["rank", "trial", "UAR", "±", "folds", "state", .. options],
            .. study.Ranked.Select((trial, i) => (string[])[
                trial.State == TrialState.Finished ? $"{i + 1}" : "", $"{trial.Number}", Percent(trial.Uar),
                trial.Score.Folds.Count == 0 ? "" : ResultTable.Percent(
                SeedSummary.StandardDeviation([.. trial.Score.Folds.Select(fold => fold.Uar)])),
                $"{trial.Score.Folds.Count}/{study.FoldCount}", trial.State.ToString().ToLowerInvariant(),
                .. options.Select(option => trial.Values[option])])];
    }

    /// <summary>What each test fold's own sweep chose, and what became of it.</summary>
    public static IReadOnlyList<string[]> Tests(IReadOnlyList<SweepStudy> studies, SpeakerCrossValidationResult nested)
    {
        string[] options = [.. studies[0].Trials[0].Values.Keys];
        return [
            ["tested", "trial", "chosen at", "tested at", .. options],
            .. nested.Folds.Select(fold => (fold, winner: studies.Single(study => study.TestFold == fold.Fold.Number).Winner!))
            .Select(entry => (string[])[
                string.Join(' ', entry.fold.Fold.TestSpeakers), $"{entry.winner.Number}", Percent(entry.winner.Uar),
                    Percent(entry.fold.Matrix.Uar), .. options.Select(option => entry.winner.Values[option])])];
    }

    public static string Text(IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. rows[0].Select((_, c) => rows.Max(row => row[c].Length))];
        return string.Concat(rows.Select(row => string.Join(
            "  ", row.Select((cell, c) => c == row.Length - 1 ? cell : cell.PadRight(widths[c]))).TrimEnd() + "\n"));
    }

    public static string Markdown(IReadOnlyList<string[]> rows)
        => string.Concat(rows.Select(row => $"| {string.Join(" | ", row)} |\n")
        .Select((line, i) => i == 0 ? line + string.Concat(rows[0].Select(_ => "|---")) + "|\n" : line));

    private static string Percent(double share) => double.IsNaN(share) ? "" : ResultTable.Percent(share);
}
