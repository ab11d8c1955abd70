using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MlNetSer.Text.Ctc;

/// <summary>The code of <c>TranscribeSpeech</c> in a saved model: ML.NET finds it by its contract name.</summary>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class TranscribeMapping : CustomMappingFactory<CtcRow, TranscriptRow>
{
    public const string ContractName = "MlNetSer.TranscribeSpeech";

    private static readonly BoundedCache<string, (CtcSettings Settings, CtcDecoder Decoder)> s_decoders = new(16, Make);

    public override Action<CtcRow, TranscriptRow> GetMapping() => Decode;

    public static void Decode(CtcRow row, TranscriptRow output)
    {
        var (settings, decoder) = s_decoders.Get(row.Settings[0]);
        var takesSamples = row.Sizes.Length == 5;
        var (inputFrames, encoderFrames, tokenCount) =
            (row.Sizes[1] / (takesSamples ? (double)CtcGraph.SamplesPerFrame : 1), row.Sizes[^2], row.Sizes[^1]);
        if (tokenCount != settings.Tokens.Length)
            throw new InvalidDataException(CtcSettings.Mismatch(settings.Source, settings.Tokens.Length, settings.LogProbs, tokenCount));
        var transcript = decoder.Decode(row.LogProbs, settings.FrameMs(inputFrames, encoderFrames));
        output.Text = transcript.Text;
        output.Confidence = transcript.Confidence;
        output.Tokens = [.. transcript.Tokens.Select(token => token.Token)];
        output.TokenConfidence = [.. transcript.Tokens.Select(token => token.Confidence)];
        output.TokenTimes = [.. transcript.Tokens.SelectMany(token => new[] { token.StartMs, token.EndMs })];
        output.Shape = [encoderFrames, tokenCount];
    }

    private static (CtcSettings, CtcDecoder) Make(string json)
    {
        var settings = CtcSettings.FromJson(json);
        return (settings, settings.Decoder());
    }
}

internal sealed class CtcRow
{
    public const string FeaturesColumn = "MlNetSer.CtcFeatures", LogProbsColumn = "MlNetSer.CtcLogProbs",
        SizesColumn = "MlNetSer.CtcSizes", SettingsColumn = "MlNetSer.CtcSettings", IdentityColumn = "MlNetSer.CtcIdentity";

    [ColumnName(LogProbsColumn), VectorType]
    public float[] LogProbs { get; set; } = [];

    /// <summary>Sizes of the input, then of the log-probabilities: 1, T, F, 1, m, V; without F where the input are samples.</summary>
    [ColumnName(SizesColumn), VectorType]
    public long[] Sizes { get; set; } = [];

    [ColumnName(SettingsColumn), VectorType(1)]
    public string[] Settings { get; set; } = [];
}

internal sealed class TranscriptRow
{
    public const string TextColumn = "MlNetSer.CtcText", ConfidenceColumn = "MlNetSer.CtcConfidence", TokensColumn = "MlNetSer.CtcTokens",
        TokenConfidenceColumn = "MlNetSer.CtcTokenConfidence", TokenTimesColumn = "MlNetSer.CtcTokenTimes",
        ShapeColumn = "MlNetSer.CtcShape";

    public static readonly string[] Columns = [TextColumn, ConfidenceColumn, TokensColumn, TokenConfidenceColumn, TokenTimesColumn,
        ShapeColumn];

    [ColumnName(TextColumn)]
    public string Text { get; set; } = "";

    [ColumnName(ConfidenceColumn)]
    public float Confidence { get; set; }

    [ColumnName(TokensColumn), VectorType]
    public string[] Tokens { get; set; } = [];

    [ColumnName(TokenConfidenceColumn), VectorType]
    public float[] TokenConfidence { get; set; } = [];

    [ColumnName(TokenTimesColumn), VectorType]
    public float[] TokenTimes { get; set; } = [];

    [ColumnName(ShapeColumn), VectorType(2)]
    public long[] Shape { get; set; } = [];
}
