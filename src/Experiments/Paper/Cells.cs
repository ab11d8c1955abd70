
namespace MlNetSer.Experiments;

/// <summary>One cell of the tables: a system of one encoder, trained on one corpus and tested on it or on the other.</summary>
/// <param name="Score">All folds and seeds.</param>
/// <param name="UarOverAllClasses">As the mean over folds, but a class that a fold does not have counts 0.</param>
/// <param name="ParameterCount">Trainable numbers.</param>
/// <param name="SecondsPerEpoch">Mean over folds and seeds, validation included.</param>
/// <param name="TrainingHours">All folds and seeds.</param>
internal sealed record Cell(CellScore Score, double UarOverAllClasses, long ParameterCount, double SecondsPerEpoch, double TrainingHours);

/// <summary>Every cell whose jobs are all there. Making them writes the run record of each into <c>runs/</c>.</summary>
internal sealed class Cells
{
    private readonly Dictionary<(string Row, int Encoder, int Trained, int Tested), Cell> _cells = [];

    private Cells()
    {
    }

    /// <summary>Jobs that were asked for, or whose cell was begun, and that are not there.</summary>
    public List<string> MissingJobs { get; } = [];

    public SortedSet<int> Seeds { get; } = [];

    /// <summary>Every whole run, in the order of the tables.</summary>
    public List<ExperimentRun> Runs { get; } = [];

    public Cell? Find(SystemRow row, int encoder, (int Trained, int Tested) pair)
        => _cells.GetValueOrDefault((row.Id, encoder, pair.Trained, pair.Tested));

    /// <summary>Facts of the runs that are the same for all, such as commit and machine; several stand side by side.</summary>
    public SortedDictionary<string, SortedSet<string>> Notes { get; } = new(StringComparer.Ordinal);

    /// <summary>What the sides of the folds share and lack, for each corpus; what a target shares with the training, for each
    /// pair.</summary>
    public Dictionary<(int Trained, int Tested), IReadOnlyList<string>> Audits { get; } = [];

    public double TrainingHours => _cells.Where(cell => cell.Key.Trained == cell.Key.Tested).Sum(cell => cell.Value.TrainingHours);

    public static Cells Read(DirectoryInfo output, RunSettings settings)
    {
        var cells = new Cells();
        Directory.CreateDirectory(Path.Combine(output.FullName, "runs"));
        var requests = Request.All(output);
        foreach (var encoder in Enumerable.Range(0, settings.Encoders.Count))
        {
            foreach (var corpus in Enumerable.Range(0, settings.Corpora.Count))
            {
                foreach (var row in settings.Rows(encoder))
                    cells.Read(output, settings, corpus, encoder, row, requests.Where(request => request.Asks(row))
                        .SelectMany(request => request.Seeds));
            }
        }
        return cells;
    }

    private void Read(DirectoryInfo output, RunSettings settings, int corpus, int encoder, SystemRow row, IEnumerable<int> requested)
    {
        var name = Job.CellName(settings, corpus, encoder, row);
        List<SpeakerCrossValidationResult> within = [];
        List<CrossCorpusResult> across = [];
        List<JobResult> jobs = [];
        foreach (var seed in SeedsOf(output, name).Union(requested).Order())
        {
            Job[] wanted = [.. Enumerable.Range(1, settings.Corpora[corpus].FoldCount)
                .Select(fold => new Job(0, settings, corpus, encoder, row, seed, fold))];
            var found = wanted.Select(job => JobResult.Find(output, job)).ToList();
            MissingJobs.AddRange(wanted.Zip(found).Where(pair => pair.Second is null).Select(pair => pair.First.Name));
            if (found.Contains(null))
                continue;
            jobs.AddRange(found!);
            var run = new ExperimentRun
            {
                System = row.Label,
                Encoder = settings.Encoders[encoder].Name,
                Seed = seed,
                Trainings = [.. found
                .Select(job => job!.Training)]
            };
            within.Add(SpeakerCrossValidationResult.Merge(found.Select(job => job!.Within)));
            Keep($"{name}.seed{seed}", within[^1].ToJson());
            Runs.Add(run with { Name = $"{name}.seed{seed}", Within = within[^1] });
            if (settings.Corpora.Count > 1)
            {
                across.Add(CrossCorpusResult.Merge(found.Select(job => job!.Across!)));
                var on = $"{name}.seed{seed}.on-{settings.Corpora[1 - corpus].Name}";
                Keep(on, across[^1].ToJson());
                Runs.Add(run with { Name = on, Across = across[^1] });
            }
            Seeds.Add(seed);
            foreach (var key in new[] { "command", "commit", "machine" })
            {
                if (!Notes.TryGetValue(key, out var values))
                    Notes.Add(key, values = new SortedSet<string>(StringComparer.Ordinal));
                values.UnionWith(found.Select(job => job!.Within.Notes[key]));
            }
        }
        if (within.Count == 0)
            return;
        Cell Of(CellScore score, double overAllClasses)
            => new(score, overAllClasses, jobs[0].Training.ParameterCount,
                jobs.Average(job => job.Training.Epochs.Average(epoch => epoch.Seconds)),
                    jobs.Sum(job => job.Training.Epochs.Sum(epoch => epoch.Seconds)) / 3600);
        _cells[(row.Id, encoder, corpus, corpus)] = Of(CellScore.Of(within), within.Average(run => run.MeanUarOverAllClasses));
        Audits[(corpus, corpus)] = [.. within[0].Audit.Summary()];
        if (across.Count > 0)
        {
            var score = CellScore.Of(across);
            // a model scores all of the target, which has every class
            _cells[(row.Id, encoder, corpus, 1 - corpus)] = Of(score, score.Uar);
            Audits[(corpus, 1 - corpus)] = across[0].SpeakersAlsoInTraining is { Count: > 0 } shared
                ? [$"{shared.Count} speakers of the target have the name of a training or validation speaker "
                + $"({string.Join(", ", shared.Take(5))}{(shared.Count > 5 ? ", ..." : "")}); if they are the same people, the score leaks"]
                : [];
        }

        void Keep(string run, string json) => SafeFile.Write(Path.Combine(output.FullName, "runs", run + ".json"), json + "\n");
    }

    /// <summary>Seeds that any job of a cell was run with, in order.</summary>
    public static int[] SeedsOf(DirectoryInfo output, string cell)
    {
        var prefix = cell + ".seed";
        var folder = Path.Combine(output.FullName, "jobs");
        return !Directory.Exists(folder) ? []
            : [.. Directory.EnumerateFiles(folder, prefix + "*.json").Select(path => Path.GetFileName(path)[prefix.Length..].Split('.')[0])
            .Select(text => int.TryParse(text, out var seed) ? seed : (int?)null).OfType<int>().Distinct().Order()];
    }
}
