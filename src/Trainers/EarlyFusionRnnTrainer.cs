using MlNetSer.Networks;

namespace MlNetSer;

/// <summary>Trains EF-RNN (paper §4.2.2): RNN-MHSA on the blocks stacked in the feature dimension.</summary>
/// <remarks>
/// | | |
/// |--|--|
/// | Machine learning task | Multiclass classification |
/// | Input label column data type | Key |
/// | Input feature column data type | Vector of Single, blocks x frames x dimension, with its shape in <c>(name).Shape</c> |
/// | Output columns | <c>Score</c>: known-size vector of Single, probabilities; <c>PredictedLabel</c>: key |
/// | Packages needed in addition to Microsoft.ML | TorchSharp and a libtorch for training; Microsoft.ML.OnnxRuntime for scoring |
/// </remarks>
public sealed class EarlyFusionRnnTrainer : SpeechTrainer<EarlyFusionRnnOptions>
{
    internal EarlyFusionRnnTrainer(EarlyFusionRnnOptions options) : base(options)
    {
    }

    private protected override SpeechNetwork CreateNetwork(IReadOnlyList<StreamShape> streams, int classCount)
        => new EarlyFusionRnn(streams[0].BlockCount, streams[0].FeatureSize, classCount, Own.Sizes);
}
