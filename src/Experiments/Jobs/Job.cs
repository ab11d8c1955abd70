using System.Globalization;

namespace MlNetSer.Experiments;

/// <summary>One training: a system on one fold with one seed. It depends on no other.</summary>
/// <param name="Number">Its place in the list of all, from 1.</param>
/// <param name="Settings">What all jobs of its folder share.</param>
/// <param name="Corpus">The corpus, by its place in the settings.</param>
/// <param name="Encoder">The encoder, by its place in the settings.</param>
/// <param name="Row">The system.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Fold">The fold, from 1.</param>
internal sealed record Job(int Number, RunSettings Settings, int Corpus, int Encoder, SystemRow Row, int Seed, int Fold)
{
    /// <summary>The other corpus, which the model is scored on too; null where there is none.</summary>
    public int? Other => Settings.Corpora.Count > 1 ? 1 - Corpus : null;

    public string Name => string.Create(CultureInfo.InvariantCulture,
        $"{CellName(Settings, Corpus, Encoder, Row)}.seed{Seed}.fold{Fold:00}");

    public static string CellName(RunSettings settings, int corpus, int encoder, SystemRow row)
        => $"{settings.Corpora[corpus].Name}.{settings.Encoders[encoder].Name}.{row.Id}";

    /// <summary>Every job of some rows and seeds, in the order in which they get their numbers.</summary>
    /// <exception cref="ArgumentException">A row is asked for that does not exist.</exception>
    public static IReadOnlyList<Job> All(RunSettings settings, IReadOnlyCollection<string> systems, IReadOnlyList<int> seeds)
    {
        string[] known = [.. Enumerable.Range(0, settings.Encoders.Count).SelectMany(settings.Rows).Select(row => row.Id).Distinct()];
        if (systems.Except(known).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"There is no system '{unknown}'; there are {string.Join(", ", known)}.");
        var jobs =
            from seed in seeds
            from encoder in Enumerable.Range(0, settings.Encoders.Count)
            from corpus in Enumerable.Range(0, settings.Corpora.Count)
            from row in settings.Rows(encoder)
            where systems.Count == 0 || systems.Contains(row.Id)
            from fold in Enumerable.Range(1, settings.Corpora[corpus].FoldCount)
            select (corpus, encoder, row, seed, fold);
        return [.. jobs.Select((job, i) => new Job(i + 1, settings, job.corpus, job.encoder, job.row, job.seed, job.fold))];
    }
}
