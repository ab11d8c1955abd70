using Microsoft.ML;
using Microsoft.ML.Data;
using MlNetSer.Composition;
using MlNetSer.Encoders.Extraction;
using MlNetSer.Encoders.FrontEnds;
using MlNetSer.Marks;

namespace MlNetSer;

/// <summary>Runs a frozen ASR encoder over speech and keeps the output of its blocks (paper §3.1).</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Vector of Single: samples in [−1, 1], or what the encoder takes (filterbank, frames x bins, row-major) |
/// | Output column data type | Variable-length vector of Single: blocks x frames x dimension, row-major |
/// | <c>(output).Shape</c> | Three Int64: blocks, frames, dimension |
/// | <c>(output).Identity</c> | What made it |
/// | Required beside Microsoft.ML | Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu |
///
/// What is shorter than the encoder's shortest utterance is refused with an <see cref="AudioTooShortException"/>, and so are values that
/// are not finite; what is longer than
/// <see cref="EncoderProfile.LongestSeconds"/> is embedded in windows. Cursors embed the rows that are read, one by one;
/// <see cref="CachedEmbeddings.Cached"/> embeds in bulk, on all cores.
/// </remarks>
public sealed class EmbedSpeechEstimator : ComposedEstimator
{
    private const string Features = "MlNetSer.EncoderFeatures", Embedding = "MlNetSer.EncoderEmbedding", Shape = "MlNetSer.EncoderShape",
        Identity = "MlNetSer.EncoderIdentity";

    private readonly string _output;
    private readonly SpeechEncoder _encoder;
    private readonly IReadOnlyList<int>? _blocks;
    private readonly bool _fromWaveform;

    internal EmbedSpeechEstimator(TransformsCatalog transforms, string outputColumnName, string inputColumnName, SpeechEncoder encoder,
        IReadOnlyList<int>? blocks, bool fromWaveform)
        : base(transforms, new InputColumn(inputColumnName, NumberDataViewType.Single, IsVector: true))
    {
        (_output, _encoder, _blocks, _fromWaveform) = (outputColumnName, encoder, blocks is null ? null : [.. blocks], fromWaveform);
        if (fromWaveform)
            FrontEnd.Check(encoder.Profile);
    }

    /// <summary>What the column holds decides; where its maker did not say, the form of the call.</summary>
    private bool FromWaveform => InputKind switch
    {
        ColumnKind.Waveform => true,
        ColumnKind.Filterbank => false,
        _ => _fromWaveform,
    };

    private protected override void Accept(ColumnKind? kind) => EncoderColumn.Check(Input, kind, _encoder.Profile, takesWaveform: true);

    private protected override IEstimator<ITransformer> Compose(TransformsCatalog transforms, Func<byte[], string> file)
        => FrontEndSteps.Of(transforms, Features, Input.Name, _encoder, FromWaveform, file)
            .Append(transforms.ApplyOnnxModel([Embedding, Shape, Identity], [Features],
            file(_encoder.Wrap(Features, Embedding, Shape, Identity, _blocks))))
            .Append(transforms.CopyColumns(_output, Embedding))
            .Append(SequenceShape.Copy(transforms, Columns.Shape(_output), Shape, _encoder.Kind(_blocks)))
            .Append(transforms.CopyColumns(Columns.Identity(_output), Identity))
            .Append(transforms.DropColumns([.. FrontEndSteps.Columns(Features, _encoder.Profile, FromWaveform), Embedding, Shape,
                Identity]));

    private protected override Func<IDataView, IDataView, IDataView> View()
    {
        var fromWaveform = FromWaveform;   // the next Fit may meet another column
        return (input, rows) => EmbeddedSpeechView.Of(rows, input, Input.Name, _output,
            options => new EmbeddingExtractor(_encoder, EmbeddingExtractorOptions.ForStore(_blocks, options), fromWaveform));
    }
}
