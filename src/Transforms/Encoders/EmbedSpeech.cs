using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlNetSer;

/// <summary>Runs a frozen ASR encoder over a filterbank column and keeps the output of its blocks (paper §3.1).</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Vector of Single: frames x bins, row-major |
/// | Output column data type | Variable-length vector of Single: blocks x frames x dimension, row-major; and <c>(output).Shape</c>, three Int64: blocks, frames, dimension |
/// | Required beside Microsoft.ML | Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu |
/// </remarks>
public sealed class EmbedSpeechEstimator : ComposedEstimator
{
    private const string Features = "MlNetSer.EncoderFeatures", Embedding = "MlNetSer.EncoderEmbedding", Shape = "MlNetSer.EncoderShape";

    private readonly string _output;
    private readonly SpeechEncoder _encoder;
    private readonly IReadOnlyList<int>? _blocks;

    internal EmbedSpeechEstimator(string outputColumnName, string inputColumnName, SpeechEncoder encoder, IReadOnlyList<int>? blocks)
        : base(new InputColumn(inputColumnName, NumberDataViewType.Single, IsVector: true))
        => (_output, _encoder, _blocks) = (outputColumnName, encoder, blocks);

    private protected override IEstimator<ITransformer> Compose(MLContext ml, Func<byte[], string> file)
        => ml.Transforms.CopyColumns(Features, Input.Name)
            .Append(ml.Transforms.ApplyOnnxModel([Embedding, Shape], [Features], file(_encoder.Wrap(Features, Embedding, Shape, _blocks))))
            .Append(ml.Transforms.CopyColumns(_output, Embedding))
            .Append(ml.Transforms.CopyColumns(_output + ".Shape", Shape))
            .Append(ml.Transforms.DropColumns(Features, Embedding, Shape));
}
