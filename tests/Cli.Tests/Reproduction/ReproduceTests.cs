using System.Globalization;
using System.Text.RegularExpressions;
using MlNetSer.TestKit;

namespace MlNetSer.Tests.Reproduction;

/// <summary>The command that reproduces the paper: parts, interruptions, schedulers.</summary>
public sealed class ReproduceTests : IDisposable
{
    /// <summary>Two corpora of three speakers, one utterance for each emotion; three systems.</summary>
    private static readonly string[] s_command = ["--corpus", "../first.csv", "--corpus", "../second.csv", "--encoder", "untrained",
        "--quick", "--epochs", "1", "--hidden", "8", "--system", "e2", "cta", "cta-rnn", "--output", "out"];

    /// <summary>The folder of the job files.</summary>
    private static readonly string s_jobFiles = Path.Combine(Repository.Root, "eng", "cluster");

    private readonly string _folder = Directory.CreateTempSubdirectory("mlnetser-reproduce").FullName;

    public ReproduceTests()
    {
        foreach (var (name, seed) in new[] { ("first", 1), ("second", 2) })
            SyntheticCorpus.Write(In(name), speakerCount: 3, utterancesPerEmotion: 1, seed).Save(In(name + ".csv"));
    }

    [Fact]
    public void TwoParts_StartedAsSlurmAndKubernetesDo_EqualOneProcess_ToTheLastDigit()
    {
        Directory.CreateDirectory(In("whole"));
        Directory.CreateDirectory(In("parts"));
        var script = Path.Combine(s_jobFiles, "slurm.sh");
        string[] pod = OfTheKubernetesFile(),
            command = [.. pod.Where(argument => !argument.StartsWith("--shard-count", StringComparison.Ordinal)
                && !argument.StartsWith("--threads", StringComparison.Ordinal))];
        using (var slurm = ToolProcess.Start("bash", [script, "reproduce", .. command], In("parts"),
            new() { ["MLNETSER"] = ToolProcess.Program, ["SLURM_ARRAY_TASK_ID"] = "0", ["SLURM_ARRAY_TASK_COUNT"] = "2" }))
        using (var kubernetes = ToolProcess.Start("dotnet", [ToolProcess.Program, "reproduce", .. pod], In("parts"),
            new() { ["JOB_COMPLETION_INDEX"] = "1" }))
        {
            Assert.Contains("18 jobs; part 1 of 2 has 9, 9 are to do", slurm.Succeed());
            Assert.Contains("18 jobs; part 2 of 2 has 9, 9 are to do", kubernetes.Succeed());
        }
        using (var whole = ToolProcess.Reproduce(In("whole"), command))
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
        using (var stopped = ToolProcess.Reproduce(_folder, [.. Here, "--seed", "1"]))
        {
            while (stopped.ReadLine() is { } line && !line.StartsWith("[3/", StringComparison.Ordinal))
            {
            }
            stopped.Terminate();
            var (code, _, errors) = stopped.Finish();
            Assert.Equal(130, code);
            Assert.Contains("Stopped. Whole jobs and whole shards of the store are kept. This goes on from there:", errors);
            Assert.Contains($"  mlnetser reproduce {string.Join(' ', Here)} --seed 1", errors);
        }
        var jobs = Directory.GetFiles(In("out", "jobs"));
        Assert.InRange(jobs.Length, 3, 17);
        Assert.All(jobs, path => Assert.EndsWith(".json", path));
        File.WriteAllText(jobs[0], File.ReadAllText(jobs[0])[..1000]);   // as a full disk leaves it
        // as a hand does
        File.WriteAllText(jobs[1], Regex.Replace(File.ReadAllText(jobs[1]), "\"Training\":.*,\"Within\"", "\"Training\":null,\"Within\""));
        var folds = File.ReadAllText(In("out", "folds-first.json"));

        using (var other = ToolProcess.Reproduce(_folder, [.. Here, "--head-size", "4"]))
        {
            var (code, _, errors) = other.Finish();
            Assert.Equal(2, code);
            Assert.Contains("\"HeadSize\": 8 there, \"HeadSize\": 4 here", errors);
        }
        File.WriteAllLines(In("first-but-one.csv"), File.ReadLines(In("first.csv")).Skip(1).SkipLast(1));
        File.Move(In("first.csv"), In("first.whole"));
        File.Move(In("first-but-one.csv"), In("first.csv"));
        using (var other = ToolProcess.Reproduce(_folder, Here))
        {
            Assert.Contains("holds results of other settings", other.Finish().Errors);
            Assert.Equal(folds, File.ReadAllText(In("out", "folds-first.json")));
        }
        File.Move(In("first.whole"), In("first.csv"), overwrite: true);
        using (var early = ToolProcess.Reproduce(_folder, "merge", "--output", "out"))
        {
            var (code, output, errors) = early.Finish();
            Assert.Equal(1, code);
            Assert.Contains("jobs are missing", errors);
            Assert.Contains("not run", output);
        }
        using var resumed = ToolProcess.Reproduce(_folder, Here);

        var told = resumed.Succeed();

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"part 1 of 1 has 18, {18 - jobs.Length + 2} are to do"), told);
        Assert.Contains("| CTA-RNN ", told);
        Assert.Contains("- audit, first → second: 3 speakers of the target have the name of a training or validation speaker (s01, s02, "
            + "s03); if they are the same people, the score leaks", told);

        // What was asked for and never begun is missing as well; whole rows are compared on the same utterances.
        foreach (var job in Directory.GetFiles(In("out", "jobs"), "*.e2.*"))
            File.Delete(job);
        using (var merge = ToolProcess.Reproduce(_folder, "merge", "--output", "out"))
        {
            var (code, output, errors) = merge.Finish();
            Assert.Equal(1, code);
            Assert.Contains("6 jobs are missing", errors);
            Assert.Contains("## Figure 2\n\nnot run\n", output);
        }
        using var compare = ToolProcess.Start(_folder, "compare", "cta", "cta-rnn", "--output", "out");
        Assert.Matches(@"\| CTA-RNN \| second → first \| 1 \| [+−]?\d+\.\d \| [+−]?\d+\.\d to [+−]?\d+\.\d \| [\d.E-]+ \|",
            Regex.Replace(compare.Succeed(), " +", " "));
    }

    [Fact]
    public void TheSameRecordingsUnderTwoNames_AndOtherAudioUnderOneName_AreRefused()
    {
        File.WriteAllLines(In("copy.csv"), File.ReadLines(In("first.csv")).Skip(1));   // the first line is its name
        using (var twice = ToolProcess.Reproduce(_folder, "--corpus", "first.csv", "--corpus", "copy.csv", "--quick", "--output", "out"))
            Assert.Contains("first and copy are the same recordings under two names", twice.Finish().Errors);
        string[] command = ["--corpus", "first.csv", "--quick", "--epochs", "1", "--hidden", "8", "--system", "cta", "--output", "one"];
        using (var before = ToolProcess.Reproduce(_folder, command))
            before.Succeed();

        foreach (var path in Directory.GetFiles(In("first"), "*.wav").Take(1))
            File.Copy(Directory.GetFiles(In("second"), "*.wav")[0], path, overwrite: true);
        using var after = ToolProcess.Reproduce(_folder, command);

        var (code, _, errors) = after.Finish();
        Assert.Equal(2, code);
        Assert.Contains("\"Audio\": ", errors);
    }

    [Theory]
    [InlineData("--shard is '3/2'; wanted is i/n", "--shard", "3/2")]
    [InlineData("There is no system 'e9'; there are a, e1, e2, e4, a+e1", "--system", "e9")]
    [InlineData("--blocks is 2 4; wanted are three blocks in rising order", "--blocks", "2", "4")]
    [InlineData("HeadCount is 0, but must be at least 1", "--heads", "0")]
    public void WhatCannotBeRun_IsSaidInALine_AndTakesNoFolder(string message, params string[] arguments)
    {
        using var refused = ToolProcess.Reproduce(_folder,
            [.. Here.Where(argument => argument is not ("--system" or "e2" or "cta" or "cta-rnn")), .. arguments]);

        var (code, _, errors) = refused.Finish();

        Assert.Equal(2, code);
        Assert.Contains(message, errors);
        Assert.DoesNotContain("   at ", errors);
        Assert.False(File.Exists(In("out", "settings.json")));
    }

    [Fact]
    public void KubernetesFile_HasAsManyCompletionsAsParts()
    {
        var yaml = File.ReadAllText(Path.Combine(s_jobFiles, "kubernetes.yaml"));

        Assert.Equal(Regex.Match(yaml, @"completions: (\d+)").Groups[1].Value, Regex.Match(yaml, @"--shard-count=(\d+)").Groups[1].Value);
    }

    /// <summary>The arguments of the job file with our two corpora, encoder and folder in place of its own, and the options that make the
    /// run small.</summary>
    private static string[] OfTheKubernetesFile()
    {
        var yaml = File.ReadAllText(Path.Combine(s_jobFiles, "kubernetes.yaml"));
        var corpora = new Queue<string>(["../first.csv", "../second.csv"]);
        string Ours(string argument) => argument.Split('=')[0] switch
        {
            "--shard-count" => "--shard-count=2",
            "--threads" => "--threads=1",
            "--corpus" => $"--corpus={corpora.Dequeue()}",
            "--encoder" => "--encoder=untrained",
            "--output" => "--output=out",
            _ => argument,
        };
        string[] args = [.. Regex.Matches(yaml, "- \"(--[^\"]+)\"").Select(match => Ours(match.Groups[1].Value))];
        Assert.Equal(6, args.Length);
        return [.. args, .. s_command.SkipWhile(argument => argument != "--quick").SkipLast(2)];   // without --output out
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
