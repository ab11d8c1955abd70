using MlNetSer.Networks;

namespace MlNetSer;

/// <summary>Trains RNN-MHSA, the paper's basic network (§2.2, §4.2.1), on one sequence: a filterbank or one encoder block.</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Machine learning task | Multiclass classification |
/// | Input label column data type | Key |
/// | Input feature column data type | Vector of Single, frames x dimension (or one of several blocks), with its <c>.Shape</c> beside it |
/// | Output columns | <c>Score</c>: known-size vector of Single, probabilities; <c>PredictedLabel</c>: key |
/// | Required beside Microsoft.ML | TorchSharp and a libtorch for training; Microsoft.ML.OnnxRuntime for scoring |
/// </remarks>
public sealed class RnnMhsaTrainer : SpeechTrainer
{
    private readonly RnnMhsaOptions _options;

    internal RnnMhsaTrainer(RnnMhsaOptions options) : base(options) => _options = (RnnMhsaOptions)Own;

    private protected override SpeechNetwork CreateNetwork(IReadOnlyList<StreamShape> streams, int classCount)
        => new RnnMhsa(streams[0].FeatureSize, classCount, _options.Sizes);
}
