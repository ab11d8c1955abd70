using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MlNetSer.Encoders.WeNet;

/// <summary>
/// The texts and numbers of a YAML file's two upper levels, by names such as <c>encoder_conf.output_size</c>. Lists and deeper levels are
/// passed over.
/// </summary>
/// <remarks>Reads events, and follows no alias: neither nesting nor references can make it run away.</remarks>
internal sealed class YamlSettings
{
    private const int LargestFile = 1 << 20, DeepestNesting = 64;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sections = new(StringComparer.Ordinal);
    private readonly string _path;

    private YamlSettings(string path) => _path = path;

    /// <exception cref="InvalidDataException">The file is not YAML, or not a mapping.</exception>
    public static YamlSettings Load(string path)
    {
        if (new FileInfo(path).Length is > LargestFile and var size)
            throw new InvalidDataException($"'{path}' has {size:N0} bytes; settings have at most {LargestFile:N0}.");
        var settings = new YamlSettings(path);
        try
        {
            using var reader = File.OpenText(path);
            settings.Read(new Parser(reader));
        }
        catch (YamlException error)
        {
            throw new InvalidDataException($"'{path}', line {error.Start.Line}: not YAML: {error.Message}", error);
        }
        if (settings._values.Count + settings._sections.Count == 0)
            throw new InvalidDataException(
                $"'{path}' is empty or holds no settings. Wanted: the train.yaml that WeNet writes beside final.pt.");
        return settings;
    }

    /// <summary>Names inside a section, without its own.</summary>
    public IEnumerable<string> Names(string section)
        => _values.Keys.Where(key => key.StartsWith(section + ".", StringComparison.Ordinal)).Select(key => key[(section.Length + 1)..]);

    public bool HasSection(string name) => _sections.Contains(name);

    /// <summary>A text; null where it is absent, empty or <c>null</c>.</summary>
    public string? Text(string name)
        => _values.TryGetValue(name, out var text) && text is not ("" or "~" or "null" or "Null" or "NULL") ? text : null;

    public int Number(string name, int otherwise) => Text(name) is not { } text ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw Fault(name, "a whole number");

    public bool Flag(string name, bool otherwise) => Text(name)?.ToUpperInvariant() switch
    {
        null => otherwise,
        "TRUE" or "YES" or "ON" => true,
        "FALSE" or "NO" or "OFF" => false,
        _ => throw Fault(name, "true or false"),
    };

    private InvalidDataException Fault(string name, string wanted) => new($"'{_path}': {name} is '{Text(name)}'; wanted {wanted}.");

    private void Read(Parser parser)
    {
        var (depth, section, key) = (0, "", (string?)null);
        while (parser.MoveNext() && parser.Current is not DocumentEnd)
        {
            switch (parser.Current)
            {
                case MappingStart when depth == 0: depth = 1; break;
                case MappingStart when depth == 1 && key is not null:
                    _sections.Add(key);
                    (section, key, depth) = (key + ".", null, 2);
                    break;
                case MappingStart or SequenceStart:
                    PassOver(parser);
                    key = null;
                    break;
                case MappingEnd when depth == 2: (depth, section, key) = (1, "", null); break;
                case Scalar scalar when depth == 0: return;   // a lone text: no settings
                case Scalar scalar when key is null: key = scalar.Value; break;
                case Scalar scalar:
                    _values[section + key] = scalar.Value;
                    key = null;
                    break;
                case AnchorAlias alias when key is not null:
                    _values[section + key] = "*" + alias.Value;
                    key = null;
                    break;
            }
        }
    }

    private void PassOver(Parser parser)
    {
        for (var depth = 1; depth > 0 && parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > DeepestNesting)   // the parser's time grows with the square of it
                throw new InvalidDataException(
                    $"'{_path}', line {parser.Current.Start.Line}: nested more than {DeepestNesting} deep, which no settings are.");
        }
    }
}
