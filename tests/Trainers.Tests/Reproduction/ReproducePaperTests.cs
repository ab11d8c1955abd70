using System.Globalization;
using System.Text.RegularExpressions;

namespace MlNetSer.Tests.Reproduction;

/// <summary>The command that reproduces the paper: parts, interruptions, schedulers.</summary>
public sealed class ReproducePaperTests : IDisposable
{
    /// <summary>Two corpora of three speakers, one utterance for each emotion; three systems.</summary>
    private static readonly string[] s_command = ["--corpus", "../first.csv", "--corpus", "../second.csv", "--encoder", "untrained", "--quick", "--epochs", "1", "--hidden", "8", "--systems", "e2", "cta", "cta-rnn", "--output", "out"];

    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-reproduce").FullName;

    public ReproducePaperTests()
    {
        foreach (var (name, seed) in new[] { ("first", 1), ("second", 2) })
            SyntheticCorpus.Write(In(name), speakerCount: 3, utterancesPerEmotion: 1, seed).Save(In(name + ".csv"));
    }

    [Fact]
    public void TwoParts_StartedAsSlurmAndKubernetesDo_EqualOneProcess_ToTheLastDigit()
    {
        Directory.CreateDirectory(In("whole"));
        Directory.CreateDirectory(In("parts"));
        var script = Path.Combine(ReproducePaperProcess.Source, "slurm.sh");
        using (var slurm = ReproducePaperProcess.Start("bash", [script, .. s_command], In("parts"), new() { ["REPRODUCE_PAPER"] = ReproducePaperProcess.Program, ["SLURM_ARRAY_TASK_ID"] = "0", ["SLURM_ARRAY_TASK_COUNT"] = "2" }))
        using (var kubernetes = ReproducePaperProcess.Start("dotnet", [ReproducePaperProcess.Program, .. s_command, "--shard-count=2", "--threads=1"], In("parts"), new() { ["JOB_COMPLETION_INDEX"] = "1" }))
        {
            Assert.Contains("18 jobs; part 1 of 2 has 9, 9 are to do", slurm.Succeed());
            Assert.Contains("18 jobs; part 2 of 2 has 9, 9 are to do", kubernetes.Succeed());
        }
        using (var whole = ReproducePaperProcess.Start(In("whole"), s_command))
            whole.Succeed();

        foreach (var file in new[] { "table2.csv", "table3.csv", "figure2.csv" })
            Assert.Equal(WithoutSeconds(In("whole", "out", file)), WithoutSeconds(In("parts", "out", file)));
        string[] runs = [.. Directory.GetFiles(In("whole", "out", "runs")).Select(path => Path.GetFileName(path)).Order()];
        Assert.Equal(12, runs.Length);   // 3 systems x 2 corpora, within and across
        Assert.Equal(runs, Directory.GetFiles(In("parts", "out", "runs")).Select(path => Path.GetFileName(path)).Order());
        foreach (var run in runs)
        {
            var (one, other) = (File.ReadAllText(In("whole", "out", "runs", run)), File.ReadAllText(In("parts", "out", "runs", run)));
            if (run.Contains(".on-", StringComparison.Ordinal))
                Assert.Equal(one, other);
            else
                Assert.Empty(SpeakerCrossValidationResult.FromJson(one).DifferencesTo(SpeakerCrossValidationResult.FromJson(other)));
        }
        Assert.Empty(Directory.GetFiles(In("parts", "out"), "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public void AStoppedRun_GoesOnWithWhatIsNotWhole_AndRefusesOtherSettings()
    {
        using (var stopped = ReproducePaperProcess.Start(_folder, [.. Here, "--seed", "1"]))
        {
            while (stopped.ReadLine() is { } line && !line.StartsWith("[3/", StringComparison.Ordinal))
            {
            }
            stopped.Terminate();
            var (code, _, errors) = stopped.Finish();
            Assert.Equal(130, code);
            Assert.Contains("Stopped. Whole jobs and whole shards of the store are kept", errors);
        }
        var jobs = Directory.GetFiles(In("out", "jobs"));
        Assert.InRange(jobs.Length, 3, 17);
        Assert.All(jobs, path => Assert.EndsWith(".json", path));
        File.WriteAllText(jobs[0], File.ReadAllText(jobs[0])[..1000]);   // as a full disk leaves it

        using (var other = ReproducePaperProcess.Start(_folder, [.. Here, "--head-size", "4"]))
        {
            var (code, _, errors) = other.Finish();
            Assert.Equal(1, code);
            Assert.Contains("\"HeadSize\": 8 there, \"HeadSize\": 4 here", errors);
        }
        using (var early = ReproducePaperProcess.Start(_folder, "merge", "--output", "out"))
        {
            var (code, output, errors) = early.Finish();
            Assert.Equal(1, code);
            Assert.Contains("jobs are missing", errors);
            Assert.Contains("not run", output);
        }
        using var resumed = ReproducePaperProcess.Start(_folder, Here);

        var told = resumed.Succeed();

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"part 1 of 1 has 18, {18 - jobs.Length + 1} are to do"), told);
        Assert.Contains("| CTA-RNN ", told);
    }

    [Theory]
    [InlineData("--shard is '3/2'; wanted is i/n", "--shard", "3/2")]
    [InlineData("There is no system 'e9'; there are a, e1, e2, e4, a+e1", "--systems", "e9")]
    [InlineData("HeadCount is 0, but must be at least 1", "--heads", "0")]
    public void WhatCannotBeRun_IsSaidInALine_AndTakesNoFolder(string message, params string[] arguments)
    {
        using var refused = ReproducePaperProcess.Start(_folder, [.. Here.Where(argument => argument is not ("--systems" or "e2" or "cta" or "cta-rnn")), .. arguments]);

        var (code, _, errors) = refused.Finish();

        Assert.Equal(1, code);
        Assert.Contains(message, errors);
        Assert.DoesNotContain("   at ", errors);
        Assert.False(File.Exists(In("out", "settings.json")));
    }

    [Fact]
    public void KubernetesFile_HasAsManyCompletionsAsParts()
    {
        var yaml = File.ReadAllText(Path.Combine(ReproducePaperProcess.Source, "kubernetes.yaml"));

        Assert.Equal(Regex.Match(yaml, @"completions: (\d+)").Groups[1].Value, Regex.Match(yaml, @"--shard-count=(\d+)").Groups[1].Value);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Here => [.. s_command.Select(argument => argument.Replace("../", "", StringComparison.Ordinal))];

    private string In(params string[] parts) => Path.Combine([_folder, .. parts]);

    /// <summary>The lines of a table without the column that tells a duration.</summary>
    private static IEnumerable<string> WithoutSeconds(string path)
    {
        var lines = File.ReadLines(path).Select(line => line.Split(',')).ToList();
        var seconds = Array.IndexOf(lines[0], "seconds_per_epoch");
        return [.. lines.Select(cells => string.Join(',', cells.Where((_, i) => i != seconds)))];
    }
}
