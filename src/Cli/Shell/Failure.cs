using System.CommandLine;
using MlNetSer.Experiments;

namespace MlNetSer.Cli;

/// <summary>Exit codes, and what is said of a failure: a line or two, and a stack trace only with <c>--verbose</c>.</summary>
internal static class Failure
{
    private const int MostLines = 24;   // a list of twenty bad files, and what is said around it

    public const int Failed = 1, WrongUsage = 2, Interrupted = 130;

    public static int Try(ToolCall call, Func<ToolCall, int> run)
    {
        try
        {
            var code = run(call);
            call.Progress.Clear();
            return code;
        }
        catch (Exception error)
        {
            call.Progress.Clear();
            if (IsCancelled(error) && call.CancellationToken.IsCancellationRequested)
            {
                Console.Error.WriteLine($"Stopped. Whole jobs and whole shards of the store are kept. This goes on from there:\n  "
                    + $"{call.Command}");
                return Interrupted;
            }
            return Tell(error, call.IsVerbose, UserError.Find(error) is ArgumentException ? WrongUsage : Failed);
        }
    }

    public static int Tell(Exception error, bool isVerbose, int code)
    {
        var reason = UserError.Find(error);
        Console.Error.WriteLine(reason is not null ? "error: " + WithoutParameter(reason)
            : $"error: unexpected {error.GetType().Name}: {error.Message.Split('\n')[0]}");
        if (isVerbose)
            Console.Error.WriteLine(error);
        else if (reason is null)
            Console.Error.WriteLine("This is a fault of the program; --verbose shows where.");
        return code;
    }

    public static int TellUsage(ParseResult parsed)
    {
        Console.Error.WriteLine("error: " + parsed.Errors[0].Message);
        List<string> names = [];
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, result.Command is RootCommand ? "mlnetser" : result.Command.Name);
        Console.Error.WriteLine($"'{string.Join(' ', names)} --help' shows what it takes.");
        return WrongUsage;
    }

    private static bool IsCancelled(Exception? error)
        => error is not null && (error is OperationCanceledException || IsCancelled(error.InnerException));

    /// <summary>A message that lists things, such as files, is cut after a few.</summary>
    private static string Shortened(string message)
    {
        var lines = message.Split('\n', MostLines + 1, StringSplitOptions.TrimEntries);
        return string.Join('\n', lines.Take(MostLines)) + (lines.Length > MostLines ? "\n... (--verbose shows all of it)" : "");
    }

    /// <summary>The name of a parameter means nothing to someone who types options.</summary>
    private static string WithoutParameter(Exception error)
    {
        var message = error.Message;
        var at = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return Shortened((at < 0 ? message : message[..at]).TrimEnd());
    }
}
