using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MlNetSer.Cli.Commands;

namespace MlNetSer.Cli;

/// <summary>The program: its commands, its config file, its exit codes.</summary>
internal static class Tool
{
    /// <summary>Ctrl-C stops at the next batch; while a model scores a whole corpus that may take longer, and then it is cut off: every
    /// file is whole or not there.</summary>
    private static readonly InvocationConfiguration s_invocation = new() { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };

    public static async Task<int> RunAsync(string[] args)
    {
        var root = CreateRoot();
        try
        {
            args = ConfigFile.Apply(root, args.Length == 0 ? ["--help"] : args);
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            return Failure.Tell(error, args.Contains("--verbose"), Failure.WrongUsage);
        }
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
            return Failure.TellUsage(parsed);
        return await parsed.InvokeAsync(s_invocation);
    }

    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("Speech emotion from the command line: train, evaluate, predict, report. A corpus is recordings "
            + "with labels and speakers. An encoder is the part of a speech recogniser that turns sound into features. A system is a "
            + "network and what it reads. More words: docs/glossary.md. Exit codes: 0 fine, 1 failed, 2 wrong usage, 130 interrupted.")
        {
            DemoCommand.Create(),
            PredictCommand.Create(),
            TrainCommand.Create(),
            EvaluateCommand.Create(),
            CompareCommand.Create(),
            ReportCommand.Create(),
            SweepCommand.Create(),
            ReproduceCommand.Create(),
            TranscribeCommand.Create(),
            EmbedCommand.Create(),
            EncoderCommand.Create(),
            CorpusCommand.Create(),
            ModelCommand.Create(),
        };
        root.Options.Add(CommonOptions.Verbose);
        root.Options.Add(CommonOptions.Config);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }
}
