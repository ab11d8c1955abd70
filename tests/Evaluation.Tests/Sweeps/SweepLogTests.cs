namespace MlNetSer.Tests.Sweeps;

public sealed class SweepLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep-log-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string PathOf(string name) => Path.Combine(_folder, name);

    [Fact]
    public void A_log_that_ends_anywhere_goes_on_to_the_same_result()
    {
        var whole = ToySweep.Sweep(ToySweep.Options(PathOf("whole.jsonl")));
        var bytes = File.ReadAllBytes(PathOf("whole.jsonl"));
        var random = new Random(7);

        for (var cut = 0; cut < 4; cut++)
        {
            var path = PathOf($"cut-{cut}.jsonl");
            File.WriteAllBytes(path, bytes[..random.Next(bytes.Length)]);

            var resumed = ToySweep.Sweep(ToySweep.Options(path));

            Assert.Equal(whole.ToString(), resumed.ToString());
            var again = new ToySweep.Trainer();
            Assert.Equal(whole.ToString(), ToySweep.Sweep(ToySweep.Options(path), again).ToString());
            Assert.Empty(again.Fits);   // the torn line is gone, not buried
        }
    }

    [Fact]
    public void What_is_logged_is_not_run_again()
    {
        ToySweep.Sweep(ToySweep.Options(PathOf("log.jsonl")));
        var trainer = new ToySweep.Trainer();

        ToySweep.Sweep(ToySweep.Options(PathOf("log.jsonl")), trainer);

        Assert.Empty(trainer.Fits);
    }

    [Fact]
    public void More_trials_go_on_from_the_log()
    {
        var options = ToySweep.Options(PathOf("log.jsonl"));
        options.TestFoldCount = 0;
        ToySweep.Sweep(options);
        var trainer = new ToySweep.Trainer();
        options.Trials = 9;

        var result = ToySweep.Sweep(options, trainer);

        Assert.Equal(9, result.Final.Trials.Count);
        Assert.InRange(trainer.Fits.Count, 1, 3);
    }

    [Fact]
    public void Shards_put_together_are_the_whole()
    {
        SweepOptions Options(string log)
        {
            var options = ToySweep.Options(PathOf(log));
            options.Stopping = null;   // a shard compares its own trials only
            return options;
        }
        var whole = ToySweep.Sweep(Options("whole.jsonl"));
        for (var shard = 1; shard <= 3; shard++)
        {
            var part = Options($"part-{shard}.jsonl");
            part.Shard = SweepShard.Parse($"{shard}/3");
            var alone = ToySweep.Sweep(part);
            Assert.False(alone.IsComplete);
            Assert.Contains("nothing is chosen yet", Assert.Throws<InvalidOperationException>(() => alone.Best).Message);
        }

        File.WriteAllText(PathOf("all.jsonl"), string.Concat(
            Enumerable.Range(1, 3).Select(shard => File.ReadAllText(PathOf($"part-{shard}.jsonl")))));
        var trainer = new ToySweep.Trainer();
        var joined = ToySweep.Sweep(Options("all.jsonl"), trainer);

        Assert.Equal(whole.ToString(), joined.ToString());
        Assert.Equal(2, trainer.Fits.Count);   // the tests of the two folds
    }

    [Fact]
    public void The_log_of_another_sweep_is_refused_with_what_differs()
    {
        ToySweep.Sweep(ToySweep.Options(PathOf("log.jsonl")));
        var other = ToySweep.Options(PathOf("log.jsonl"));
        other.Seed = 2;

        Assert.Contains("is the log of another sweep: search was 'random, seed 1' and is 'random, seed 2'",
            Assert.Throws<InvalidDataException>(() => ToySweep.Sweep(other)).Message);
    }

    [Fact]
    public void The_log_of_other_features_is_refused()
    {
        var options = ToySweep.Options(PathOf("log.jsonl"));
        options.FeatureIdentity = "encoder 1";
        ToySweep.Sweep(options);
        options.FeatureIdentity = "encoder 2";

        Assert.Contains("features was 'encoder 1' and is 'encoder 2'",
            Assert.Throws<InvalidDataException>(() => ToySweep.Sweep(options)).Message);
    }

    [Fact]
    public void Two_sweeps_cannot_write_one_log()
    {
        var trainer = new ToySweep.Trainer();
        var fits = 0;

        SpeechRows.Ml.MulticlassClassification.SweepBySpeaker(ToySweep.Data(), (ToyOptions o) =>
        {
            if (trainer.Fits.Count == 0)
                Assert.Throws<IOException>(() => ToySweep.Sweep(ToySweep.Options(PathOf("log.jsonl"))));
            fits++;
            return trainer.Fit(o);
        }, ToySweep.Options(PathOf("log.jsonl")));

        Assert.True(fits > 0);
    }

    [Theory]
    [InlineData("my notes")]
    [InlineData("{\"my\": \"settings\"")]
    [InlineData("{\"my\": \"settings\"}")]
    [InlineData("{\"my\": \"settings\"}\n")]
    [InlineData("{my settings}\n")]
    [InlineData("{\n  \"my\": \"settings\"\n}\n")]
    public void A_file_that_is_not_a_log_is_left_alone(string text)
    {
        File.WriteAllText(PathOf("mine"), text);

        Assert.Throws<InvalidDataException>(() => ToySweep.Sweep(ToySweep.Options(PathOf("mine"))));
        Assert.Equal(text, File.ReadAllText(PathOf("mine")));
    }

    [Fact]
    public void A_file_that_is_not_a_log_is_named()
    {
        File.WriteAllText(PathOf("mine"), "my notes");

        Assert.Contains("is not the log of a sweep", Assert.Throws<InvalidDataException>(
            () => ToySweep.Sweep(ToySweep.Options(PathOf("mine")))).Message);
    }

    [Fact]
    public void A_damaged_line_in_the_middle_is_named()
    {
        ToySweep.Sweep(ToySweep.Options(PathOf("log.jsonl")));
        var lines = File.ReadAllLines(PathOf("log.jsonl"));
        lines[3] = lines[3][..20];
        File.WriteAllLines(PathOf("log.jsonl"), lines);

        Assert.Contains("line 4: this is not a line of a sweep's log",
            Assert.Throws<InvalidDataException>(() => ToySweep.Sweep(ToySweep.Options(PathOf("log.jsonl")))).Message);
    }
}
