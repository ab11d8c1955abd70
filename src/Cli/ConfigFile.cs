using System.CommandLine;
using System.Text.Json;

namespace MlNetSer.Cli;

/// <summary>
/// <c>mlnetser.json</c> in the current folder, or the file of <c>--config</c>: any option by its name without dashes. What the command line
/// says overrules it,
/// and what a command does not take is passed over: <c>{ "encoder": "encoder.onnx", "seed": [1, 2, 3], "int8": true }</c>.
/// </summary>
internal static class ConfigFile
{
    private const string Name = "mlnetser.json";

    /// <summary>The arguments, and those of the file that are not among them.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or names an option that no command has.</exception>
    /// <exception cref="FileNotFoundException">The named file is not there.</exception>
    public static string[] Apply(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        var path = parsed.GetValue(CommonOptions.Config)?.FullName ?? Name;
        if (!File.Exists(path))
            return path == Name ? args : throw new FileNotFoundException($"There is no config file '{path}'.", path);
        var taken = parsed.CommandResult.Command.Options;
        var known = Everything(root).ToHashSet(StringComparer.Ordinal);
        List<string> more = [];
        foreach (var (name, value) in Read(path))
        {
            if (!known.Contains("--" + name))
                throw new InvalidDataException(
                    $"'{path}' sets '{name}', which no command takes. There are: "
                        + $"{string.Join(", ", known.Order(StringComparer.Ordinal).Select(option => option[2..]))}.");
            if (taken.FirstOrDefault(option => option.Name == "--" + name) is { } option
                && parsed.GetResult(option) is not { Implicit: false })
                more.AddRange(Arguments(option.Name, value, path));
        }
        return more.Count == 0 ? args : [.. args, .. more];
    }

    private static IEnumerable<string> Everything(Command command)
        => command.Options.Select(option => option.Name).Where(name => name.StartsWith("--", StringComparison.Ordinal))
        .Concat(command.Subcommands.SelectMany(Everything));

    private static List<(string, JsonElement)> Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return [.. json.RootElement.EnumerateObject().Select(entry => (entry.Name, entry.Value.Clone()))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is not a JSON object of options: {error.Message}", error);
        }
    }

    private static string[] Arguments(string option, JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => [$"{option}={value.GetRawText()}"],
        JsonValueKind.String => [$"{option}={value.GetString()}"],
        JsonValueKind.Number => [$"{option}={value.GetRawText()}"],
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(item => Arguments(option, item, path))],
        _ => throw new InvalidDataException(
            $"'{path}' sets {option} to {value.GetRawText()}; wanted is a text, a number, true, false, or a list of them."),
    };
}
