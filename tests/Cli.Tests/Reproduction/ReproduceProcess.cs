using System.Diagnostics;
using System.Reflection;

namespace MlNetSer.Tests.Reproduction;

/// <summary>The example as a user runs it, in a folder of its own.</summary>
internal sealed class ReproducePaperProcess : IDisposable
{
    public static readonly string Program = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ReproducePaper").Value!;

    /// <summary>The folder of the example, with its job files.</summary>
    public static readonly string Source = Path.GetFullPath("../../..", Path.GetDirectoryName(Program)!);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ReproducePaperProcess(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    public static ReproducePaperProcess Start(string folder, params string[] arguments) => Start("dotnet", [Program, .. arguments], folder, []);

    /// <param name="environment">Variables of a scheduler; those of the machine that the test runs on are taken away.</param>
    public static ReproducePaperProcess Start(string file, string[] arguments, string folder, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in start.Environment.Keys.Where(key => key.StartsWith("SLURM", StringComparison.Ordinal) || key == "JOB_COMPLETION_INDEX").ToList())
            start.Environment.Remove(variable);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ReproducePaperProcess(Process.Start(start)!);
    }

    public string? ReadLine() => _process.StandardOutput.ReadLine();

    /// <summary>Asks it to stop, as Ctrl-C and schedulers do.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]).WaitForExit();

    public (int Code, string Output, string Errors) Finish()
    {
        var output = _process.StandardOutput.ReadToEnd();
        var errors = _errors.GetAwaiter().GetResult();
        _process.WaitForExit();
        return (_process.ExitCode, output, errors);
    }

    /// <summary>Waits, and gives what it wrote.</summary>
    public string Succeed()
    {
        var (code, output, errors) = Finish();
        Assert.True(code == 0, $"It ended with {code}: {errors}{output}");
        return output;
    }

    public void Dispose() => _process.Dispose();
}
