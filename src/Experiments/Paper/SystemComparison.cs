using System.Globalization;

namespace MlNetSer.Experiments;

/// <summary>Compares systems on the same utterances, from the run records.</summary>
internal static class SystemComparison
{
    /// <summary>A table for each encoder: the difference of pooled UAR over all seeds that both have, its interval, and McNemar's test of
    /// each seed.</summary>
    /// <exception cref="ArgumentException">A row is not known.</exception>
    public static string Page(DirectoryInfo output, RunSettings settings, IReadOnlyList<string> systems)
    {
        List<string> parts = [];
        foreach (var (encoder, facts) in settings.Encoders.Index())
        {
            SystemRow[] rows = [.. systems.Select(id => settings.Rows(encoder).FirstOrDefault(row => row.Id == id)
                ?? throw new ArgumentException(
                $"There is no system '{id}'; there are {string.Join(", ", settings.Rows(encoder).Select(row => row.Id))}."))];
            var table = new TextTable("against " + rows[0].Label, "setting", "seeds", "difference", "95 % by speaker", "McNemar, exact p");
            foreach (var pair in settings.Pairs)
            {
                foreach (var row in rows.Skip(1))
                    table.Add([row.Label, settings.Name(pair), .. Cells(output, settings, encoder, pair, rows[0], row)]);
            }
            parts.Add($"{facts.Name}\n\n{table.ToMarkdown()}");
        }
        return string.Join('\n', parts)
            + "\nPositive = better than the first. Pooled UAR in points, on another corpus of the ensemble; both systems on the same "
            + "draws of speakers.\n";
    }

    private static string[] Cells(DirectoryInfo output, RunSettings settings, int encoder, (int Trained, int Tested) pair, SystemRow first,
        SystemRow second)
    {
        var across = pair.Trained != pair.Tested;
        string PathOf(SystemRow row, int seed)
            => Path.Combine(output.FullName, "runs", Job.CellName(settings, pair.Trained, encoder, row)
                + string.Create(CultureInfo.InvariantCulture, $".seed{seed}")
                + (across ? $".on-{settings.Corpora[pair.Tested].Name}.json" : ".json"));
        int[] seeds = [.. Experiments.Cells.SeedsOf(output, Job.CellName(settings, pair.Trained, encoder, first))
            .Where(seed => File.Exists(PathOf(first, seed)) && File.Exists(PathOf(second, seed)))];
        if (seeds.Length == 0)
            return ["-", Tables.NotRun, "-", "-"];

        List<double> p = [];
        List<(string, int, int, int)> answers = [];
        foreach (var seed in seeds)
        {
            var (one, other) = (File.ReadAllText(PathOf(first, seed)), File.ReadAllText(PathOf(second, seed)));
            if (across)
            {
                var (a, b) = (CrossCorpusResult.FromJson(one), CrossCorpusResult.FromJson(other));
                p.Add(PairedComparison.Of(a, b).McNemar.ExactP);
                answers.AddRange(a.Predictions.Zip(b.Predictions, (x, y) => (x.Speaker, x.Truth, x.Ensemble, y.Ensemble)));
            }
            else
            {
                var (a, b) = (SpeakerCrossValidationResult.FromJson(one), SpeakerCrossValidationResult.FromJson(other));
                p.Add(PairedComparison.Of(a, b).McNemar.ExactP);
                answers.AddRange(a.Predictions.Join(b.Predictions, row => row.Utterance, row => row.Utterance,
                    (x, y) => (x.Speaker, x.Truth, x.Predicted, y.Predicted)));
            }
        }
        // a speaker is drawn with the answers of all seeds
        var all = PairedComparison.Of(settings.Corpora[pair.Tested].Classes.Count, answers);
        static string Points(double share) => (100 * share).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);
        return [string.Join(' ', seeds), Points(all.Difference), $"{Points(all.BySpeaker.Low)} to {Points(all.BySpeaker.High)}", string
            .Join(" / ", p.Select(value => value.ToString("G2", CultureInfo.InvariantCulture)))];
    }
}
