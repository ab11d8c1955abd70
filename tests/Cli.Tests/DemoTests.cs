using System.Text.Json;
using MlNetSer.Tests.Audio;

namespace MlNetSer.Tests;

/// <summary>The whole path, in small: demo, and what can be done with what it leaves.</summary>
public sealed class DemoTests(DemoTests.Output demo) : IClassFixture<DemoTests.Output>
{
    private const string Run = "demo-smoke/runs/synthetic.untrained.cta-rnn.seed1.json";

    /// <summary>What <c>demo --smoke</c> leaves, for all tests.</summary>
    public sealed class Output : IDisposable
    {
        public Output()
        {
            using var process = ToolProcess.Start(Folder, "demo", "--smoke");
            Told = process.Succeed();
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("mlnetser-demo").FullName;

        public string Told { get; }

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }

    [Fact]
    public void It_scores_and_saves_and_reports()
    {
        Assert.Contains("over 4 folds; pooled", demo.Told);
        Assert.Contains("UAR (unweighted average recall) is the mean of the classes' recalls", demo.Told);   // said where it first appears
        Assert.Contains("s01-angry-01.wav scores angry 0.", demo.Told);
        var report = File.ReadAllText(In("report.html"));
        Assert.Contains("data:image/svg+xml;base64,", report);
        Assert.DoesNotContain("src=\"http", report);
    }

    [Fact]
    public void A_model_says_an_emotion_for_each_file_and_an_error_for_what_is_none()
    {
        File.WriteAllText(In("none.wav"), "no audio");
        using (var table = ToolProcess.Start(demo.Folder, "predict", "demo-smoke/emotion.zip", "demo-smoke/synthetic"))
            Assert.Equal(32, table.Succeed().Split(".wav").Length - 1);

        using var json = ToolProcess.Start(demo.Folder, "predict", "demo-smoke/emotion.zip", "demo-smoke/synthetic/s01-sad-01.wav",
            "demo-smoke/none.wav", "absent.wav", "--json");
        var (code, output, errors) = json.Finish();

        Assert.Equal((1, ""), (code, errors));
        using var all = JsonDocument.Parse(output);
        Assert.Equal(1, all.RootElement[0].GetProperty("scores").EnumerateObject().Sum(score => score.Value.GetDouble()), 1e-4);
        Assert.Contains("none.wav", all.RootElement[1].GetProperty("error").GetString());
        Assert.Contains("absent.wav", all.RootElement[2].GetProperty("error").GetString());
    }

    [Fact]
    public void Words_are_explained_before_they_are_used()
        => Assert.Equal(demo.Told.IndexOf("UAR (unweighted", StringComparison.Ordinal), demo.Told.IndexOf("UAR", StringComparison.Ordinal));

    [Fact]
    public void Long_recording_is_answered_as_a_whole_or_in_segments()
    {
        // five minutes: with the encoder's windows of 40 s, eight windows
        var wav = File.ReadAllBytes(In("synthetic/s01-sad-01.wav"))[44..];
        var data = Enumerable.Repeat(wav, 5 * 60 * 32_000 / wav.Length + 1).SelectMany(bytes => bytes).Take(5 * 60 * 32_000).ToArray();
        File.WriteAllBytes(In("long.wav"), Wav.File(Wav.Format(), Wav.Chunk("data", data)));

        using (var whole = ToolProcess.Start(demo.Folder, "predict", "demo-smoke/emotion.zip", "demo-smoke/long.wav", "--csv"))
            Assert.Equal(2, Lines(whole.Succeed()).Count(line => line.Contains(',')));
        using var parts = ToolProcess.Start(demo.Folder, "predict", "demo-smoke/emotion.zip", "demo-smoke/long.wav", "--segments", "60",
            "--csv");
        string[] table = [.. Lines(parts.Succeed()).Where(line => line.Contains(','))];

        Assert.StartsWith("file,from second,emotion,angry", table[0]);
        Assert.Equal(["0", "30", "60", "90", "120", "150", "180", "210", "240"], table[1..].Select(line => line.Split(',')[1]));
        using var wrong = ToolProcess.Start(demo.Folder, "predict", "demo-smoke/emotion.zip", "demo-smoke/long.wav", "--segments", "0");
        Assert.Contains("--segments is 0; wanted is a length in seconds above 0", wrong.Refuse(2));

        static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void Standard_input_is_one_recording_or_a_list_of_paths()
    {
        var wav = Path.Combine("demo-smoke", "synthetic", "s01-sad-01.wav");
        using var recording = ToolProcess.Start(demo.Folder, "predict", "demo-smoke/emotion.zip", "-", "--csv")
            .Give(File.ReadAllBytes(Path.Combine(demo.Folder, wav)));
        using var list = ToolProcess.Start(demo.Folder, "predict", "demo-smoke/emotion.zip", "-", "--csv")
            .Give(System.Text.Encoding.UTF8.GetBytes(wav + "\n"));

        var one = recording.Succeed().Split('\n')[1].Split(',');

        Assert.Equal("-", one[0]);
        Assert.Equal(one[1..], list.Succeed().Split('\n')[1].Split(',')[1..]);
    }

    [Fact]
    public void Attention_is_drawn()
    {
        using var predict = ToolProcess.Start(demo.Folder, "predict", "demo-smoke/emotion.zip", "demo-smoke/synthetic/s01-sad-01.wav",
            "--attention", "pictures");
        predict.Succeed();

        Assert.Equal("PNG"u8, File.ReadAllBytes(Path.Combine(demo.Folder, "pictures", "s01-sad-01.wav.png")).AsSpan(1, 3));
    }

    [Fact]
    public void A_model_shows_what_it_is()
    {
        using var show = ToolProcess.Start(demo.Folder, "model", "show", "demo-smoke/emotion.zip");

        var told = show.Succeed();

        Assert.Contains("angry, happy, neutral, sad", told);
        Assert.Contains("32 utterances of 4 speakers", told);
        Assert.Contains("over 4 folds; pooled", told);   // the figures of its evaluation
    }

    [Fact]
    public void A_run_is_reported_drawn_and_compared()
    {
        using (var report = ToolProcess.Start(demo.Folder, "report", Run, "--output", "run.html", "--figures", "figures"))
            Assert.Contains("wrote 4 figures", report.Succeed());
        using (var compare = ToolProcess.Start(demo.Folder, "compare", Run, Run))
            Assert.Contains("0.0 to 0.0", compare.Succeed());

        Assert.Contains("Confusion matrix", File.ReadAllText(Path.Combine(demo.Folder, "run.html")));
    }

    [Fact]
    public void A_manifest_is_checked_and_its_folds_audited()
    {
        using var check = ToolProcess.Start(demo.Folder, "corpus", "check", "demo-smoke/synthetic/manifest.csv");

        var told = check.Succeed();

        Assert.Contains("32 utterances of 4 speakers; angry 8, happy 8, neutral 8, sad 8", told);
        Assert.Contains("audit: sessions shared by validation and test", told);
    }

    private string In(string file) => Path.Combine(demo.Folder, "demo-smoke", file);
}
