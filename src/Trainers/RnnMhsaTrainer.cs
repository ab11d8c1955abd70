using MlNetSer.Networks;

namespace MlNetSer;

/// <summary>Trains RNN-MHSA, the paper's basic network (§2.2, §4.2.1), on one sequence: a filterbank or one encoder block.</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Machine learning task | Multiclass classification |
/// | Input label column data type | Key |
/// | Input feature column data type | Vector of Single, frames x dimension or one of several blocks; shape in <c>(name).Shape</c> |
/// | Output columns | <c>Score</c>: known-size vector of Single, probabilities; <c>PredictedLabel</c>: key |
/// | Packages needed in addition to Microsoft.ML | TorchSharp and a libtorch for training; Microsoft.ML.OnnxRuntime for scoring |
/// </remarks>
public sealed class RnnMhsaTrainer : SpeechTrainer<RnnMhsaOptions>
{
    internal RnnMhsaTrainer(RnnMhsaOptions options) : base(options)
    {
    }

    private protected override SpeechNetwork CreateNetwork(IReadOnlyList<StreamShape> streams, int classCount)
        => new RnnMhsa(streams[0].FeatureSize, classCount, Own.Sizes);
}
