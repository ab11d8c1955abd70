using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetSer;

/// <summary>Which channel of a recording is heard. The default is <see cref="Mean"/>. JSON: <c>"mean"</c>, <c>"left"</c>, <c>"right"</c>,
/// <c>"3"</c>.</summary>
/// <remarks>Telephone recordings often hold one speaker in each channel: their mean is both at once. Ask for a channel there.</remarks>
[JsonConverter(typeof(AudioChannelJson))]
public readonly record struct AudioChannel
{
    private AudioChannel(int number) => Number = number;

    /// <summary>The mean of all channels.</summary>
    public static AudioChannel Mean => default;

    /// <summary>Channel 1, the only one of a mono file.</summary>
    public static AudioChannel Left => new(1);

    /// <summary>Channel 2; a mono file is refused.</summary>
    public static AudioChannel Right => new(2);

    /// <summary>The channel, counted from 1; 0 = the mean.</summary>
    public int Number { get; }

    /// <summary>One channel by its number.</summary>
    /// <param name="number">Counted from 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static AudioChannel FromNumber(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        return new AudioChannel(number);
    }

    /// <summary>Reads what <see cref="ToString"/> writes; case does not count.</summary>
    /// <exception cref="FormatException">The text is none of mean, left, right and a number from 1.</exception>
    public static AudioChannel Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Trim().ToLowerInvariant() switch
        {
            "mean" => Mean,
            "left" => Left,
            "right" => Right,
            var other when int.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                => new AudioChannel(number),
            _ => throw new FormatException($"'{text}' is not a channel; wanted mean, left, right, or a number from 1."),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Number switch
    {
        0 => "mean",
        1 => "left",
        2 => "right",
        _ => Number.ToString(CultureInfo.InvariantCulture),
    };
}

internal sealed class AudioChannelJson : JsonConverter<AudioChannel>
{
    public override AudioChannel Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return AudioChannel.Parse(reader.GetString() ?? "null");
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            throw new JsonException(error.Message, error);
        }
    }

    public override void Write(Utf8JsonWriter writer, AudioChannel value, JsonSerializerOptions options)
        => writer.WriteStringValue(value.ToString());
}
