using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace MlNetSer.Tests;

/// <summary>A program as a user runs it: another process, in a folder of its own.</summary>
internal sealed class ToolProcess : IDisposable
{
    /// <summary>The program <c>mlnetser</c>.</summary>
    public static readonly string Program = PathOf("Tool");

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ToolProcess(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>A program that this project's file names.</summary>
    public static string PathOf(string key)
        => Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;

    /// <summary>Starts <c>mlnetser</c>.</summary>
    public static ToolProcess Start(string folder, params string[] arguments) => Start("dotnet", [Program, .. arguments], folder, []);

    /// <summary>Starts <c>mlnetser reproduce</c>.</summary>
    public static ToolProcess Reproduce(string folder, params string[] arguments) => Start(folder, ["reproduce", .. arguments]);

    /// <param name="file">What to start.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where.</param>
    /// <param name="environment">Variables of a scheduler; those of the machine that the test runs on are taken away.</param>
    public static ToolProcess Start(string file, string[] arguments, string folder, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(file,
            arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var variable in start.Environment.Keys
            .Where(key => key.StartsWith("SLURM", StringComparison.Ordinal) || key == "JOB_COMPLETION_INDEX").ToList())
            start.Environment.Remove(variable);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ToolProcess(Process.Start(start)!);
    }

    public string? ReadLine() => _process.StandardOutput.ReadLine();

    /// <summary>Writes to its standard input, and closes it.</summary>
    public ToolProcess Give(byte[] input)
    {
        _process.StandardInput.BaseStream.Write(input);
        _process.StandardInput.Close();
        return this;
    }

    /// <summary>Asks it to stop, as Ctrl-C and schedulers do.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    public (int Code, string Output, string Errors) Finish()
    {
        var output = _process.StandardOutput.ReadToEnd();
        var errors = _errors.GetAwaiter().GetResult();
        _process.WaitForExit();
        return (_process.ExitCode, output, errors);
    }

    /// <summary>Waits, and gives what it wrote to standard output.</summary>
    public string Succeed()
    {
        var (code, output, errors) = Finish();
        Assert.True(code == 0, $"It ended with {code}: {errors}{output}");
        return output;
    }

    /// <summary>Waits, and gives what a run that failed said: words, and no stack trace.</summary>
    public string Refuse(int code)
    {
        var (found, output, errors) = Finish();
        Assert.True(found == code, $"It ended with {found} and not with {code}: {errors}{output}");
        Assert.DoesNotContain("   at ", output + errors);
        return errors;
    }

    public void Dispose() => _process.Dispose();
}
