using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetSer.Reporting;

/// <summary>Writes a value on one line of an indented file: a list of speakers or a prediction is one line of a diff.</summary>
internal sealed class OneLine<T> : JsonConverter<T>
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => JsonSerializer.Deserialize<T>(ref reader, EvaluationJson.Line);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        => writer.WriteRawValue(JsonSerializer.Serialize(value, EvaluationJson.Line));
}

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

/// <summary>Writes each element of a list on a line of its own.</summary>
internal sealed class OneLineEach<T> : JsonConverter<IReadOnlyList<T>>
{
    public override IReadOnlyList<T>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => JsonSerializer.Deserialize<List<T>>(ref reader, EvaluationJson.Line);

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
    {
        // The writer puts no line breaks between raw values, so the array is one raw value.
        var indent = "\n" + new string(' ', 2 * writer.CurrentDepth);
        var elements = value.Select(element => indent + "  " + JsonSerializer.Serialize(element, EvaluationJson.Line));
        writer.WriteRawValue(value.Count == 0 ? "[]" : $"[{string.Join(',', elements)}{indent}]");
    }
}
