using System.Globalization;

namespace ReproducePaper;

/// <summary>One training: a system on one fold with one seed. It depends on no other.</summary>
/// <param name="Number">Its place in the list of all, from 1.</param>
internal sealed record Job(int Number, Settings Settings, int Corpus, int Encoder, SystemRow Row, int Seed, int Fold)
{
    /// <summary>The other corpus, which the model is scored on too; null where there is none.</summary>
    public int? Other => Settings.Corpora.Count > 1 ? 1 - Corpus : null;

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{CellName(Settings, Corpus, Encoder, Row)}.seed{Seed}.fold{Fold:00}");

    public static string CellName(Settings settings, int corpus, int encoder, SystemRow row) => $"{settings.Corpora[corpus].Name}.{settings.Encoders[encoder].Name}.{row.Id}";

    /// <summary>Every job of some rows and seeds, in the order in which they get their numbers.</summary>
    /// <exception cref="ArgumentException">A row is asked for that does not exist.</exception>
    public static IReadOnlyList<Job> All(Settings settings, IReadOnlyCollection<string> systems, IReadOnlyList<int> seeds)
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

/// <summary>The part of the jobs that one process of several runs: every n-th.</summary>
/// <param name="Index">From 1.</param>
/// <param name="Count">Processes.</param>
internal sealed record Shard(int Index, int Count)
{
    public bool Has(Job job) => (job.Number - 1) % Count == Index - 1;

    /// <summary><c>--shard i/n</c>; else what Slurm (job array) or Kubernetes (indexed job) says in its environment; else all.</summary>
    /// <exception cref="ArgumentException">The part does not exist, or nobody says how many there are.</exception>
    public static Shard Of(string? given, int? count, Func<string, string?> environment)
    {
        static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (given is not null)
            return given.Split('/') is [var i, var n] && Number(i) is { } index && Number(n) is { } of && index >= 1 && index <= of
                ? new Shard(index, of) : throw new ArgumentException($"--shard is '{given}'; wanted is i/n with i from 1 to n, such as 2/8.");
        foreach (var variable in new[] { "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX" })
        {
            if (Number(environment(variable)) is not { } task)
                continue;
            var tasks = count ?? Number(environment("SLURM_ARRAY_TASK_COUNT")) ?? throw new ArgumentException($"{variable} is {task}, but nobody says of how many. Give --shard-count, or --shard 1/1 to run everything here.");
            return task < tasks ? new Shard(task + 1, tasks) : throw new ArgumentException($"{variable} is {task}; wanted is 0 to {tasks - 1}. Number the array from 0, and give the size of the whole array as --shard-count when only some of it is run again.");
        }
        return new Shard(1, 1);
    }
}
