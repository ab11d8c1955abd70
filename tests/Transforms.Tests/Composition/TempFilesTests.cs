using System.Diagnostics;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;

namespace MlNetSer.Tests.Composition;

/// <summary>A serving process leaves nothing in TMPDIR and nothing in HOME, and asks the network for nothing.</summary>
public sealed class TempFilesTests : IDisposable
{
    private static readonly MLContext Ml = new(1);
    private readonly WavFolder _files = new(count: 1);
    private readonly string _temp, _home;

    public TempFilesTests()
    {
        (_temp, _home) = (_files.Path("tmp"), _files.Path("home"));
        Directory.CreateDirectory(_temp);
        Directory.CreateDirectory(_home);
        var rows = _files.Rows(Ml);
        using var model = new EstimatorChain<ITransformer>().Append(Ml.Transforms.LoadAudio("Waveform", "AudioPath"))
            .Append(Ml.Transforms.EmbedSpeech("Embedding", SpeechEncoder.Untrained())).Fit(rows);
        Ml.Model.Save(model, rows.Schema, _files.Path("model.zip"));
        using var stream = File.Create(_files.Path("rows.idv"));
        Ml.Data.SaveAsBinary(rows, stream);
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Twenty_loads_and_predictions_leave_the_folder_for_temporary_files_and_the_home_as_they_were()
    {
        File.WriteAllText(Path.Combine(_temp, "abcdefgh.ijk"), "not ours");

        End(Start("20"));

        Assert.Equal(["abcdefgh.ijk"], Entries(_temp));
        Assert.Empty(Entries(_home));
    }

    [Fact]
    public void What_a_kill_leaves_is_swept_at_the_next_start()
    {
        using (var killed = Start("2", "wait"))
        {
            WaitFor(killed, "waiting");
            killed.Kill();   // SIGKILL
            killed.WaitForExit();
        }
        Assert.NotEmpty(Ours());

        End(Start("1"));

        Assert.Empty(Ours());
    }

    [Fact]
    public void Two_processes_at_once_leave_each_other_s_files_alone()
    {
        using var first = Start("2", "wait");
        WaitFor(first, "waiting");
        var open = Ours();

        End(Start("1"));
        Assert.Equal(open, Ours());
        first.StandardInput.WriteLine();   // saves its loaded model again, which reads the files
        End(first);

        Assert.Empty(Ours());
        Assert.True(new FileInfo(_files.Path("model.zip.again")).Length > 0);
    }

    [Fact]
    public void A_prediction_opens_no_connection()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "SKIPPED: needs strace.");
        var log = _files.Path("strace.log");

        End(Start("strace", ["-f", "-e", "trace=network", "-o", log, "dotnet", .. Arguments("1")]));

        Assert.DoesNotContain(File.ReadLines(log), line => line.Contains("AF_INET", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_another_s_is_not_taken_for_a_graph()
    {
        var own = Directory.CreateDirectory(Path.Combine(_temp, "mlnetser-own")).FullName;
        using var held = new FileStream(Path.Combine(own, "lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.WriteAllBytes(Path.Combine(_temp, "aaaaaaaa.aaa"), [.. TempFiles.Mark, 1, 2, 3]);
        File.WriteAllBytes(Path.Combine(_temp, "bbbbbbbb.bbb"), [8, 8, .. TempFiles.Mark]);
        File.WriteAllBytes(Path.Combine(_temp, "a graph of mine.onnx"), [.. TempFiles.Mark, 1, 2, 3]);

        TempFiles.Sweep(_temp, own);

        Assert.Equal(["a graph of mine.onnx", "bbbbbbbb.bbb", "mlnetser-own"], Entries(_temp));
    }

    [Fact]
    public void A_folder_of_a_user_s_that_is_named_like_ours_is_never_deleted()
    {
        var own = Directory.CreateDirectory(Path.Combine(_temp, "mlnetser-own")).FullName;
        using var held = new FileStream(Path.Combine(own, "lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        foreach (var (folder, file, bytes) in new[] { ("output", "emotion.zip", [1, 2]), ("models", "encoder.onnx", new byte[100]),
            ("dead01", "1.onnx", [.. TempFiles.Mark, 1, 2, 3]), ("dead02", "lock", []), ("locked", "a.txt", [1]) })
        {
            var path = Directory.CreateDirectory(Path.Combine(_temp, "mlnetser-" + folder)).FullName;
            File.WriteAllBytes(Path.Combine(path, file), bytes);
            if (folder == "locked")
                File.WriteAllText(Path.Combine(path, "lock"), "");
            Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        }

        TempFiles.Sweep(_temp, own);

        Assert.Equal(["mlnetser-locked", "mlnetser-models", "mlnetser-output", "mlnetser-own"], Entries(_temp));
    }

    [Fact]
    public async Task A_named_pipe_in_the_folder_for_temporary_files_does_not_stop_a_start_for_ever()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/mkfifo"), "SKIPPED: needs mkfifo.");
        var own = Directory.CreateDirectory(Path.Combine(_temp, "mlnetser-own")).FullName;
        using var held = new FileStream(Path.Combine(own, "lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        var folder = Directory.CreateDirectory(Path.Combine(_temp, "mlnetser-pipe00")).FullName;
        string[] pipes = [Path.Combine(_temp, "pipe"), Path.Combine(_temp, "abcdefgh.ijk"), Path.Combine(folder, "1.onnx")];
        foreach (var pipe in pipes)
            Process.Start("mkfifo", [pipe]).WaitForExit();
        File.CreateSymbolicLink(Path.Combine(_temp, "linklink.ijk"), pipes[0]);

        var sweep = Task.Run(() => TempFiles.Sweep(_temp, own), TestContext.Current.CancellationToken);

        await sweep.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private string[] Ours() => [.. Entries(_temp)
        .Where(name => name.StartsWith("mlnetser-", StringComparison.Ordinal) || name.Length == 12 && name[8] == '.')];

    private static string[] Entries(string folder)
        => [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private string[] Arguments(params string[] more)
    {
        var program = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "FreshProcess").Value!;
        return [program, _files.Path("model.zip"), _files.Path("rows.idv"), "Embedding", .. more];
    }

    private Process Start(params string[] more) => Start("dotnet", Arguments(more));

    private Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        (start.Environment["TMPDIR"], start.Environment["HOME"]) = (_temp, _home);
        start.Environment["DOTNET_EnableDiagnostics"] = "0";   // .NET's own pipes in TMPDIR, which a kill leaves
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("XDG_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }

    private static void WaitFor(Process process, string line)
    {
        while (process.StandardOutput.ReadLine() is { } said)
        {
            if (said == line)
                return;
        }
        Assert.Fail(process.StandardError.ReadToEnd());
    }

    private static void End(Process process)
    {
        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal((0, ""), (process.ExitCode, errors.GetAwaiter().GetResult()));
        }
    }
}
