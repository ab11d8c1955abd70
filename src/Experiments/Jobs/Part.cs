using System.Globalization;

namespace MlNetSer.Experiments;

/// <summary>The share of the work that one process of several does: every <see cref="Count"/>-th piece.</summary>
public sealed record Part
{
    /// <exception cref="ArgumentException">The part does not exist.</exception>
    private Part(int number, int count) => (Number, Count) = (number, count);

    /// <summary>All of it.</summary>
    public static Part Whole { get; } = new(1, 1);

    /// <summary>This process's number, from 1.</summary>
    public int Number { get; }

    /// <summary>Processes in all.</summary>
    public int Count { get; }

    /// <summary>Whether a piece of work, numbered from 1, belongs to this part.</summary>
    public bool Has(int number) => (number - 1) % Count == Number - 1;

    /// <summary>Reads <c>i/n</c>, such as <c>2/8</c>.</summary>
    /// <exception cref="ArgumentException">The text is something else, or i is not from 1 to n.</exception>
    public static Part Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var i, var n] && ToNumber(i) is { } number && ToNumber(n) is { } count && number >= 1 && number <= count
            ? new Part(number, count) : throw new ArgumentException($"--shard is '{text}'; wanted is i/n with i from 1 to n, such as 2/8.");
    }

    /// <summary>What was given; else what Slurm (job array) or Kubernetes (indexed job) says in its environment; else all.</summary>
    /// <param name="given"><c>i/n</c>, or null.</param>
    /// <param name="count">Parts in all, where the environment gives the number of the part only.</param>
    /// <param name="environment">Reads a variable; null = those of this process.</param>
    /// <exception cref="ArgumentException">The part does not exist, or the number of parts is unknown.</exception>
    public static Part Of(string? given, int? count = null, Func<string, string?>? environment = null)
    {
        if (given is not null)
            return Parse(given);
        environment ??= Environment.GetEnvironmentVariable;
        foreach (var variable in new[] { "SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX" })
        {
            if (ToNumber(environment(variable)) is not { } task)
                continue;
            var tasks = count ?? ToNumber(environment("SLURM_ARRAY_TASK_COUNT")) ?? throw new ArgumentException(
                $"{variable} is {task}, but nothing says of how many. Give --shard-count, or --shard 1/1 to run everything here.");
            return task < tasks ? new Part(task + 1, tasks)
                : throw new ArgumentException($"{variable} is {task}; wanted is 0 to {tasks - 1}. "
                + "Number the array from 0, and give the size of the whole array as --shard-count when only some of it is run again.");
        }
        return Whole;
    }

    /// <summary><c>i/n</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");

    private static int? ToNumber(string? text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
