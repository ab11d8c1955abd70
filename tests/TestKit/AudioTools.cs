using System.Diagnostics;

namespace MlNetSer.TestKit;

/// <summary>Programs that make and decode audio files, where they are installed; tests that need an absent one skip loudly.</summary>
public static class AudioTools
{
    /// <summary>Whether a program is on the path.</summary>
    public static bool Has(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, program)));

    /// <summary>Why a test skips.</summary>
    public static string Absent(string program) => $"SKIPPED: {program} is not installed on this machine.";

    /// <summary>Runs a program to its end and gives what it wrote; anything but success is an error with what it said.</summary>
    public static byte[] Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return process.ExitCode == 0 ? output.ToArray()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: "
                + $"{errors.GetAwaiter().GetResult()}");
    }
}
