using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;
using MlNetSer.Encoders.FrontEnds;
using MlNetSer.Marks;
using MlNetSer.Text.Ctc;

namespace MlNetSer;

/// <summary>
/// Recognises speech by the CTC head of an ASR encoder, and gives the encoder's embeddings from the same run where they are asked for.
/// </summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Vector of Single: filterbank, frames x bins, row-major |
/// | Output column data type | Text; empty where nothing was recognised |
/// | <c>(output).Confidence</c> | Single; NaN without tokens |
/// | <c>(output).Tokens</c>, <c>.TokenConfidence</c> | Text and Single of each token |
/// | <c>(output).TokenTimesMs</c> | Single, tokens x 2: begin and end |
/// | <c>(output).Identity</c> | What made it |
/// | Required beside Microsoft.ML | Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu |
///
/// An input too short for the encoder is refused with an <see cref="AudioTooShortException"/>, as <c>EmbedSpeech</c> does; one that is too
/// long for it is recognised in
/// windows (<see cref="EncoderProfile.LongestSeconds"/>). The tokens travel inside a saved model as a constant output of
/// the encoder's graph; the kernel is <see cref="CtcDecoder"/>.
/// </remarks>
public sealed class TranscribeSpeechEstimator : ComposedEstimator
{
    private const string Embedding = "MlNetSer.CtcEmbedding", Shape = "MlNetSer.CtcEmbeddingShape",
        EmbeddingIdentity = "MlNetSer.CtcEmbeddingIdentity";

    private readonly SpeechEncoder _encoder;
    private readonly CtcGraph _graph;
    private readonly string _settings;
    private readonly List<(string Output, string Source)> _columns;
    private readonly (string Column, IReadOnlyList<int>? Blocks)? _embedding;

    internal TranscribeSpeechEstimator(
        TransformsCatalog transforms, string outputColumnName, string inputColumnName, SpeechEncoder encoder, CtcTokens tokens,
            TranscribeSpeechOptions options, (string Column, IReadOnlyList<int>? Blocks)? embedding)
        : base(transforms, new InputColumn(inputColumnName, NumberDataViewType.Single, IsVector: true))
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _encoder = encoder;
        _embedding = embedding is var (into, chosen) ? (into, chosen is null ? null : [.. chosen]) : null;
        _graph = new CtcGraph(encoder, options.LogProbsOutput);
        if (_graph.TokenCount is { } count && count != tokens.Count)
            throw new ArgumentException(CtcSettings.Mismatch(tokens.Source, tokens.Count, _graph.LogProbs, count), nameof(tokens));
        _settings = new CtcSettings
        {
            Tokens = tokens.ToArray(),
            BlankId = tokens.BlankId,
            Source = tokens.Source,
            LogProbs = _graph.LogProbs,
            BeamWidth = options.BeamWidth,
            SubsamplingFactor = options.SubsamplingFactor ?? _graph.Subsampling,
            FrameShiftMs = encoder.Profile.Filterbank.FrameShiftMs,
        }.ToJson();
        _columns =
        [
            (outputColumnName, TranscriptRow.TextColumn),
            (outputColumnName + ".Confidence", TranscriptRow.ConfidenceColumn),
            (outputColumnName + ".Tokens", TranscriptRow.TokensColumn),
            (outputColumnName + ".TokenConfidence", TranscriptRow.TokenConfidenceColumn),
            (outputColumnName + ".TokenTimesMs", TranscriptRow.TokenTimesColumn),
            (Columns.Identity(outputColumnName), CtcRow.IdentityColumn),
        ];
        if (embedding is var (column, _))
            _columns.AddRange([(column, Embedding), (Columns.Identity(column), EmbeddingIdentity)]);
        if (options.LogProbsColumnName is { } logProbs)
            _columns.AddRange([(logProbs, CtcRow.LogProbsColumn), (Columns.Shape(logProbs), TranscriptRow.ShapeColumn)]);
    }

    private protected override void Accept(ColumnKind? kind) => EncoderColumn.Check(Input, kind, _encoder.Profile, takesWaveform: false);

    private protected override IEstimator<ITransformer> Compose(TransformsCatalog transforms, Func<byte[], string> file)
    {
        var names = new CtcGraphNames(CtcRow.FeaturesColumn, CtcRow.LogProbsColumn, CtcRow.SizesColumn, CtcRow.SettingsColumn,
            CtcRow.IdentityColumn);
        var identity =
            "TranscribeSpeech: "
            + $"encoder {_encoder.Hash}, settings {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_settings)))[..16]}";
        var wrapped = _encoder.WrapCtc(names.Input, _embedding is null ? null : (Embedding, Shape, EmbeddingIdentity),
            (_graph.LogProbs, names.LogProbs, _graph.TokenCount), _embedding?.Blocks);
        string[] embedding = _embedding is null ? [] : [Embedding, Shape, EmbeddingIdentity];
        IEstimator<ITransformer> chain = FrontEndSteps.Of(transforms, CtcRow.FeaturesColumn, Input.Name, _encoder,
                fromWaveform: false, file)
            .Append(transforms.ApplyOnnxModel([.. embedding, CtcRow.LogProbsColumn, CtcRow.SizesColumn, CtcRow.SettingsColumn,
            CtcRow.IdentityColumn], [CtcRow.FeaturesColumn],
                file(CtcGraph.Extend(wrapped, _settings, identity, names))))
            .Append(transforms.CustomMapping<CtcRow, TranscriptRow>(TranscribeMapping.Decode, TranscribeMapping.ContractName));
        foreach (var (output, source) in _columns)
            chain = chain.Append(transforms.CopyColumns(output, source));
        if (_embedding is var (column, kept))
            chain = chain.Append(SequenceShape.Copy(transforms, Columns.Shape(column), Shape, _encoder.Kind(kept)));
        return chain.Append(transforms.DropColumns([.. embedding,
            .. FrontEndSteps.Columns(CtcRow.FeaturesColumn, _encoder.Profile, fromWaveform: false),
            CtcRow.LogProbsColumn, CtcRow.SizesColumn, CtcRow.SettingsColumn, CtcRow.IdentityColumn, .. TranscriptRow.Columns]));
    }
}
