using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MlNetSer.Cli;

/// <summary>The help of a command, and an example of its use.</summary>
internal sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var writer = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is ToolCommand { Example: { } example })
            writer.WriteLine($"Example:\n  {example}\n");
        else if (parseResult.CommandResult.Command is RootCommand)
            writer.WriteLine("Example:\n  mlnetser demo\n");
        return code;
    }
}
