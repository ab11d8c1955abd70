using System.CommandLine;
using MlNetSer.Experiments;

namespace MlNetSer.Cli;

/// <summary>One call of a command: its options, and where it writes.</summary>
internal sealed class ToolCall
{
    private readonly ParseResult _arguments;

    public ToolCall(ParseResult arguments, CancellationToken cancellationToken)
    {
        (_arguments, CancellationToken) = (arguments, cancellationToken);
        Progress = new ProgressLine(IsJson ? Console.Error : Console.Out);
    }

    public CancellationToken CancellationToken { get; }

    /// <summary>Where progress is shown: a bar on a terminal, plain lines elsewhere.</summary>
    public ProgressLine Progress { get; }

    public bool IsVerbose => _arguments.GetValue(CommonOptions.Verbose);

    /// <summary>Whether standard output is for a program, and lines for people go to standard error.</summary>
    public bool IsJson => _arguments.GetValue(CommonOptions.Json);

    public T Get<T>(Option<T> option) => _arguments.GetValue(option)!;

    public T Get<T>(Argument<T> argument) => _arguments.GetValue(argument)!;

    public bool Has(Option option) => _arguments.GetResult(option) is { Implicit: false };

    /// <summary>The part that this process runs: <c>--shard</c>, else what a scheduler says in its environment.</summary>
    public Part Part => Part.Of(_arguments.GetValue(CommonOptions.Shard), _arguments.GetValue(CommonOptions.ShardCount));

    /// <summary>The command as records keep it: the same in all parts of a run, ready to be pasted into a shell.</summary>
    public string CommandForRecords => Line(arg => arg.Split('=')[0] is "--shard" or "--shard-count" or "--threads");

    /// <summary>The command as it was given.</summary>
    public string Command => Line(_ => false);

    private string Line(Func<string, bool> isLeftOut)
    {
        string[] args = [.. _arguments.Tokens.Select(token => token.Value)];
        return string.Join(' ', args.Index()
            .Where(a => !isLeftOut(a.Item) && (a.Index == 0 || args[a.Index - 1].Contains('=') || !isLeftOut(args[a.Index - 1])))
            .Select(a => Quoted(a.Item)).Prepend("mlnetser"));
    }

    private static string Quoted(string arg)
        => arg.Length > 0 && arg.All(c => char.IsLetterOrDigit(c) || "-_./=:,+@%~".Contains(c)) ? arg : $"'{arg.Replace("'", "'\\''")}'";
}
