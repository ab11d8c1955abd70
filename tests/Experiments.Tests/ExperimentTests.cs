using MlNetSer.Experiments;

namespace MlNetSer.Tests;

/// <summary>A small evaluation in this process: what it leaves, and that it resumes.</summary>
[Collection("libtorch")]   // its random generator belongs to the process: one test at a time
public sealed class ExperimentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-experiment").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_leaves_records_and_a_report_and_does_no_job_twice()
    {
        var options = Options();
        List<string> told = [];

        var first = Experiment.Run(options, new Told(told));
        var second = Experiment.Run(options, new Told(told));

        Assert.True(first.IsAssembled);
        Assert.Empty(first.MissingJobs);
        var run = Assert.Single(first.Runs);
        Assert.Equal(("CTA w/o RNN", 4), (run.System, run.Trainings.Count));
        Assert.Empty(run.Within!.DifferencesTo(second.Runs[0].Within!));
        Assert.Contains(told, line => line.StartsWith("system cta (CTA without RNN): 32 utterances are few.", StringComparison.Ordinal));
        Assert.Contains(told, line => line.EndsWith("has 4, 0 are to do", StringComparison.Ordinal));
        Assert.Contains("learning", File.ReadAllText(first.ReportPath!)
            .Replace("Training and validation loss", "learning", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(_folder, "out", "table2.md")));   // the paper's tables were not asked for
    }

    [Fact]
    public void A_fold_file_makes_the_folds_and_is_part_of_the_settings()
    {
        var options = Options();
        options.Protocol = "groups:3";
        options.OutputFolder = Path.Combine(_folder, "groups");
        var groups = Experiment.Run(options);
        Assert.Equal(3, groups.Runs[0].Within!.Folds.Count);

        options.Protocol = Path.Combine(options.OutputFolder, "folds-synthetic.json");
        options.OutputFolder = Path.Combine(_folder, "file");
        var file = Experiment.Run(options);

        Assert.Equal(groups.Runs[0].Within!.Pooled.Uar, file.Runs[0].Within!.Pooled.Uar);
        Assert.Contains("; folds ", File.ReadAllText(Path.Combine(options.OutputFolder, "settings.json")));
    }

    private ExperimentOptions Options() => new()
    {
        Quick = true,
        ChooseSystem = true,
        PaperTables = false,
        Epochs = 1,
        HeadSize = 4,
        ThreadCount = 1,
        OutputFolder = Path.Combine(_folder, "out"),
    };

    private sealed class Told(List<string> lines) : IProgress<ExperimentProgress>
    {
        public void Report(ExperimentProgress value)
        {
            if (value.IsLine)
                lines.Add(value.Text);
        }
    }
}
