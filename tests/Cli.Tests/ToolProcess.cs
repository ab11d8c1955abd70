using System.Diagnostics;
using System.Reflection;

namespace MlNetSer.Tests.Examples;

/// <summary>Runs an example as a user does: another process, in a folder.</summary>
internal sealed record ExampleProcess(int ExitCode, string Output, string Errors)
{
    public static ExampleProcess Run(string example, string folder, params string[] arguments)
    {
        var program = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == example).Value!;
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ExampleProcess(process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    /// <summary>All that was printed, without the line ends that a width of 80 columns puts.</summary>
    public string Printed => string.Join(' ', (Output + Errors).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What was printed by a run that ended well.</summary>
    public string Succeed()
    {
        Assert.True(ExitCode == 0, Output + Errors);
        return Printed;
    }

    /// <summary>What was printed by a run that refused, in words and without a stack trace.</summary>
    public string Refuse()
    {
        Assert.Equal(1, ExitCode);
        Assert.DoesNotContain("   at ", Output + Errors);
        return Printed;
    }
}
