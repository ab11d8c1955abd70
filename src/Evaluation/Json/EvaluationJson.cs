using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetSer.Json;

/// <summary>How folds and results are written and read.</summary>
internal static class EvaluationJson
{
    /// <summary>One property a line.</summary>
    public static JsonSerializerOptions File { get; } = Create(indented: true);

    /// <summary>All on one line.</summary>
    public static JsonSerializerOptions Line { get; } = Create(indented: false);

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, or a part is missing.</exception>
    public static T Read<T>(string json, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, File) ?? throw new InvalidDataException($"{what} is empty: the JSON says null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{what} cannot be read, line {error.LineNumber + 1}, at '{error.Path}': {error.Message}",
                error);
        }
    }

    private static JsonSerializerOptions Create(bool indented) => new()
    {
        WriteIndented = indented,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // names as they are written; the text is never put into HTML
        Converters = { new JsonStringEnumConverter() },
    };
}
