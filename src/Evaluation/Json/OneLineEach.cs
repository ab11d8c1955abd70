using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetSer.Json;

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
