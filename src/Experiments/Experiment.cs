using Microsoft.ML;

namespace MlNetSer.Experiments;

/// <summary>Evaluates systems on corpora, speaker-independently: every training is a job with a file of its own, so that a run resumes and
/// can be spread.</summary>
public static class Experiment
{
    /// <summary>Runs what is not there yet, and makes tables and report when nothing is missing.</summary>
    /// <param name="options">What to run.</param>
    /// <param name="progress">Is told how far the run is.</param>
    /// <param name="cancellationToken">Stops at the next batch. Whole jobs and whole shards of the store are kept.</param>
    /// <exception cref="ArgumentException">The options do not go together, or the folder holds results of other settings.</exception>
    /// <exception cref="InvalidDataException">A corpus or an encoder is damaged or does not fit.</exception>
    /// <exception cref="IOException">A file is missing or cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public static ExperimentResult Run(ExperimentOptions options, IProgress<ExperimentProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var output = new DirectoryInfo(options.OutputFolder);
        Directory.CreateDirectory(Path.Combine(output.FullName, "jobs"));
        var ml = new MLContext(seed: 1);
        var plan = ExperimentPlan.Make(ml, options, output,
            line => progress?.Report(new ExperimentProgress { Text = line, IsLine = true }));
        var settings = plan.Settings;

        List<Job> mine = [.. plan.Jobs.Where(job => options.Part.Has(job.Number))],
            toDo = [.. mine.Where(job => JobResult.Find(output, job) is null)];
        var told = new RunProgress(toDo, progress);
        told.Say($"{string.Join(" and ", settings.Corpora.Select(corpus => corpus.Identity))}; "
            + $"{string.Join(" and ", settings.Encoders.Select(encoder => encoder.Name))}: "
            + $"{plan.Jobs.Count} jobs; part {options.Part.Number} of {options.Part.Count} has {mine.Count}, {toDo.Count} are to do");
        var store = options.StoreFolder ?? Path.Combine(output.FullName, "store");
        using var data = new EmbeddedCorpora(ml, plan.Corpora, plan.Encoders, settings.Encoders, plan.Text, output, store, told);
        Recognize(ml, plan, output, told, cancellationToken);
        var runner = new JobRunner(ml, data, options.ThreadCount, options.Command);
        foreach (var job in toDo)
        {
            foreach (var corpus in new[] { job.Corpus, job.Other ?? job.Corpus })
                // fills the store where it must, which is no part of the job's duration
                data.Open(corpus, job.Encoder, cancellationToken);
            told.Begin(job);
            var result = runner.Run(job, told, cancellationToken);
            result.Save(output, job);
            told.End(result);
        }

        var isWhole = plan.Jobs.All(job => mine.Contains(job) || File.Exists(JobResult.PathOf(output, job.Name)));
        return isWhole ? Assemble(output, settings, options.PaperTables) : new ExperimentResult { Folder = options.OutputFolder };
    }

    /// <summary>Makes tables and report from the jobs that are there.</summary>
    /// <param name="folder">The output folder of one or more runs.</param>
    /// <param name="paperTables">Whether the paper's tables and Figure 2 are written.</param>
    /// <exception cref="FileNotFoundException">Nothing was run into this folder.</exception>
    /// <exception cref="InvalidDataException">A file in it is damaged.</exception>
    public static ExperimentResult Merge(string folder, bool paperTables = true)
    {
        var output = new DirectoryInfo(folder);
        return Assemble(output, RunSettings.Load(output), paperTables);
    }

    /// <summary>Compares the first system of a folder with each of the others on the same utterances.</summary>
    /// <returns>A page in Markdown.</returns>
    /// <exception cref="ArgumentException">There is no such system.</exception>
    /// <exception cref="FileNotFoundException">Nothing was run into this folder.</exception>
    public static string CompareSystems(string folder, IReadOnlyList<string> systems)
        => SystemComparison.Page(new DirectoryInfo(folder), RunSettings.Load(new DirectoryInfo(folder)), systems);

    /// <summary>Compares the first run with each of the others on the same utterances.</summary>
    /// <param name="paths">Run records, or folders that hold one.</param>
    /// <returns>A page in Markdown.</returns>
    /// <exception cref="IOException">There is no such run.</exception>
    /// <exception cref="InvalidDataException">A run is damaged.</exception>
    /// <exception cref="ArgumentException">The runs have different utterances, or fewer than two are given.</exception>
    public static string CompareRuns(IReadOnlyList<string> paths) => RunComparison.Page(paths);

    private static void Recognize(MLContext ml, ExperimentPlan plan, DirectoryInfo output, RunProgress progress,
        CancellationToken cancellationToken)
    {
        foreach (var corpus in plan.Corpora)
        {
            foreach (var (i, encoder) in plan.Encoders.Index().Where(entry => entry.Item.Tokens is not null))
                Transcripts.Fill(ml, output, corpus, encoder, plan.Settings.Encoders[i], progress, cancellationToken);
        }
    }

    private static ExperimentResult Assemble(DirectoryInfo output, RunSettings settings, bool paperTables)
    {
        var cells = Cells.Read(output, settings);
        var page = paperTables ? new ResultsPage(output, settings).Write(cells) : string
            .Join("\n", cells.Runs.Select(run => $"{run.Name}\n{run}"));
        if (!paperTables)
            SafeFile.Write(Path.Combine(output.FullName, "results.txt"), page);
        var report = Path.Combine(output.FullName, "report.html");
        SafeFile.Write(report, ExperimentReport.Html(output, settings, cells));
        return new ExperimentResult
        {
            Folder = output.ToString(),
            IsAssembled = true,
            MissingJobs = cells.MissingJobs,
            Runs = cells.Runs,
            Page = page,
            ReportPath = Path.Combine(output.ToString(), "report.html"),
        };
    }
}
