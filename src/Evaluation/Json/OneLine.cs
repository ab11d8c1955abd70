using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetSer.Json;

/// <summary>Writes a value on one line of an indented file: a list of speakers or a prediction is one line of a diff.</summary>
internal sealed class OneLine<T> : JsonConverter<T>
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        => JsonSerializer.Deserialize<T>(ref reader, EvaluationJson.Line);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        => writer.WriteRawValue(JsonSerializer.Serialize(value, EvaluationJson.Line));
}
