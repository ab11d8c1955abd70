using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MlNetSer.Text.Ctc;

/// <summary>What travels through a saved model to the decoder.</summary>
internal sealed record CtcSettings
{
    // The resolver is named because single-file C# apps switch the implicit one off.
    private static readonly JsonSerializerOptions s_json = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
    private static readonly int[] s_usualFactors = [1, 2, 3, 4, 6, 8];

    public required string[] Tokens { get; init; }
    public required int BlankId { get; init; }
    public required string Source { get; init; }
    public required string LogProbs { get; init; }
    public required int BeamWidth { get; init; }
    public int? SubsamplingFactor { get; init; }
    public required double FrameShiftMs { get; init; }

    public static CtcSettings FromJson(string json) => JsonSerializer.Deserialize<CtcSettings>(json, s_json)!;

    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    public CtcDecoder Decoder() => new(new CtcTokens(Tokens, BlankId, Source), BeamWidth);

    /// <summary>
    /// Step of the encoder's frames. Convolutions without padding lose a few frames at the end, so the nearest usual factor counts, not the
    /// quotient.
    /// </summary>
    /// <param name="inputFrames">Filterbank frames, or tens of milliseconds where the encoder takes samples.</param>
    /// <param name="encoderFrames">Frames that they gave.</param>
    public double FrameMs(double inputFrames, long encoderFrames)
    {
        var quotient = inputFrames / Math.Max(1, encoderFrames);
        return FrameShiftMs * (SubsamplingFactor ?? s_usualFactors.MinBy(factor => Math.Abs(factor - quotient)));
    }

    public static string Mismatch(string source, int found, string output, long wanted)
        => $"Token file '{source}' gives {found:N0} tokens, blank included, but the encoder's '{output}' has {wanted:N0}. "
        + "Take this encoder's own token file"
            + (found == wanted - 1 ? "; if it only leaves out the blank, say where that is: blankId: -1 puts it behind the last token."
            : ".");
}
