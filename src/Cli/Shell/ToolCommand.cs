using System.CommandLine;

namespace MlNetSer.Cli;

/// <summary>A command with an example of its use; whatever it throws becomes a message and an exit code.</summary>
internal sealed class ToolCommand : Command
{
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, in a sentence.</param>
    /// <param name="example">A line that runs it.</param>
    /// <param name="run">Runs it, and gives the exit code; null = it only holds other commands.</param>
    public ToolCommand(string name, string description, string example, Func<ToolCall, int>? run = null) : base(name, description)
    {
        Example = example;
        // A task of its own, so that Ctrl-C is heard while it computes.
        if (run is not null)
            SetAction((arguments, stop) => Task.Run(() => Failure.Try(new ToolCall(arguments, stop), run), CancellationToken.None));
    }

    public string Example { get; }
}
