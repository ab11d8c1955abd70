using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetSer.Encoders.Profiles;

/// <summary>A profile as JSON: keys in camel case, enumerations by name, unknown keys refused.</summary>
internal static class EncoderProfileJson
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // a file for people: an apostrophe stays one
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    public static string Write(EncoderProfile profile) => JsonSerializer.Serialize(profile, s_json);

    public static EncoderProfile Load(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"There is no encoder profile '{path}'. Built in, by name, are: "
                + $"{string.Join(", ", EncoderProfile.BuiltIn.Select(profile => profile.Name))}.", path);
        return Read(File.ReadAllText(path), path);
    }

    public static EncoderProfile Read(string json, string source)
    {
        EncoderProfile? profile;
        try
        {
            profile = JsonSerializer.Deserialize<EncoderProfile>(json, s_json);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(
                $"'{source}' is not an encoder profile: {error.Message} Known keys are: {string.Join(", ", Keys())}.", error);
        }
        List<string> faults = profile is null ? ["it is null"] : [.. profile.Faults()];
        if (faults.Count > 0)
            throw new InvalidDataException($"'{source}' is not an encoder profile: {string.Join("; ", faults)}.");
        return profile!;
    }

    /// <summary>Options of their own, to be changed without touching a built-in profile.</summary>
    public static LogMelFilterbankOptions Copy(LogMelFilterbankOptions options)
        => JsonSerializer.Deserialize<LogMelFilterbankOptions>(JsonSerializer.SerializeToUtf8Bytes(options, s_json), s_json)!;

    private static IEnumerable<string> Keys() => s_json.GetTypeInfo(typeof(EncoderProfile)).Properties.Select(property => property.Name);
}
